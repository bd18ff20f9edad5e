"""Remove a Relu of what is never negative."""

from __future__ import annotations

from ...compiler.driver import Look, Pass
from ...compiler.ir import Array, Graph, Op
from ...compiler.ops import get
from ..moving import let_through, same_type

_NEVER_NEGATIVE = (
    "Abs", "Square", "SquaredDifference", "Exp", "Sqrt", "Rsqrt", "Logistic", "Softmax", "Relu", "Relu6", "L2Pool",
)  # fmt: skip
_KEEPS_SIGN = (
    "Reshape", "Transpose", "Squeeze", "ExpandDims", "MaxPool", "AveragePool", "Mean", "Sum", "ReduceMax", "ReduceMin",
    "Slice", "StridedSlice", "Pad", "Tile", "SpaceToDepth", "DepthToSpace", "SpaceToBatchND", "BatchToSpaceND",
    "Floor", "Round", "Ceil", "ResizeNearestNeighbor",
)  # fmt: skip
"""Kinds whose results are nowhere negative if their first operand is nowhere."""

LONGEST = 8
"""Operators that are followed upwards."""


class RemoveTrivialRelu(Pass):
    """Remove a Relu whose operand is the result of Exp, Abs, Logistic and the like, or taken or averaged from such.

    Before:
        graph main(x: float32[1,4,4,1]) -> y {
          a = Square(x)
          b = MaxPool(a) {kernel_h=2, kernel_w=2, stride_h=2, stride_w=2, padding="VALID"}
          y = Relu(b)
        }
    After:
        graph main(x: float32[1,4,4,1]) -> y {
          a = Square(x)
          y = MaxPool(a) {kernel_h=2, kernel_w=2, stride_h=2, stride_w=2, padding="VALID"}
        }
    """

    name = "remove-trivial-relu"
    stage = "general"
    roots = ("Relu",)

    def match(self, op: Op, look: Look) -> Array | None:
        if not same_type(look, op.inputs[0], op.outputs[0]):
            return None
        above = look.producer(op)
        for _ in range(LONGEST):
            if above is None:
                return None
            fused = above.attrs.activation if get(above.kind).activated else "NONE"
            if above.kind in _NEVER_NEGATIVE or fused in ("RELU", "RELU6"):
                return op.inputs[0]
            if above.kind not in _KEEPS_SIGN or fused != "NONE":
                return look.fail("{} may be negative", above.outputs[0])
            above = look.producer(above)
        return look.fail("whether {} may be negative is not known", op.inputs[0])

    def rewrite(self, op: Op, found: Array, graph: Graph) -> None:
        let_through(graph, op, found)
