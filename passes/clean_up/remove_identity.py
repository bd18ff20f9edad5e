"""Remove Identity operators (TOCO's RemoveTensorFlowIdentity)."""

from __future__ import annotations

from ...compiler.driver import Look, Pass
from ...compiler.ir import Array, Graph, Op
from ..support import bypass


class RemoveIdentity(Pass):
    """Let the readers of an Identity read its operand.

    An Identity between two promised names (an input and an output, say) stays: one array cannot carry both.

    Before:
        graph main(x: float32[2]) -> y {
          t = Exp(x)
          y = Identity(t)
        }
    After:
        graph main(x: float32[2]) -> y {
          y = Exp(x)
        }
    """

    name = "remove-identity"
    stage = "clean-up"
    roots = ("Identity",)

    def match(self, op: Op, look: Look) -> Array | None:
        kept = op.inputs[0]
        if kept is None or not look.graph.can_replace(op.outputs[0], kept):
            return look.fail("{} and {} are both promised names", kept, op.outputs[0])
        return kept

    def rewrite(self, op: Op, found: Array, graph: Graph) -> None:
        bypass(graph, op, found)
