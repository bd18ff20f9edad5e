"""`pytoco inspect FILE`: what a model holds, and whether it can be converted, without converting it."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from ..errors import InvalidModelError, PluginError, PytocoError, UnsupportedError
from ..isolation import called, named
from ..paths import check_input
from ..plugins.registry import Registry, open_registry
from .common import add_plugin_arguments
from .convert import refuse_journal
from .parsing import Parser
from .summary import size_text


def parser(prog: str) -> Parser:
    """The argument parser of the command."""
    made = Parser(prog, "Show the inputs, outputs and operators of a model, and which operators cannot be converted.")
    made.add_argument("model", metavar="FILE", help="the model")
    made.add_argument("--json", action="store_true", help="as JSON")
    add_plugin_arguments(made)
    return made


def run(prog: str, argv: Sequence[str]) -> int:
    """Run the command; errors are raised."""
    arguments = parser(prog).parse_args(argv)
    path = Path(arguments.model)
    check_input(arguments.model, folder=path.is_dir())
    registry = open_registry(plugins_file=arguments.plugins_file, names=arguments.switches)
    facts = _facts(registry, path)
    if arguments.json:
        sys.stdout.write(json.dumps(facts, indent=2) + "\n")
    else:
        files = [path] if path.is_file() else path.rglob("*")
        size = sum(file.lstat().st_size for file in files if file.is_file())
        sys.stdout.write(f"{arguments.model}: {facts['format']}, {size_text(size)}\n" + facts_text(facts))
    return 0


def _facts(registry: Registry, path: Path) -> Mapping[str, Any]:
    """What the frontend says that reads the file, else a backend that writes such files."""
    refusal: PytocoError = UnsupportedError("no frontend that reads this, and no backend, can inspect it")
    try:
        frontend = registry.frontend_for(path)
    except InvalidModelError as error:
        refusal = error
    else:
        if frontend.inspect is not None:
            importers = [name for ref in registry.ops().values() for name in ref.importers.get(frontend.family, {})]
            who = named("frontend", frontend.name, registry)
            return called(who, frontend.inspect, path, {"importers": importers})
    for name, backend in list(registry.backends().items()):
        if backend.inspect is None:
            continue
        try:
            facts = called(named("backend", name, registry), backend.inspect, path)
        except PluginError as error:
            registry.drop("register_backends", name, error)
            continue
        if facts is not None:
            return facts
    if path.is_file():
        refuse_journal(path)
    raise refusal


def _array_text(array: Mapping[str, Any]) -> str:
    shape = array.get("shape")
    extents = "" if shape is None else f"[{','.join('?' if size is None else str(size) for size in shape)}]"
    inside = f" = {array['array']}" if array.get("array", array["name"]) != array["name"] else ""
    return f"{array['name']}{inside}  {array.get('dtype') or ''}{extents}".rstrip()


def _braced(tags: Sequence[str]) -> str:
    return "{" + ", ".join(tags) + "}"


def _graph_lines(graph: Mapping[str, Any]) -> Iterator[str]:
    """A graph of a SavedModel: its tags and signatures."""
    version = f", written by TensorFlow {graph['tensorflow']}" if graph["tensorflow"] else ""
    yield f"  tags {_braced(graph['tags'])}{version}"
    for key, signature in graph["signatures"].items():
        if "problem" in signature:
            yield f"    {key}: {signature['problem']}"
            continue
        inputs, outputs = (", ".join(map(_array_text, signature[what])) for what in ("inputs", "outputs"))
        yield f"    {key}: {inputs or 'no inputs'} -> {outputs or 'no outputs'}"


def _storage_lines(facts: Mapping[str, Any]) -> Iterator[str]:
    """What lies beside a SavedModel's graph: variables with their sizes, tables and assets."""
    variables = facts.get("variables", ())
    if variables:
        total = sum(variable.get("bytes", 0) for variable in variables)
        yield f"  {len(variables)} variables, {size_text(total)}"
        for variable in variables:
            size = f"  {size_text(variable['bytes'])}" if "bytes" in variable else "  has no value"
            yield f"    {_array_text(variable)}{size}"
    for table in facts.get("tables", ()):
        yield f"  needs the lookup table of {table!r}, which cannot be converted"
    for asset in facts.get("assets", ()):
        yield f"  asset {asset['file']!r}"


def facts_text(facts: Mapping[str, Any]) -> str:
    """The facts that a frontend's `inspect` gives, for people."""
    lines = [line for graph in facts.get("graphs", ()) if "tags" in graph for line in _graph_lines(graph)]
    uses: Mapping[str, Any] | None = facts.get("uses")
    if uses is not None and "choose" in uses:
        lines.append(f"  a conversion needs a choice: {uses['choose']}")
    elif uses is not None:
        lines.append(f"  a conversion uses signature {uses['signature']!r} of tags {_braced(uses['tags'])}:")
    lines += [f"  {what[:-1]:<7} {_array_text(array)}" for what in ("inputs", "outputs") for array in facts[what]]
    operators: Mapping[str, int] | None = facts.get("operators")
    if operators is None:
        return "\n".join(lines) + "\n"
    unknown: Mapping[str, Sequence[str]] = facts.get("unknown", {})
    width = max(map(len, operators), default=0)
    lines.append(f"  {sum(operators.values())} operators, {facts['constants']} constants")
    for kind, count in operators.items():
        names = f"  cannot be converted: {', '.join(unknown[kind])}" if kind in unknown else ""
        lines.append(f"  {count:>6}  {kind:<{width}}{names}".rstrip())
    if unknown:
        lines.append(f"  not convertible: {', '.join(unknown)} (--allow_custom_ops writes them as custom operators)")
    lines += _storage_lines(facts)
    if facts.get("min_runtime"):
        lines.append(f"  runs on TensorFlow Lite {facts['min_runtime']} and later")
    if facts.get("source_nodes"):
        count = sum(map(len, facts["source_nodes"].values()))
        lines.append(f"  names the source nodes of {count} operator{'s' * (count > 1)} (--json shows them)")
    if facts.get("problem"):
        lines.append(f"  the file is broken: {facts['problem']}")
    return "\n".join(lines) + "\n"
