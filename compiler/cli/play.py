"""`pytoco play MODEL|JOURNAL`: writes the page that shows a conversion rewrite by rewrite, and opens it."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from ..errors import PytocoError, UsageError
from ..files import atomic_write
from ..paths import check_input, check_output
from .common import add_plugin_arguments
from .convert import source_fields
from .flags import option_fields
from .parsing import Parser, add_flags, flag_texts, normalized
from .summary import size_text

if TYPE_CHECKING:
    from ..debug.journal import Journal
    from ..options import Options

_DESCRIPTION = """\
Write one HTML page that shows every rewrite of a conversion: lanes of stages and passes, what each rewrite changed as
a drawing and as text, operator counts, numeric errors (with --check), search. It needs nothing but a browser.

MODEL is converted first, as the flags say; a JOURNAL has been recorded with --journal."""


def parser(prog: str) -> Parser:
    """The argument parser of the command."""
    made = Parser(prog, _DESCRIPTION, usage=f"{prog} MODEL|JOURNAL [-o FILE.html] [--no-open] [FLAG ...]")
    made.add_argument("source", metavar="MODEL|JOURNAL", help="a model to convert, or a journal")
    made.add_argument("-o", dest="out", metavar="FILE.html", help="the page [MODEL with the suffix .html]")
    made.add_argument("--no-open", action="store_true", help="only write the page")
    made.add_argument("--json", action="store_true", help="say as JSON what was written")
    add_plugin_arguments(made, file=False)
    add_flags(made)
    return made


def run(prog: str, argv: Sequence[str]) -> Callable[[], int]:
    """Check the arguments; the rest is what is returned. Errors are raised."""
    arguments = parser(prog).parse_args(normalized(argv, ("no-open", "json")))
    texts = flag_texts(arguments)
    source = Path(arguments.source)
    check_input(arguments.source, folder=source.is_dir())
    whole = source.resolve()
    out = Path(arguments.out or source.parent / f"{whole.name if source.is_dir() else whole.stem}.html")
    opens = not arguments.no_open
    from ..debug.journal import Journal

    if Journal.is_journal(source):
        if texts:
            raise UsageError(f"--{next(iter(texts))}: a journal is not converted again", hint="give the model instead")
        check_output(str(out), [arguments.source])
        return partial(_play_journal, source, out, opens, arguments.json)
    fields = {**source_fields(arguments.source), **option_fields(texts), "output_file": None}
    fields["plugin_switches"] = tuple(arguments.switches)
    from ..options import Options
    from .work import check, files_of

    options = Options(**fields)
    check(options)
    check_output(str(out), files_of(arguments.source))
    return partial(_play_model, prog, options, out, opens, arguments.json)


def _play_journal(source: Path, out: Path, opens: bool, as_json: bool) -> int:
    from ..debug.journal import Journal

    _show(Journal.open(source), out, opens, as_json)
    return 0


def _play_model(prog: str, options: Options, out: Path, opens: bool, as_json: bool) -> int:
    """A conversion that fails is shown as far as it came; its error is raised afterwards."""
    from ..debug.journal import record
    from .work import convert

    with record() as journal:
        try:
            convert(prog, options)
        except PytocoError:
            if any("frame" in line for line in journal.lines):
                _show(journal, out, opens, as_json)
            raise
    if options.journal:
        journal.path = Path(options.journal)
    _show(journal, out, opens, as_json)
    return 0


def _show(journal: Journal, out: Path, opens: bool, as_json: bool) -> None:
    from ..debug.player import page

    size = atomic_write(out, (page(journal),))
    rewrites = len(journal.rewrites)
    if as_json:
        sys.stdout.write(json.dumps({"file": str(out), "rewrites": rewrites, "bytes": size}) + "\n")
    else:
        sys.stdout.write(f"{out}: {rewrites} rewrite{'' if rewrites == 1 else 's'}, {size_text(size)}\n")
    if opens and has_display():
        import webbrowser

        webbrowser.open(out.resolve().as_uri())


def has_display() -> bool:
    """Whether a browser could show a page here; a text browser would take over the terminal."""
    if sys.platform in ("win32", "darwin"):
        return True
    return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))
