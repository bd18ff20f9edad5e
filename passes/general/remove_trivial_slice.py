"""Remove slices that take everything (TOCO's RemoveTrivialSlice)."""

from __future__ import annotations

from ...compiler.driver import Look, Pass
from ...compiler.ir import Array, Graph, Op
from ..moving import let_through, same_type


class RemoveTrivialSlice(Pass):
    """Remove a Slice or StridedSlice whose result has the shape of its operand: it takes all there is, in order.

    A StridedSlice must have positive strides, otherwise it reverses.

    Before:
        graph main(x: float32[2,3]) -> y {
          begin = const int32[2] [0, 0]
          size = const int32[2] [2, -1]
          t = Slice(x, begin, size)
          y = Exp(t)
        }
    After:
        graph main(x: float32[2,3]) -> y {
          y = Exp(x)
        }
    """

    name = "remove-trivial-slice"
    stage = "general"
    roots = ("Slice", "StridedSlice")

    def match(self, op: Op, look: Look) -> Array | None:
        data = op.inputs[0]
        if not same_type(look, data, op.outputs[0]):
            return None
        if op.kind == "StridedSlice":
            strides = look.constant(op, 3)
            if strides is None:
                return None
            if (strides <= 0).any():
                return look.fail("{} reverses an axis", op)
        return data

    def rewrite(self, op: Op, found: Array, graph: Graph) -> None:
        let_through(graph, op, found)
