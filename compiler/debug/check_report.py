"""What the numeric check found: one finding a rewrite, and a short table of all of them."""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ..ir import Array, Graph

OK, WRONG, TAINTED, UNKNOWN = "ok", "wrong", "tainted", "unknown"

HUGE = 1e30
"""What stands for an infinite error in JSON, which has no infinity."""


class Finding(NamedTuple):
    """What the check says about one rewrite; `number` 0 is the import.

    `array` is the one that is worst, `error` its distance from what it was, relative to the largest magnitude of
    either value, `abs_error` the same absolutely; both are infinite where the two cannot be compared, which `what`
    explains. `arrays` are all that are wrong. `status` is "ok", "wrong", "tainted" (off, but so was what the rewrite
    started from) or "unknown" (something has no kernel).
    """

    number: int
    stage: str
    pass_name: str
    array: str
    status: str
    error: float
    abs_error: float
    tolerance: float
    arrays: tuple[str, ...]
    what: str = ""

    def as_note(self) -> dict[str, Any]:
        """The fact for `Model.note`, and for JSON."""
        note: dict[str, Any] = {
            "check": self.number,
            "error": min(self.error, HUGE),
            "abs_error": min(self.abs_error, HUGE),
            "array": self.array,
            "tolerance": self.tolerance,
            "status": self.status,
        }
        if self.status == WRONG:
            note["arrays"] = list(self.arrays)
        if self.what:
            note["what"] = self.what
        return note

    def text(self) -> str:
        """One sentence: pass, rewrite, array, and how wrong it is."""
        if not self.number:
            return f"after import: {self.array!r} is wrong: {self.what}"
        others = len(self.arrays) - 1
        more = f" (and {others} more: {', '.join(self.arrays[1:4])})" if others > 0 else ""
        size = (
            self.what
            or f"off by {self.error:.2g} of the largest value ({self.abs_error:.3g}), {self.tolerance:.0e} allowed"
        )
        where = f"rewrite {self.number}, pass {self.pass_name!r} in stage {self.stage!r}"
        return f"{where}: {self.array!r}{more} is wrong: {size}"


class CheckReport:
    """The findings of one conversion in order.

    `rewrites` counts all that were seen, `compared` the arrays that were compared with a reference.
    `affected_outputs` are the names of the outputs that depend on something wrong at the end.
    """

    __slots__ = ("affected_outputs", "compared", "findings", "rewrites")

    def __init__(self) -> None:
        self.findings: list[Finding] = []
        self.rewrites = 0
        self.compared = 0
        self.affected_outputs: tuple[str, ...] = ()

    def add(self, finding: Finding) -> None:
        """Take one more."""
        self.findings.append(finding)

    def finish(self, graph: Graph | None, tainted: Iterable[Array]) -> None:
        """Work out which outputs depend on wrong arrays."""
        if graph is None:
            return
        seen = dict.fromkeys(a for a in tainted if a in graph)
        waiting = deque(seen)
        while waiting:
            for op in graph.users(waiting.popleft()):
                for array in op.outputs:
                    if array not in seen:
                        seen[array] = None
                        waiting.append(array)
        self.affected_outputs = tuple(a.name for a in graph.outputs if a in seen)

    def with_status(self, status: str) -> list[Finding]:
        """The findings of a status."""
        return [f for f in self.findings if f.status == status]

    @property
    def offences(self) -> list[Finding]:
        """The rewrites that are to blame, in order."""
        return self.with_status(WRONG)

    @property
    def first_offence(self) -> Finding | None:
        """The first rewrite that is to blame."""
        return next((f for f in self.findings if f.status == WRONG), None)

    @property
    def worst(self) -> Finding | None:
        """The largest error among the rewrites that are right."""
        return max(self.with_status(OK), key=lambda f: f.error, default=None)

    def warnings(self) -> list[str]:
        """What has to be told even to those who do not look at the table."""
        first, count = self.first_offence, len(self.offences)
        if first is None:
            return []
        more = f"; {count - 1} more rewrites are wrong, too" if count > 1 else ""
        return [f"the numeric check failed: {first.text()}{more}"]

    def lines(self) -> list[str]:
        """The table for people."""
        counts = {s: len(self.with_status(s)) for s in (OK, WRONG, TAINTED, UNKNOWN)}
        silent = self.rewrites - len([f for f in self.findings if f.number])
        found = [f"  checked {self.rewrites} rewrites, compared {self.compared} arrays"]
        rows = ((OK, "right"), (WRONG, "WRONG"), (TAINTED, "tainted by a wrong one"), (UNKNOWN, "not computable"))
        found += [f"    {counts[s]:>6}  {text}" for s, text in rows if counts[s]]
        if silent:
            found.append(f"    {silent:>6}  only removed or renamed")
        worst, first = self.worst, self.first_offence
        if worst is not None:
            where = (
                f"{worst.pass_name} at rewrite {worst.number}, {worst.array!r}"
                if worst.error
                else "every value the same"
            )
            found.append(f"    largest error of a right one {worst.error:.2g}: {where}")
        if first is not None:
            found.append(f"    first offence: {first.text()}")
            outputs = ", ".join(map(repr, self.affected_outputs)) or "none any more"
            found.append(f"    outputs that depend on something wrong: {outputs}")
        return found

    def as_json(self) -> dict[str, Any]:
        """Everything as plain JSON data."""
        return {
            "rewrites": self.rewrites,
            "compared": self.compared,
            "affected_outputs": list(self.affected_outputs),
            "findings": [{"pass": f.pass_name, "stage": f.stage, **f.as_note()} for f in self.findings],
        }
