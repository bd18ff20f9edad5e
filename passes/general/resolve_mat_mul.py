"""Matrix products become FullyConnected or BatchMatMul (TOCO's ResolveTensorFlowMatMul)."""

from __future__ import annotations

import numpy as np

from ...compiler.driver import Look, Pass
from ...compiler.ir import Array, Graph, Op
from ...compiler.ir.types import FLOAT32
from ...compiler.ops.linear import BatchMatMulAttrs, FullyConnectedAttrs


class ResolveMatMul(Pass):
    """Turn a MatMul into the operator that runtimes have.

    With constant float weights on the right it is a FullyConnected over the transposed weights; with an activation
    there that is transposed already, too. Every other product is a BatchMatMul, which transposes by itself.

    Before:
        graph main(x: float32[1,2]) -> y {
          w = const float32[2,3] [1.0, 2.0, 3.0, 4.0, 5.0, 6.0]
          y = MatMul(x, w)
        }
    After:
        graph main(x: float32[1,2]) -> y {
          w = const float32[2,3] [1.0, 2.0, 3.0, 4.0, 5.0, 6.0]
          perm = const int32[2] [1, 0]
          t = Transpose(w, perm)
          y = FullyConnected(x, t)
        }
    """

    name = "resolve-mat-mul"
    stage = "general"
    roots = ("MatMul",)

    def match(self, op: Op, look: Look) -> bool | None:
        for array in op.inputs:
            if array is None or array.rank != 2:
                return look.fail("{} is not known to be a matrix", array)
        return True

    def rewrite(self, op: Op, found: bool, graph: Graph) -> None:
        left, right = op.inputs
        assert left is not None
        assert right is not None
        attrs = op.attrs
        fixed = right.value is not None and right.dtype is FLOAT32
        graph.remove(op)
        if fixed or (right.dtype is FLOAT32 and attrs.transpose_b and not attrs.transpose_a):
            if attrs.transpose_a:
                left = _transposed(graph, left)
            if not attrs.transpose_b:
                right = _transposed(graph, right)
            graph.emit("FullyConnected", (left, right), FullyConnectedAttrs(), outputs=op.outputs)
        else:
            pair = BatchMatMulAttrs(adj_x=attrs.transpose_a, adj_y=attrs.transpose_b)
            graph.emit("BatchMatMul", (left, right), pair, outputs=op.outputs)


def _transposed(graph: Graph, array: Array) -> Array:
    perm = graph.constant(np.array([1, 0], np.int32), f"{array.name}_perm")
    return graph.emit("Transpose", (array, perm), name=f"{array.name}_transposed").outputs[0]
