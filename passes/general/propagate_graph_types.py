"""Let callers and the graphs they run know of each other's types."""

from __future__ import annotations

from typing import NamedTuple

from ...compiler.driver import Look, Pass
from ...compiler.errors import ShapeError
from ...compiler.ir import Array, DType, Graph, Op, Shape, merge_shape
from ...compiler.ir.types import Dim
from ..extents import with_symbols
from ..graphs import foreseen, known, own_graphs


class _News(NamedTuple):
    graph: Graph
    array: Array
    dtype: DType | None
    shape: Shape


class PropagateGraphTypes(Pass):
    """Refine the inputs of branches and bodies by the operands, and the results of If and While by their outputs.

    The shape of a loop variable is that of its first value if, supposing so, the body gives it that shape again.

    Before:
        graph main(c: bool[], x: float32[2]) -> y {
          y: float32[?] = If(c, x) {then_graph="one", else_graph="other"}
        }
        graph one(a: float32[2]) -> b {
          b = Neg(a)
        }
        graph other(a: float32[2]) -> b {
          b = Exp(a)
        }
    After:
        graph main(c: bool[], x: float32[2]) -> y {
          y: float32[2] = If(c, x) {then_graph="one", else_graph="other"}
        }
    """

    name = "propagate-graph-types"
    stage = "general"
    roots = ("If", "While")

    def match(self, op: Op, look: Look) -> list[_News] | None:
        graphs = own_graphs(op, look)
        if graphs is None:
            return None
        news = _of_loop(op, look.graph, graphs) if op.kind == "While" else _of_branches(op, look.graph, graphs)
        return news or look.fail("nothing new about {} and its graphs", op)

    def rewrite(self, op: Op, found: list[_News], graph: Graph) -> None:
        for news in found:
            news.graph.update(news.array, dtype=news.dtype, shape=news.shape)


def _compare(graph: Graph, array: Array, dtype: DType | None, shape: Shape) -> list[_News]:
    """What is new about `array`, if it has this type."""
    try:
        merged = with_symbols(merge_shape(array.shape, shape), shape)
    except ValueError as error:
        raise ShapeError(f"{array.name!r} in graph {graph.name!r}: {error}", array=array.name) from error
    dtype = array.dtype or dtype
    return [_News(graph, array, dtype, merged)] if merged is not array.shape or dtype is not array.dtype else []


def _of_branches(op: Op, graph: Graph, branches: tuple[Graph, Graph]) -> list[_News]:
    news = []
    for branch in branches:
        for own, operand in zip(branch.inputs, op.inputs[1:], strict=True):
            if operand is not None:
                news += _compare(branch, own, operand.dtype, operand.shape)
    for result, a, b in zip(op.outputs, branches[0].outputs, branches[1].outputs, strict=True):
        if a.shape is not None and b.shape is not None and len(a.shape) == len(b.shape):
            shape = tuple([x if x == y else None for x, y in zip(a.shape, b.shape, strict=True)])
            news += _compare(graph, result, a.dtype, merge_shape(result.shape, shape))
    return news


def _of_loop(op: Op, graph: Graph, graphs: tuple[Graph, Graph]) -> list[_News]:
    condition, body = graphs
    operands = [a for a in op.inputs if a is not None]
    news = []
    for k, shape in enumerate(_lasting(body, [a.shape for a in operands])):
        for part, array in ((condition, condition.inputs[k]), (body, body.inputs[k]), (graph, op.outputs[k])):
            news += _compare(part, array, operands[k].dtype, shape)
    return news


def _lasting(body: Graph, first: list[Shape]) -> list[Shape]:
    """The shapes of the variables in every iteration, as far as known: those at first that the body gives back."""
    sure = [
        _any_of_rank(start) if own.shape is None else own.shape for own, start in zip(body.inputs, first, strict=True)
    ]
    supposed = [_supposed(*pair) for pair in zip(sure, first, strict=True)]
    while supposed != [own.shape for own in body.inputs]:
        given = {own: known(own, None, shape) for own, shape in zip(body.inputs, supposed, strict=True)}
        try:
            outputs = foreseen(body, given)
        except ShapeError:
            return [own.shape for own in body.inputs]
        after = [_confirmed(*shapes) for shapes in zip(sure, supposed, [a.shape for a in outputs], strict=True)]
        if after == supposed:
            break
        supposed = after
    return supposed


def _any_of_rank(shape: Shape) -> Shape:
    return None if shape is None else tuple([Dim() for _ in shape])


def _supposed(sure: Shape, first: Shape) -> Shape:
    """A variable's shape if it stays what it is at first."""
    if sure is None or first is None or len(sure) != len(first):
        return sure
    return tuple([x if type(x) is int else y for x, y in zip(sure, first, strict=True)])


def _confirmed(sure: Shape, supposed: Shape, output: Shape) -> Shape:
    """What is left of a supposed shape after the body has given `output` back for it."""
    if sure is None or supposed is None or output is None or len(output) != len(supposed):
        return None
    return tuple([y if x == y else s for s, x, y in zip(sure, output, supposed, strict=True)])
