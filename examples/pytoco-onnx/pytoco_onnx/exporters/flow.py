"""Operators that run other graphs of the model."""

from __future__ import annotations

from pytoco.compiler import Array, Op

from ..bodies import body, graph_named, inline, loop_body
from ..nodes import Nodes, Operand
from .base import Exporter


def _if(op: Op, nodes: Nodes) -> None:
    """The branches read their operands from outside."""
    values = [nodes.stored(a) for a in op.inputs[1:] if a is not None]
    branches = {}
    for key, graph in (("then_branch", op.attrs.then_graph), ("else_branch", op.attrs.else_graph)):
        inner = nodes.child()
        branches[key] = body(inner, f"{op.name}/{key}", [], inline(inner, graph, values), op.outputs)
    nodes.emit_many("If", [_scalar(op.inputs[0], nodes)], op.outputs, branches)


def _while(op: Op, nodes: Nodes) -> None:
    """The condition is computed before the loop, and at the end of each iteration for the next one."""
    values = [nodes.stored(a) for a in op.inputs if a is not None]
    (condition,) = inline(nodes, op.attrs.cond_graph, values)
    inner = nodes.child()
    arrays = graph_named(nodes, op.attrs.body_graph).inputs
    given = [inner.names.unique(f"{op.name}/{a.name}") for a in arrays]
    after = inline(inner, op.attrs.body_graph, given)
    (go_on,) = inline(inner, op.attrs.cond_graph, after)
    variables = list(zip(given, arrays, strict=True))
    step = loop_body(inner, f"{op.name}/body", variables, _scalar(go_on, inner), after)
    nodes.emit_many("Loop", ["", _scalar(condition, nodes), *values], op.outputs, {"body": step})


def _scalar(value: Operand, nodes: Nodes) -> str:
    """A condition as a scalar, which TensorFlow does not insist on."""
    if isinstance(value, Array) and value.rank == 0:
        return nodes.operand(value)
    return nodes.emit("Reshape", value, nodes.ints([]))


EXPORTERS: dict[str, Exporter] = {"If": _if, "While": _while}
