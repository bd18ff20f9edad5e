"""Products with one constant matrix become FullyConnected, whatever the rank of the other operand."""

from __future__ import annotations

import numpy as np

from ...compiler.driver import Look, Pass
from ...compiler.ir import Graph, Op
from ...compiler.ir.types import FLOAT32
from ...compiler.ops.linear import FullyConnectedAttrs
from ..moving import int32_constant, quantized
from ..patterns import Identified, offered


class ConvertBatchMatMulToFullyConnected(Pass):
    """Turn a BatchMatMul by one constant matrix, the same for the whole batch, into a FullyConnected.

    Which can take a bias and an activation. It keeps the leading dimensions of its operand.

    Before:
        graph main(x: float32[2,3,1]) -> y {
          w = const float32[1,1,2] [1.0, 2.0]
          y = BatchMatMul(x, w)
        }
    After:
        graph main(x: float32[2,3,1]) -> y {
          w = const float32[1,1,2] [1.0, 2.0]
          shape = const int32[2] [1, 2]
          perm = const int32[2] [1, 0]
          m = Reshape(w, shape)
          t = Transpose(m, perm)
          y = FullyConnected(x, t) {keep_num_dims=true}
        }
    """

    name = "convert-batch-mat-mul-to-fully-connected"
    stage = "general"
    roots = ("BatchMatMul",)

    def match(self, op: Op, look: Look) -> tuple[int, int] | None:
        data, weights = op.inputs[0], op.inputs[1]
        if data is None or weights is None or weights.value is None or weights.dtype is not FLOAT32:
            return look.fail("{} is not a constant of float32", weights)
        shape, matrix = data.shape, weights.value.shape
        if shape is None or op.attrs.adj_x or quantized(look, data, weights, op.outputs[0]):
            return look.fail("{} is transposed, or of unknown rank", data)
        if len(shape) < 2 or any(d != 1 for d in matrix[:-2]) or len(matrix) > len(shape):
            return look.fail("{} is not one matrix for the whole batch", weights)
        depth, units = (matrix[-1], matrix[-2]) if op.attrs.adj_y else (matrix[-2], matrix[-1])
        if shape[-1] != depth or op.outputs[0].shape != (*shape[:-1], units):
            return look.fail("the shape of {} is not known", op.outputs[0])
        attrs = FullyConnectedAttrs(keep_num_dims=len(shape) > 2)
        kept = offered(look, self.context.target, op, Identified("FullyConnected", (data, weights), attrs))
        return None if kept is None else (matrix[-2], matrix[-1])

    def rewrite(self, op: Op, found: tuple[int, int], graph: Graph) -> None:
        data, weights = op.inputs
        assert data is not None
        assert weights is not None
        graph.remove(op)
        if weights.rank != 2:
            shape = int32_constant(graph, found, f"{weights.name}_shape")
            weights = graph.emit("Reshape", (weights, shape), name=f"{weights.name}_matrix").outputs[0]
        if not op.attrs.adj_y:
            perm = graph.constant(np.array([1, 0], np.int32), f"{weights.name}_perm")
            weights = graph.emit("Transpose", (weights, perm), name=f"{weights.name}_transposed").outputs[0]
        attrs = FullyConnectedAttrs(keep_num_dims=data.rank != 2)
        graph.emit("FullyConnected", (data, weights), attrs, outputs=op.outputs)
