"""`pytoco reproduce MODEL@120`: one rewrite cut out of a conversion, as a pytest file."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from ..errors import UsageError
from ..files import atomic_write
from ..paths import check_input
from ..plugins.registry import open_registry
from .common import add_plugin_arguments
from .flags import option_fields
from .parsing import Parser, add_flags, flag_texts, normalized

_DESCRIPTION = """\
Cut rewrite N of a conversion, recorded in a journal or made now, out of the model with the operators around it, and
write a pytest file that runs the pass there and holds it to keep the values. Large constants are replaced by random
numbers. A pass that raises, and a fault that ends a conversion, leave such a file by themselves."""


def parser(prog: str) -> Parser:
    """The argument parser of the command."""
    made = Parser(prog, _DESCRIPTION, usage=f"{prog} JOURNAL@N|MODEL@N [-o test_x.py] [FLAG ...]")
    made.add_argument("rewrite", metavar="JOURNAL@N", help="a rewrite of a journal, or of converting a model (MODEL@N)")
    made.add_argument("-o", dest="out", metavar="FILE", help="file to write [standard output]")
    made.add_argument("--hops", type=int, metavar="N", help="steps around it to cut out [just enough]")
    add_plugin_arguments(made, file=False)
    add_flags(made)
    return made


def run(prog: str, argv: Sequence[str]) -> Callable[[], int]:
    """Parse the arguments; the work is what is returned. Errors are raised."""
    arguments = parser(prog).parse_args(normalized(argv, own=("hops",)))
    if arguments.hops is not None and arguments.hops < 0:
        raise UsageError(f"--hops: {arguments.hops} is negative")
    fields = option_fields(flag_texts(arguments)) | {"plugin_switches": tuple(arguments.switches)}
    registry = open_registry(plugins_file=fields.get("plugins_file"), names=arguments.switches)

    def reproduce() -> int:
        from ..debug.frame_source import open_journal, split_frame
        from ..debug.reproducer import of_rewrite

        path, number = split_frame(arguments.rewrite)
        if number is None:
            check_input(path, folder=Path(path).is_dir())
            raise UsageError(f"{path}: which rewrite?", hint=f"write {path}@N; `pytoco play` shows their numbers")
        journal = open_journal(path, registry, fields)
        made = of_rewrite(journal, number if isinstance(number, int) else len(journal.rewrites), arguments.hops)
        if arguments.out:
            atomic_write(arguments.out, (made.text.encode("utf-8", "backslashreplace"),))
        else:
            sys.stdout.write(made.text.encode("utf-8", "backslashreplace").decode())
        if not made.confirmed:
            sys.stderr.write(f"{prog}: warning: in what was cut out the pass does not rewrite\n")
        return 0

    return reproduce
