"""`pytoco inspect FILE`: what a model holds, and whether it can be converted, without converting it."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from ..errors import UnsupportedError
from ..paths import check_input
from ..plugins.registry import Registry, open_registry
from .common import add_plugin_arguments
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
        size = size_text(path.stat().st_size) if path.is_file() else "folder"
        sys.stdout.write(f"{arguments.model}: {facts['format']}, {size}\n" + facts_text(facts))
    return 0


def _facts(registry: Registry, path: Path) -> Mapping[str, Any]:
    for backend in registry.backends().values():
        if backend.inspect is not None and (facts := backend.inspect(path)) is not None:
            return facts
    frontend = registry.frontend_for(path)
    if frontend.inspect is None:
        raise UnsupportedError(f"the {frontend.name} frontend cannot inspect models")
    importers = [name for ref in registry.ops().values() for name in ref.importers.get("tensorflow", {})]
    return frontend.inspect(path, {"importers": importers})


def _array_text(array: Mapping[str, Any]) -> str:
    shape = array.get("shape")
    extents = "" if shape is None else f"[{','.join('?' if size is None else str(size) for size in shape)}]"
    return f"{array['name']}  {array.get('dtype') or ''}{extents}".rstrip()


def facts_text(facts: Mapping[str, Any]) -> str:
    """The facts that a frontend's `inspect` gives, for people."""
    lines = [f"  {what[:-1]:<7} {_array_text(array)}" for what in ("inputs", "outputs") for array in facts[what]]
    operators: Mapping[str, int] = facts["operators"]
    unknown: Mapping[str, Sequence[str]] = facts.get("unknown", {})
    width = max(map(len, operators), default=0)
    lines.append(f"  {sum(operators.values())} operators, {facts['constants']} constants")
    for kind, count in operators.items():
        names = f"  cannot be converted: {', '.join(unknown[kind])}" if kind in unknown else ""
        lines.append(f"  {count:>6}  {kind:<{width}}{names}".rstrip())
    if unknown:
        lines.append(f"  not convertible: {', '.join(unknown)} (--allow_custom_ops writes them as custom operators)")
    if facts.get("min_runtime"):
        lines.append(f"  runs on TensorFlow Lite {facts['min_runtime']} and later")
    if facts.get("problem"):
        lines.append(f"  the file is broken: {facts['problem']}")
    return "\n".join(lines) + "\n"
