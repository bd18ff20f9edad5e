"""`pytoco frames JOURNAL 120..140`: frames of a conversion's video, drawn later from its journal."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Sequence

from ..errors import UsageError
from ..plugins.registry import open_registry
from .common import add_plugin_arguments
from .flags import option_fields
from .parsing import Parser, add_flags, flag_texts, normalized
from .summary import size_text

_DESCRIPTION = """\
Draw the model after some rewrites of a conversion, as --dump_graphviz_video does while it runs. JOURNAL may be a model,
which is converted first, as the flags say. Frame 0 is the model as imported."""
_OWN = ("dir", "first", "last", "json")


def parser(prog: str) -> Parser:
    """The argument parser of the command."""
    made = Parser(prog, _DESCRIPTION, usage=f"{prog} JOURNAL [RANGE] [--dir DIR] [--json] [FLAG ...]")
    made.add_argument("journal", metavar="JOURNAL", help="a journal, or a model; with @N just that frame")
    made.add_argument("frames", metavar="RANGE", nargs="?", default="", help="120..140, 120.., ..140, 120 or end [all]")
    made.add_argument("--dir", default=".", metavar="DIR", help="folder for the drawings [.]")
    made.add_argument("--first", metavar="ARRAY", help="draw only what lies after this array")
    made.add_argument("--last", metavar="ARRAY", help="draw only what lies before this array")
    made.add_argument("--json", action="store_true", help="list the files as JSON")
    add_plugin_arguments(made, file=False)
    add_flags(made)
    return made


def run(prog: str, argv: Sequence[str]) -> Callable[[], int]:
    """Parse the arguments; the drawing is what is returned. Errors are raised."""
    arguments = parser(prog).parse_args(normalized(argv, _OWN))
    fields = option_fields(flag_texts(arguments)) | {"plugin_switches": tuple(arguments.switches)}
    if bool(arguments.first) != bool(arguments.last):
        raise UsageError("--first and --last must be used together")
    registry = open_registry(plugins_file=fields.get("plugins_file"), names=arguments.switches)

    def draw() -> int:
        from ..debug.frame_source import open_journal, range_of, split_frame
        from ..debug.frames import write_frames

        path, at = (arguments.journal, None) if arguments.frames else split_frame(arguments.journal)
        journal = open_journal(path, registry, fields)
        given = {"graphviz_first_array": arguments.first, "graphviz_last_array": arguments.last}
        numbers = range_of(arguments.frames if at is None else str(at), len(journal.rewrites))
        written = write_frames(journal, numbers, arguments.dir, registry, given if arguments.first else None)
        if arguments.json:
            sys.stdout.write(json.dumps({"files": [str(p) for p in written.paths], "bytes": written.size}) + "\n")
        else:
            many = "s" if len(numbers) > 1 else ""
            sys.stdout.write(f"{len(numbers)} frame{many}, {size_text(written.size)}, in {arguments.dir}\n")
        return 0

    return draw
