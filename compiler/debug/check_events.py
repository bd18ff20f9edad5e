"""What the events of a rewrite mean to the numeric check: what to compute again, what to compare, what has gone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from ..ir import Op
from ..ir.events import ADD, REMOVE, RETARGET, REWIRE, UPDATE, Event
from ..ir.subgraphs import CALLERS, called

if TYPE_CHECKING:
    from ..ir import Array, Graph


class Touched:
    """What the events of one rewrite say about a graph: what to compute, what to compare, what has gone."""

    __slots__ = (
        "constants", "events", "forced", "gone", "involved", "moved", "ops", "removed", "retargeted", "retyped",
    )  # fmt: skip

    def __init__(self, graph: Graph, events: Sequence[Event]) -> None:
        self.ops: dict[Op, None] = {}
        self.forced: dict[Op, None] = {}
        self.removed: list[Op] = []
        self.constants: dict[Array, None] = {}
        self.retyped: dict[Array, None] = {}
        self.moved: list[tuple[Array, Array]] = []
        self.involved: dict[Array, None] = {}
        self.gone: list[Array] = []
        self.retargeted = False
        self.events = 0
        others: dict[str, None] = {}
        for event in events:
            if event[1] is graph:
                self.events += 1
                self._take(graph, event)
            else:
                others[event[1].name] = None
        for op in _callers(graph, others):
            self.events += 1
            self.ops[op] = self.forced[op] = None
            self.involved.update(dict.fromkeys(op.outputs))

    def _take(self, graph: Graph, event: Event) -> None:
        code, item = event[0], event[2]
        if code == UPDATE:
            self._take_update(graph, item, event[3])
            return
        if code == RETARGET:
            self.retargeted = True
            if item == "outputs":
                self.moved += [(a, b) for a, b in zip(event[3], event[4], strict=False) if a is not b]
        else:
            mentioned = (*event[3], *event[4]) if code in (ADD, REMOVE) else (*event[3], *event[4], *item.outputs)
            self.involved.update(dict.fromkeys(a for a in mentioned if a is not None))
            if item in graph:
                self.ops[item] = None
            else:
                self.removed.append(item)
        if code in (REMOVE, REWIRE, RETARGET):
            self.gone += event[-1]

    def _take_update(self, graph: Graph, item: Any, field: str) -> None:
        if item not in graph or field in ("name", "origin", "minmax"):
            return
        if isinstance(item, Op):
            self.ops[item] = None
            self.involved.update(dict.fromkeys(a for a in (*item.inputs, *item.outputs) if a is not None))
            return
        self.involved[item] = None
        producer = graph.producer(item)
        if item.value is not None:
            self.constants[item] = None
        elif field == "quantization" and producer is not None:
            self.ops[producer] = self.forced[producer] = None
        else:
            self.retyped[item] = None


def _callers(graph: Graph, names: Mapping[str, None]) -> list[Op]:
    """The operators of a graph that run one of those other graphs, or one that does."""
    graphs = graph.model.graphs
    found = []
    for op in [op for kind in CALLERS for op in graph.ops(kind)] if names else ():
        seen = dict.fromkeys(called(op))
        waiting = list(seen)
        while waiting:
            inner = graphs[waiting.pop()]
            new = [n for kind in CALLERS for o in inner.ops(kind) for n in called(o) if n not in seen]
            seen.update(dict.fromkeys(new))
            waiting += new
        if any(name in seen for name in names):
            found.append(op)
    return found


def boundary(graph: Graph) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The names of the inputs and of the outputs."""
    return tuple(a.name for a in graph.inputs), tuple(a.name for a in graph.outputs)


def in_order(graph: Graph, ops: Mapping[Op, None]) -> list[Op]:
    """The operators, each behind those of them whose results it reads."""
    done: dict[Op, None] = {}
    for root in ops:
        stack = [root]
        while stack:
            op = stack[-1]
            producers = [graph.producer(array) for array in op.inputs if array is not None]
            waiting = [p for p in producers if p is not None and p in ops and p not in done]
            if waiting and op not in done:
                stack += waiting
            else:
                done[stack.pop()] = None
    return list(done)
