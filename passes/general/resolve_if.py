"""Decide conditionals whose condition is constant."""

from __future__ import annotations

from ...compiler.driver import Look, Pass
from ...compiler.ir import Graph, Op
from ..graphs import put_inline
from ..moving import stand_in


class ResolveIf(Pass):
    """Replace an If on a constant condition by the operators of the branch that is taken.

    Before:
        graph main(x: float32[2]) -> y {
          yes = const bool[] [true]
          y: float32[2] = If(yes, x) {then_graph="doubled", else_graph="negated"}
        }
        graph doubled(a: float32[2]) -> b {
          b = Add(a, a)
        }
        graph negated(a: float32[2]) -> b {
          b = Neg(a)
        }
    After:
        graph main(x: float32[2]) -> y {
          y = Add(x, x)
        }
    """

    name = "resolve-if"
    stage = "general"
    roots = ("If",)

    def match(self, op: Op, look: Look) -> Graph | None:
        condition = look.constant(op, 0)
        if condition is None or condition.size != 1:
            return look.fail("the condition of {} is not one constant", op)
        name = op.attrs.then_graph if condition.reshape(-1)[0] else op.attrs.else_graph
        return look.graph.model.graphs[name]

    def rewrite(self, op: Op, found: Graph, graph: Graph) -> None:
        graph.remove(op)
        for result, data in zip(op.outputs, put_inline(graph, found, op.inputs[1:], op.name), strict=True):
            stand_in(graph, result, data)
