"""`pytoco why MODEL NAME`: why passes do not apply at an operator, or what became of it."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

from .common import add_plugin_arguments
from .convert import source_fields
from .flags import option_fields
from .parsing import Parser, add_flags, flag_texts, normalized

if TYPE_CHECKING:
    from ..debug.why import Answer, Subject, Verdict
    from ..options import Options

_DESCRIPTION = """Say for every pass that starts at an operator how far its match came, and why no farther.

NAME is an array, an operator's first result, a node of the source model, or an id such as %17."""
_SHOWN = 12


def parser(prog: str) -> Parser:
    """The argument parser of the command."""
    made = Parser(prog, _DESCRIPTION, usage=f"{prog} MODEL NAME [--pass PASS] [--at N|STAGE] [--json] [FLAG ...]")
    made.add_argument("model", metavar="MODEL", help="the model to convert")
    made.add_argument("name", metavar="NAME", help="the operator")
    made.add_argument("--pass", action="append", default=[], dest="passes", metavar="PASS", help="only this pass")
    made.add_argument(
        "--at", default="end", metavar="N|STAGE", help="after rewrite N, or at the start of a stage [end]"
    )
    made.add_argument("--json", action="store_true", help="as JSON")
    add_plugin_arguments(made, file=False)
    add_flags(made)
    return made


def run(prog: str, argv: Sequence[str]) -> Callable[[], int]:
    """Check the arguments; the conversion is what is returned. Errors are raised."""
    arguments = parser(prog).parse_args(normalized(argv, ("pass", "at", "json")))
    fields = {**source_fields(arguments.model), **option_fields(flag_texts(arguments)), "output_file": None}
    fields["plugin_switches"] = tuple(arguments.switches)
    from ..options import Options
    from .work import check

    options = Options(**fields)
    check(options)
    at = int(arguments.at) if arguments.at.lstrip("-").isdecimal() else arguments.at
    return partial(_finish, options, arguments.name, at, arguments.passes, arguments.json)


def _finish(options: Options, name: str, at: int | str, passes: Sequence[str], as_json: bool) -> int:
    from ..debug.why import ask
    from .work import source_of

    answer = ask(source_of(options), name, at, passes, options)
    sys.stdout.write(json.dumps(answer_data(answer), indent=2) + "\n" if as_json else answer_text(answer))
    return 0


def answer_data(answer: Answer) -> dict[str, Any]:
    """The answer as JSON-ready values."""
    from ..ops.labels import label_lines

    return {
        "name": answer.name,
        "moment": answer.moment,
        "rewrites": answer.rewrites,
        "subjects": [
            {
                "id": subject.op.id,
                "kind": subject.op.kind,
                "label": label_lines(subject.op),
                "name": subject.op.name,
                "graph": subject.graph,
                "inputs": [None if array is None else array.name for array in subject.op.inputs],
                "outputs": [array.name for array in subject.op.outputs],
                "origin": list(subject.op.origin),
                "history": subject.history,
                "passes": [verdict._asdict() for verdict in subject.verdicts],
            }
            for subject in answer.subjects
        ],
        "fate": answer.fate,
        "heirs": answer.heirs,
    }


def answer_text(answer: Answer) -> str:
    """The answer for people."""
    lines = [f"{answer.name}, {answer.moment}:"]
    if answer.fate:
        lines += [f"  {line}" for line in _some(answer.fate)]
        lines += [f"  in its place now: {', '.join(_some(answer.heirs))}"] if answer.heirs else []
    for subject in answer.subjects:
        lines += _subject_lines(subject)
    return "\n".join(lines) + "\n"


def _some(items: Sequence[str]) -> Iterator[str]:
    yield from items[:_SHOWN]
    if len(items) > _SHOWN:
        yield f"and {len(items) - _SHOWN} more"


def _subject_lines(subject: Subject) -> Iterator[str]:
    from ..ops.labels import label_lines

    op = subject.op
    yield ", ".join([f"{op}", *label_lines(op)]) + (f" in graph {subject.graph}" if subject.graph != "main" else "")
    if op.origin:
        yield f"  stands for {', '.join(_some(list(dict.fromkeys(op.origin))))}"
    yield from (f"  {line}" for line in _some(subject.history))
    width = max((len(verdict.name) for verdict in subject.verdicts), default=0)
    stage = ""
    for verdict in subject.verdicts:
        if verdict.stage != stage:
            stage = verdict.stage
            yield f"  stage {stage} ({verdict.when})"
        yield f"    {verdict.name:<{width}}  {_reason(verdict)}"
    if not subject.verdicts:
        yield f"  no pass starts at {op.kind}"


def _reason(verdict: Verdict) -> str:
    far = f" ({verdict.steps} steps away)" if verdict.steps > 1 else ""
    return verdict.reason + far
