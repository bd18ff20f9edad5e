"""`pytoco conformance NAME`: whether a backend or a frontend does what everybody may expect of one."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import TYPE_CHECKING

from .common import add_plugin_arguments
from .parsing import Parser

if TYPE_CHECKING:
    from ..testing.conformance import Conformance, Outcome

MARKS = {"ok": "ok", "fails": "FAILS", "not applicable": "-"}


def parser(prog: str) -> Parser:
    """The argument parser of the command."""
    made = Parser(
        prog,
        "Check whether a backend or a frontend does what everybody may expect of one. The status is 1 if it does not.",
    )
    made.add_argument("name", metavar="NAME", help="a backend, a frontend or a format")
    made.add_argument(
        "--sample", action="append", default=[], dest="samples", metavar="FILE", help="a model of a frontend's format"
    )
    made.add_argument("--only", action="append", default=[], metavar="CHECK", help="run only this check")
    made.add_argument("--json", action="store_true", help="as JSON")
    add_plugin_arguments(made)
    return made


def run(prog: str, argv: Sequence[str]) -> int:
    """Run the command; errors are raised."""
    from ..testing.conformance import FAILS, conformance_checks

    arguments = parser(prog).parse_args(argv)
    checks = conformance_checks(
        arguments.name,
        samples=arguments.samples,
        plugins=arguments.switches,
        plugins_file=arguments.plugins_file,
        only=arguments.only,
    )
    done: list[tuple[Conformance, Outcome]] = []
    for _, group in groupby(checks, key=lambda item: item.subject):
        members = list(group)
        if not arguments.json:
            subject = members[0].subject
            sys.stdout.write(f"{subject.kind} {subject.name}: {subject.description}\n")
        width = max(len(item.check.name) for item in members)
        for item in members:
            found = item.outcome()
            done.append((item, found))
            if not arguments.json:
                sys.stdout.writelines(f"{line}\n" for line in _lines(found, width))
                sys.stdout.flush()
    if arguments.json:
        facts = [{"kind": c.subject.kind, "name": c.subject.name, **found.as_json()} for c, found in done]
        sys.stdout.write(json.dumps(facts, indent=2) + "\n")
    failed = sum(found.status == FAILS for _, found in done)
    if not arguments.json:
        sys.stdout.write(f"{len(done)} checks, {failed} failed\n")
    return int(failed > 0)


def _lines(found: Outcome, width: int) -> Iterator[str]:
    """One line a check; for a failure the reason and the next step, too."""
    yield f"  {MARKS[found.status]:<6}{found.check.name:<{width}}  {found.check.shows}"
    if found.reason:
        yield f"        {found.reason}"
        if found.status == "fails":
            yield f"        next: {found.check.advice}"
