"""Operators that run other graphs of the model: which graphs those are, who runs them, and what must fit together."""

from __future__ import annotations

from collections.abc import Sequence

from ..errors import VerifyError
from .graph import Graph
from .items import Array, Op
from .model import Model
from .opaque import OPAQUE
from .types import shape_text

CALLERS = {"If": ("then_graph", "else_graph"), "While": ("cond_graph", "body_graph")}
"""Kinds that run graphs, with the attributes that name them."""

_RUNNERS = (*CALLERS, OPAQUE)


def called(op: Op) -> tuple[str, ...]:
    """The names of the graphs that an operator runs."""
    if op.kind == OPAQUE:
        return tuple(op.attrs.graphs)
    fields = CALLERS.get(op.kind)
    return () if fields is None else tuple([str(getattr(op.attrs, field)) for field in fields])


def callers(model: Model, *names: str) -> list[Op]:
    """The operators that run one of the graphs of these names, whether or not anything still needs them."""
    wanted = frozenset(names)
    return [
        op
        for graph in model.graphs.values()
        for kind in CALLERS
        for op in graph._kinds.get(kind, ())
        if not wanted.isdisjoint(op.attrs)  # as `called` says, but asked very often
    ]


def live_graphs(model: Model) -> dict[str, Graph]:
    """The graphs that main and the signatures' graphs need, in the order in which they were made."""
    graphs = model.graphs
    if len(graphs) == 1:
        return dict(graphs)
    waiting = [*list(graphs)[:1], *(s.graph for s in model.signatures)]
    found: dict[str, None] = {}
    while waiting:
        name = waiting.pop()
        if name not in found and name in graphs:
            found[name] = None
            waiting.extend(n for kind in _RUNNERS for op in graphs[name].ops(kind) for n in called(op))
    return {name: graph for name, graph in graphs.items() if name in found}


def verify_calls(graph: Graph, op: Op) -> None:
    """Hold an operator that runs graphs against them. Raises VerifyError where operands or results do not fit."""
    graphs = graph.model.graphs
    for name in called(op):
        if name not in graphs:
            raise VerifyError(f"{op!r} runs the graph {name!r}, which the model does not have", op=op.name)
    first, second = (graphs[name] for name in called(op))
    if op.kind == "If":
        for branch in (first, second):
            _fit(op, op.inputs[1:], branch.inputs, f"graph {branch.name!r} takes")
            _fit(op, op.outputs, branch.outputs, f"graph {branch.name!r} gives")
        return
    for part in (first, second):
        _fit(op, op.inputs, part.inputs, f"graph {part.name!r} takes")
    _fit(op, op.inputs, second.outputs, f"graph {second.name!r} gives")
    _fit(op, op.inputs, op.outputs, "it has the results")
    if len(first.outputs) != 1 or first.outputs[0].size not in (None, 1):
        raise VerifyError(f"graph {first.name!r}, the condition of {op!r}, must have one result, a bool", op=op.name)


def _fit(op: Op, own: Sequence[Array | None], others: Sequence[Array], what: str) -> None:
    """Raise VerifyError unless the arrays agree in number, dtype, and rank and extents as far as known."""
    if len(own) != len(others):
        raise VerifyError(f"{op!r} has {len(own)} arrays where {what} {len(others)}", op=op.name)
    for a, b in zip(own, others, strict=True):
        if a is None:
            raise VerifyError(f"{op!r} leaves out the operand for which {what} {b.name!r}", op=op.name)
        if a.dtype is not b.dtype and a.dtype is not None and b.dtype is not None:
            raise VerifyError(f"{op!r}: {a.name!r} is {a.dtype}, but {what} {b.name!r} of {b.dtype}", op=op.name)
        if a.shape is None or b.shape is None:
            continue
        if len(a.shape) != len(b.shape) or any(
            type(x) is int and type(y) is int and x != y for x, y in zip(a.shape, b.shape, strict=True)
        ):
            raise VerifyError(
                f"{op!r}: {a.name!r} has the shape {shape_text(a.shape)}, but {what} {b.name!r} of "
                f"{shape_text(b.shape)}",
                op=op.name,
            )
