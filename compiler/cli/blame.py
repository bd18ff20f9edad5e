"""`pytoco blame`: which source nodes a tensor of the result comes from, and what became of a source node."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..errors import UsageError
from ..plugins.registry import open_registry
from .common import add_plugin_arguments
from .flags import option_fields
from .parsing import Parser, add_flags, flag_texts, normalized

if TYPE_CHECKING:
    from ..debug.blame_search import Blamer

_DESCRIPTION = """\
Follow tensors of a result back to the source model's nodes, with every rewrite on the way; with --source, follow source
nodes or whole scopes forwards. The first argument is a journal, or a model, which is converted to find out; OUT.tflite
goes with the journal of its conversion (--journal), or says itself what --source_metadata wrote into it. Names may be
patterns such as '*/Relu6'."""

_OWN = ("source", "all", "json")


def parser(prog: str) -> Parser:
    """The argument parser of the command."""
    made = Parser(prog, _DESCRIPTION, usage=f"{prog} JOURNAL|OUT.tflite|MODEL [NAME ...] [--journal J] [FLAG ...]")
    made.add_argument("names", metavar="NAME", nargs="*", help="a journal or a model, then tensors of the result")
    made.add_argument(
        "--source", action="append", default=[], metavar="NODE", help="a source node or scope; repeatable"
    )
    made.add_argument("--all", action="store_true", help="every tensor of the result")
    made.add_argument("--json", action="store_true", help="as JSON: {tensor: {sources: [..], rewrites: [..]}}")
    add_plugin_arguments(made, file=False)
    add_flags(made)
    return made


def run(prog: str, argv: Sequence[str]) -> Callable[[], int]:
    """Parse the arguments; the search is what is returned. Errors are raised."""
    arguments = parser(prog).parse_args(normalized(argv, own=_OWN))
    fields = option_fields(flag_texts(arguments)) | {"plugin_switches": tuple(arguments.switches)}
    journal = fields.pop("journal", None)
    names = list(arguments.names)
    given = names.pop(0) if names and (journal is None or Path(names[0]).is_file()) else None
    if journal is None and given is None:
        raise UsageError("no journal given", hint="name one, or a model, or OUT.tflite with --journal FILE")
    if not (names or arguments.source or arguments.all):
        raise UsageError("which tensor?", hint="name one, or a source node with --source, or take --all")

    def follow() -> int:
        if journal is None and given is not None and _is_tflite(given):
            return _from_metadata(given, names, arguments)
        blamer = _blamer(prog, journal or str(given), None if journal is None else given, fields)
        patterns = ["*"] if arguments.all and not names else names
        back = blamer.tensors(patterns) if patterns else []
        forth = blamer.sources(arguments.source) if arguments.source else []
        from ..debug.blame_text import blame_data, blame_text, fate_data, fate_text

        if arguments.json:
            _print_json(blame_data(blamer, back), fate_data(blamer, forth))
        else:
            texts = ([blame_text(blamer, back)] if back else []) + ([fate_text(blamer, forth)] if forth else [])
            sys.stdout.write("\n".join(texts).encode("utf-8", "backslashreplace").decode())
        return 0

    return follow


def _blamer(prog: str, path: str, result: str | None, fields: dict[str, Any]) -> Blamer:
    from ..debug.blame_search import Blamer
    from ..debug.frame_source import open_journal

    registry = open_registry(plugins_file=fields.get("plugins_file"), names=fields["plugin_switches"])
    journal = open_journal(path, registry, fields)
    if result is not None:
        sizes = [line["export"]["bytes"] for line in journal.lines if "export" in line]
        if sizes != [Path(result).stat().st_size]:
            sys.stderr.write(f"{prog}: warning: {path} does not seem to be the journal of {result}\n")
    return Blamer(journal)


def _is_tflite(path: str) -> bool:
    try:
        with Path(path).open("rb") as file:
            return file.read(8)[4:] == b"TFL3"
    except OSError:
        return False


def _from_metadata(path: str, names: list[str], arguments: Any) -> int:
    """Answer from the source nodes that the file itself names; it knows nothing of rewrites."""
    from ..debug.blame_search import fitting

    registry = open_registry(names=arguments.switches)
    facts: Any = next(
        (f for b in registry.backends().values() if b.inspect is not None and (f := b.inspect(Path(path)))), {}
    )
    tables = facts.get("source_nodes")
    if not tables:
        raise UsageError(f"{path} does not name its source nodes", hint="give the journal of its conversion: --journal")
    known = {tensor: nodes for table in tables.values() for tensor, nodes in table.items()}
    found = dict.fromkeys(n for name in (names or ["*"] * arguments.all) for n in fitting("no tensor", name, known))
    back = {name: {"sources": known[name], "rewrites": []} for name in found}
    nodes = list(dict.fromkeys(node for sources in known.values() for node in sources))
    wanted = dict.fromkeys(n for name in arguments.source for n in fitting("no source node", name, nodes))
    forth = {n: {"ends": [t for t, sources in known.items() if n in sources], "rewrites": []} for n in wanted}
    if arguments.json:
        _print_json(back, forth)
    else:
        for name, facts in (*back.items(), *forth.items()):
            lines = [f"  from {node}" for node in facts.get("sources", ())] + [
                f"  is in {t}" for t in facts.get("ends", ())
            ]
            sys.stdout.write("\n".join([name, *lines]) + "\n")
    return 0


def _print_json(back: dict[str, Any], forth: dict[str, Any]) -> None:
    """Tensors or source nodes by name; both under `tensors` and `sources`, as names may be the same."""
    data = {"tensors": back, "sources": forth} if back and forth else back or forth
    sys.stdout.write(json.dumps(data, indent=2) + "\n")
