"""Remove updates that replace everything."""

from __future__ import annotations

from ...compiler.driver import Look, Pass
from ...compiler.ir import Array, Graph, Op
from ..moving import let_through, same_type


class RemoveTrivialUpdate(Pass):
    """Replace a DynamicUpdateSlice whose update is as large as its input by the update: there is no other place for it.

    Before:
        graph main(x: float32[1,4], z: float32[1,4], i: int32[2]) -> y {
          t = DynamicUpdateSlice(x, z, i)
          y = Neg(t)
        }
    After:
        graph main(x: float32[1,4], z: float32[1,4], i: int32[2]) -> y {
          y = Neg(z)
        }
    """

    name = "remove-trivial-update"
    stage = "general"
    roots = ("DynamicUpdateSlice",)

    def match(self, op: Op, look: Look) -> Array | None:
        update = op.inputs[1]
        return update if same_type(look, update, op.inputs[0]) and same_type(look, update, op.outputs[0]) else None

    def rewrite(self, op: Op, found: Array, graph: Graph) -> None:
        let_through(graph, op, found)
