"""Remove operators whose results nobody needs."""

from __future__ import annotations

from ...compiler.driver import Look, Pass
from ...compiler.ir import Graph, Op
from ...compiler.ops import get


class RemoveUnusedOp(Pass):
    """Remove an operator none of whose results is read or promised.

    Before:
        graph main(x: float32[2]) -> y {
          t = Exp(x)
          y = Neg(x)
        }
    After:
        graph main(x: float32[2]) -> y {
          y = Neg(x)
        }
    """

    name = "remove-unused-op"
    stage = "general"

    def match(self, op: Op, look: Look) -> bool | None:
        for array in op.outputs:
            if look.is_needed(array):
                return look.fail("{} is needed", array)
        if not op.outputs or get(op.kind).effects:
            return look.fail("{} is here for its effect", op)
        return True

    def rewrite(self, op: Op, found: bool, graph: Graph) -> None:
        graph.remove(op)
