"""Remove padding by nothing."""

from __future__ import annotations

from ...compiler.driver import Look, Pass
from ...compiler.ir import Array, Graph, Op
from ..moving import let_through, same_type


class RemoveTrivialPad(Pass):
    """Remove a Pad, PadV2 or MirrorPad that does not change the shape.

    Before:
        graph main(x: float32[2,3]) -> y {
          none = const int32[2,2] [0, 0, 0, 0]
          t = Pad(x, none)
          y = Exp(t)
        }
    After:
        graph main(x: float32[2,3]) -> y {
          y = Exp(x)
        }
    """

    name = "remove-trivial-pad"
    stage = "general"
    roots = ("Pad", "PadV2", "MirrorPad")

    def match(self, op: Op, look: Look) -> Array | None:
        return op.inputs[0] if same_type(look, op.inputs[0], op.outputs[0]) else None

    def rewrite(self, op: Op, found: Array, graph: Graph) -> None:
        let_through(graph, op, found)
