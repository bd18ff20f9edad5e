"""Remove casts to the type that there is (TOCO's RemoveTrivialCast)."""

from __future__ import annotations

from ...compiler.driver import Look, Pass
from ...compiler.ir import Array, Graph, Op
from ..moving import let_through, same_type


class RemoveTrivialCast(Pass):
    """Remove a Cast to its operand's own element type.

    Before:
        graph main(x: float32[2]) -> y {
          t = Cast(x) {dtype="float32"}
          y = Exp(t)
        }
    After:
        graph main(x: float32[2]) -> y {
          y = Exp(x)
        }
    """

    name = "remove-trivial-cast"
    stage = "general"
    roots = ("Cast",)

    def match(self, op: Op, look: Look) -> Array | None:
        return op.inputs[0] if same_type(look, op.inputs[0], op.outputs[0]) else None

    def rewrite(self, op: Op, found: Array, graph: Graph) -> None:
        let_through(graph, op, found)
