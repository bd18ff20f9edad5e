"""`pytoco bisect MODEL --until CONDITION`: the first rewrite after which the condition holds."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..errors import UsageError
from .common import add_plugin_arguments
from .convert import source_fields
from .flags import option_fields
from .parsing import Parser, add_flags, flag_texts, normalized

if TYPE_CHECKING:
    from ..debug.bisect_answer import Answer

_DESCRIPTION = """Find the rewrite that is to blame: the first one after which a condition holds.

conditions:
  max_abs_error > 1e-3      the outputs, against the imported model on sample inputs (--check=FILE.npz gives them)
  max_rel_error > 1e-3      the same, relative to the largest magnitude
  error('x/y') > 1e-3       of one array, relative
  exists(Conv, 'x/*')       an operator of a kind with such an array; exists(Conv), exists('x/y')
  count(Conv) < 5           the number of operators
  dtype('x') == int8        shape('x') == [1, None]
  crashes                   the conversion fails
joined by `and`, `or`, `not`. What only looks at the graph is answered by the journal of one conversion; MODEL may be a
journal, then. Everything else converts again and again, up to different rewrites.

--run CMD asks a command instead, as `git bisect run` does: `{}` in it, or its last argument, is the model file; status
0 is good, 125 cannot be told, any other is bad."""


def parser(prog: str) -> Parser:
    """The argument parser of the command."""
    made = Parser(
        prog, _DESCRIPTION, usage=f"{prog} MODEL (--until CONDITION | --run CMD) [-o OUT] [--json] [FLAG ...]"
    )
    made.add_argument("model", metavar="MODEL", help="the model to convert, or a journal")
    made.add_argument("--until", metavar="CONDITION", help="what is to be found")
    made.add_argument("--run", metavar="CMD", help="a command that tells bad models from good ones")
    made.add_argument(
        "-o",
        dest="out",
        metavar="OUT",
        help="write the models before and after: m.tflite gives m.good.tflite and m.bad.tflite",
    )
    made.add_argument("--json", action="store_true", help="as JSON")
    add_plugin_arguments(made, file=False)
    add_flags(made)
    return made


def run(prog: str, argv: Sequence[str]) -> Callable[[], int]:
    """Check the arguments; the search is what is returned. Errors are raised."""
    arguments = parser(prog).parse_args(normalized(argv, ("until", "run", "json")))
    if (arguments.until is None) == (arguments.run is None):
        raise UsageError("bisection needs a condition or a command", hint="give either --until or --run")
    from ..debug.journal import Journal
    from ..debug.predicates import Predicate

    if arguments.until is not None:
        Predicate(arguments.until)
    fields = {**option_fields(flag_texts(arguments)), "plugin_switches": tuple(arguments.switches)}
    if not Journal.is_journal(arguments.model):
        from ..options import Options
        from .work import check

        fields = {**source_fields(arguments.model), **fields}
        check(Options(**{**fields, "output_file": None}))
    elif len(fields) > 1:
        raise UsageError("a journal takes no conversion flags", hint="give the model that it was recorded from")
    search = partial(_search, arguments.model, arguments.until, arguments.run, arguments.out, fields)
    return partial(_finish, search, arguments.json)


def _search(model: str, until: str | None, command: str | None, out: str | None, fields: dict[str, Any]) -> Answer:
    from ..debug.bisection import bisect

    return bisect(Path(model), until, run=command, output=out, **fields)


def _finish(search: Callable[[], Answer], as_json: bool) -> int:
    answer = search()
    sys.stdout.write(json.dumps(answer.as_json(), indent=2) + "\n" if as_json else answer.text())
    return 0
