"""`pytoco diff A B`: how two models, or two moments of a conversion, differ; the status is that of diff(1)."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from ..files import atomic_write
from ..plugins.registry import open_registry
from .common import add_plugin_arguments
from .flags import option_fields
from .parsing import Parser, add_flags, flag_texts, normalized
from .summary import size_text

if TYPE_CHECKING:
    from ..plugins.registry import Registry

_DESCRIPTION = """\
Compare two models by names and structure. A and B are model files of any format that can be read, journals (the
model at their end), or JOURNAL@120, the model after rewrite 120; MODEL@120 converts MODEL first, as the flags say, and
MODEL@end is what comes of it.

The exit status is 0 when nothing differs, 1 when something does, and that of an error otherwise."""

_OWN = ("context", "json", "dot", "html")


def parser(prog: str) -> Parser:
    """The argument parser of the command."""
    made = Parser(prog, _DESCRIPTION, usage=f"{prog} A B [--context N] [--json] [--dot FILE] [--html FILE] [FLAG ...]")
    made.add_argument("before", metavar="A", help="a model, journal or frame")
    made.add_argument("after", metavar="B", help="another one")
    made.add_argument("--context", "-U", type=int, default=0, metavar="N", help="show N equal lines around changes")
    made.add_argument("--json", action="store_true", help="as JSON")
    made.add_argument("--dot", metavar="FILE", help="write a drawing: added green, removed red, changed yellow")
    made.add_argument("--html", metavar="FILE", help="write a page with both models side by side")
    add_plugin_arguments(made, file=False)
    add_flags(made)
    return made


def run(prog: str, argv: Sequence[str]) -> Callable[[], int]:
    """Parse the arguments; the comparison is what is returned. Errors are raised."""
    arguments = parser(prog).parse_args(normalized(argv, _OWN))
    fields = option_fields(flag_texts(arguments)) | {"plugin_switches": tuple(arguments.switches)}
    registry = open_registry(plugins_file=fields.get("plugins_file"), names=arguments.switches)

    def compare() -> int:
        from ..debug.diff import diff_models
        from ..debug.diff_text import diff_data, diff_text
        from ..debug.frame_source import read_model

        names = (arguments.before, arguments.after)
        diff = diff_models(*(read_model(name, registry, fields) for name in names))
        if arguments.dot:
            draw = _drawer(registry)
            _tell(arguments.dot, draw(diff, " -> ".join(names)), arguments.json)
        if arguments.html:
            from ..debug.diff_html import diff_html

            _tell(arguments.html, diff_html(diff, *names).encode("utf-8", "backslashreplace"), arguments.json)
        if arguments.json:
            sys.stdout.write(json.dumps({"before": names[0], "after": names[1], **diff_data(diff)}, indent=2) + "\n")
        elif not (arguments.dot or arguments.html):
            text = diff_text(diff, *names, context=max(0, arguments.context), colour=sys.stdout.isatty())
            sys.stdout.write(text.encode("utf-8", "backslashreplace").decode())
        return 0 if diff.is_same else 1

    return compare


def _tell(path: str, data: bytes, quiet: bool) -> None:
    """Write a file, and unless `quiet` say so."""
    size = atomic_write(path, (data,))
    if not quiet:
        sys.stdout.write(f"{path}: {size_text(size)}\n")


def _drawer(registry: Registry) -> Callable[..., bytes]:
    from ..errors import UnsupportedError

    for backend in registry.backends().values():
        if backend.draw_difference is not None:
            return backend.draw_difference
    raise UnsupportedError("no backend draws differences", hint="enable the plugin builtin-backends")
