"""Takes a model and its runner back to the start of a stage, exactly: as if nothing had happened since.

What happened to the graphs is undone event by event. What events do not say, and passes may yet see, is noted at each
mark: the order in which operators, arrays and readers came in, ranks, ids and suffixes given away, and what the runner
has counted, remarked and blocked.
"""

from __future__ import annotations

from copy import copy
from random import Random
from typing import TYPE_CHECKING, Any

from ...driver.fixed_point import Statistics
from ...ir.items import Array, Op, assign

if TYPE_CHECKING:
    from ...driver.fixed_point import Runner
    from ...driver.passes import Context
    from ...ir import Graph, Model
    from ...ir.events import Event


class Inexact(Exception):
    """The model cannot be taken back: something changed it without its graph's knowledge."""


class Trail:
    """Every event of a model from now on, with marks to go back to."""

    def __init__(self, runner: Runner, context: Context) -> None:
        self.runner = runner
        self.context = context
        self.events: list[Event] = []
        runner.model.listeners.append(self.events.extend)

    def mark(self) -> Mark:
        """The present moment, between two stages."""
        return Mark(self, {graph: _GraphState(graph) for graph in self.runner.model.graphs.values()})

    def rewind(self, mark: Mark) -> None:
        """Go back to an earlier mark, which can be gone back to again. Raises Inexact when that cannot be done."""
        model, events = self.runner.model, self.events
        try:
            while len(events) > mark.events:
                event = events.pop()
                event[1].undo(event)
            for graph, state in mark.graphs.items():
                state.restore(graph)
        except Exception as error:
            raise Inexact(f"{type(error).__name__}: {error}") from error
        model.graphs.clear()
        model.graphs.update((graph.name, graph) for graph in mark.graphs)
        model._last_id = mark.last_id
        model.signatures = mark.signatures
        model.metadata = _copied(mark.metadata)
        model.files[:] = mark.files
        for name, value in mark.runner.items():
            setattr(self.runner, name, _copied(value))
        self.context.remarks = dict(mark.remarks)
        if any(_fingerprint(graph) != state.fingerprint for graph, state in mark.graphs.items()):
            raise Inexact("an operator or array is not what it was, and no event says so")


class Mark:
    """A moment between two stages."""

    __slots__ = ("events", "files", "graphs", "last_id", "metadata", "remarks", "runner", "signatures")

    def __init__(self, trail: Trail, graphs: dict[Graph, _GraphState]) -> None:
        model: Model = trail.runner.model
        self.events = len(trail.events)
        self.graphs = graphs
        self.last_id = model._last_id
        self.signatures = model.signatures
        self.metadata = _copied(model.metadata)
        self.files = list(model.files)
        self.runner = {name: _copied(value) for name, value in vars(trail.runner).items() if name != "model"}
        self.remarks = dict(trail.context.remarks)


class _GraphState:
    """What a graph has that its events do not tell."""

    __slots__ = (
        "fingerprint", "links", "names", "nodes", "operands", "ops", "origin", "rank", "ranks", "readers", "renumbered",
        "suffixes",
    )  # fmt: skip

    def __init__(self, graph: Graph) -> None:
        pred, succ = graph._pred, graph._succ
        self.ops = tuple(graph._ops)
        self.ranks = [op.rank for op in self.ops]
        self.names = dict(graph._names)
        self.nodes = tuple(graph._node)
        self.links = tuple(succ)
        self.readers = {a: tuple(succ[a]) for a in self.names.values() if len(succ[a]) > 1}
        self.operands = {
            op: order for op in self.ops if len(pred[op]) > 1 and (order := tuple(pred[op])) != tuple(_operands(op))
        }
        self.suffixes = dict(graph._next_suffix)
        self.renumbered = graph.renumbered
        self.rank, self.origin = graph.new_op_rank, graph.new_op_origin
        self.fingerprint = _fingerprint(graph)

    def restore(self, graph: Graph) -> None:
        """Put everything in order again, once the events have been undone. Raises KeyError where that fails."""
        for op, rank in zip(self.ops, self.ranks, strict=True):
            assign(op, "rank", rank)
        for name, array in self.names.items():
            assign(array, "name", name)
        graph._names.clear()
        graph._names.update(self.names)
        _arrange(graph._ops, self.ops)
        for kind in graph._kinds.values():
            kind.clear()
        for op in self.ops:
            graph._kinds[op.kind][op] = None
        _arrange(graph._node, self.nodes)
        _arrange(graph._succ, self.links)
        _arrange(graph._pred, self.links)
        for array, readers in self.readers.items():
            _arrange(graph._succ[array], readers)
        for op in self.ops:
            if len(graph._pred[op]) > 1:
                _arrange(graph._pred[op], self.operands.get(op) or tuple(_operands(op)))
        graph._next_suffix.clear()
        graph._next_suffix.update(self.suffixes)
        graph.renumbered = self.renumbered
        graph.new_op_rank, graph.new_op_origin = self.rank, self.origin
        graph._order = None


def _operands(op: Op) -> dict[Array | None, None]:
    found = dict.fromkeys(op.inputs)
    found.pop(None, None)
    return found


def _arrange(items: dict[Any, Any], order: tuple[Any, ...]) -> None:
    """Give a dict this order of its keys. Raises KeyError where they are others."""
    if len(items) != len(order):
        raise KeyError(f"{len(items)} items instead of {len(order)}")
    if tuple(items) != order:
        found = [(key, items[key]) for key in order]
        items.clear()
        items.update(found)


def _fingerprint(graph: Graph) -> int:
    """A number that is another one when a field of an operator or array was set since."""
    ops = [hash((op.kind, op.inputs, op.outputs, id(op.attrs), id(op.origin), op.rank)) for op in graph._ops]
    arrays = [
        hash((a.name, id(a.dtype), id(a.shape), id(a.value), id(a.minmax), id(a.quantization)))
        for a in graph._names.values()
    ]
    return hash((tuple(ops), tuple(arrays), graph.inputs, graph.outputs, graph.states))


def _copied(value: Any) -> Any:
    """A copy of what a runner or a model holds besides its graphs; containers are copied, what is in them is not."""
    if isinstance(value, Statistics):
        made = Statistics()
        for name in Statistics.__slots__:
            setattr(made, name, _copied(getattr(value, name)))
        made.passes = {key: copy(timing) for key, timing in value.passes.items()}
        return made
    if isinstance(value, Random):
        made_random = Random()
        made_random.setstate(value.getstate())
        return made_random
    if isinstance(value, dict):
        return {key: _copied(item) if isinstance(item, list | dict) else item for key, item in value.items()}
    return copy(value) if isinstance(value, list | set) else value
