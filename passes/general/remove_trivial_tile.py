"""Remove repetitions that repeat nothing."""

from __future__ import annotations

from ...compiler.driver import Look, Pass
from ...compiler.ir import Array, Graph, Op
from ..moving import let_through, same_type


class RemoveTrivialTile(Pass):
    """Remove a Tile by ones and a BroadcastTo to the shape that there is.

    Before:
        graph main(x: float32[2,3]) -> y {
          once = const int32[2] [1, 1]
          t = Tile(x, once)
          y = Exp(t)
        }
    After:
        graph main(x: float32[2,3]) -> y {
          y = Exp(x)
        }
    """

    name = "remove-trivial-tile"
    stage = "general"
    roots = ("Tile", "BroadcastTo")

    def match(self, op: Op, look: Look) -> Array | None:
        return op.inputs[0] if same_type(look, op.inputs[0], op.outputs[0]) else None

    def rewrite(self, op: Op, found: Array, graph: Graph) -> None:
        let_through(graph, op, found)
