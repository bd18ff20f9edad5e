"""Notices rewrites that never come to rest and says which ones they are."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Sequence
from itertools import groupby
from typing import TYPE_CHECKING

from ..errors import NoFixedPoint
from ..ir.events import Event, describe

if TYPE_CHECKING:
    from ..ir import Array, Graph, Op

BUDGET_PER_OP = 60
"""Rewrites allowed in a stage for each operator that the stage began with; real conversions need about one."""

PER_PLACE = 2_000
"""Rewrites by one pass at one place (operators made by a rewrite keep their root's place) before it is watched."""

WINDOW = 48
"""Rewrites recorded once something looks endless."""


class Watch:
    """Counts the rewrites of a stage; past its budget it records a window of them, then raises NoFixedPoint."""

    __slots__ = ("_begun", "_budget", "_count", "_graph", "_origin_of", "_places", "_stage", "_states", "_window")

    def __init__(self, stage: str, graph: Graph, origin_of: Callable[[str], str] = lambda _: "") -> None:
        self._origin_of = origin_of
        self._stage = stage
        self._graph = graph
        self._budget = 500 + BUDGET_PER_OP * len(graph)
        self._count = 0
        self._places: dict[tuple[str, int], int] = {}
        self._begun = False
        self._window: deque[tuple[str, str, str]] = deque(maxlen=WINDOW)
        self._states: dict[int, int] = {}

    def rewrote(self, pass_name: str, op: Op | None, events: list[Event]) -> None:
        """Take note of one rewrite. Raises NoFixedPoint when it is one too many."""
        self._count += 1
        place = (pass_name, op.rank if op is not None else -1)
        times = self._places.get(place, 0) + 1
        self._places[place] = times
        if not self._begun and self._count <= self._budget and times <= PER_PLACE:
            return
        self._begun = True
        where = op.name if op is not None else self._graph.name
        self._window.append((pass_name, where, "; ".join(describe(e) for e in events[:6])))
        state = self._fingerprint()
        again = self._states.get(state)
        if again is not None:
            period = self._count - again
            many = "s" if period > 1 else ""
            what = f"after {period} rewrite{many} the graph is what it was before"
            self._stop(what, list(self._window)[-period:])
        self._states[state] = self._count
        if len(self._states) >= WINDOW:
            if self._count > self._budget:
                what = f"{self._count} rewrites and no end; the graph has {len(self._graph)} operators now"
                self._stop(what, list(self._window), self._busiest())
            self._begun = False
            self._states.clear()
            self._places.clear()

    def _fingerprint(self) -> int:
        """A structural hash: kinds, attributes and wiring of every operator; names do not count, new ones are made."""
        place: dict[Array | None, int] = {}
        items = [
            (op.kind, repr(op.attrs), tuple(place.setdefault(a, len(place)) for a in (*op.inputs, *op.outputs)))
            for op in self._graph.order()
        ]
        return hash((tuple(items), tuple(place.get(a) for a in self._graph.outputs)))

    def _busiest(self) -> list[str]:
        """The passes that rewrote again and again at one place; the window may show only one phase of a long circle."""
        most = max(self._places.values())
        return [name for (name, _), times in self._places.items() if 2 * times > most]

    def _stop(self, what: str, window: list[tuple[str, str, str]], others: Sequence[str] = ()) -> None:
        passes = list(dict.fromkeys((*(p for p, _, _ in window), *others)))
        told = [(next(same), sum(1 for _ in same)) for _, same in groupby(window)][-12:]
        named = ", ".join(name + self._origin_of(name) for name in passes)
        lines = "\n".join(
            f"  {p} at {where!r}: {text}{f', {more + 1} times' if more else ''}" for (p, where, text), more in told
        )
        error = NoFixedPoint(
            f"stage {self._stage!r} does not come to rest: {what}. Rewrites in turn: {named}\n{lines}",
            hint="disable one of these passes, or let one of them refuse what the other makes",
            pass_name=passes[0],
            op=window[-1][1],
        )
        error.passes = tuple(passes)
        raise error
