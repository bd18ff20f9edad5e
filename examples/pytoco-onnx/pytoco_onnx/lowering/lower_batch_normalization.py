"""Batch normalisation that nothing has folded becomes ONNX's, between Transposes."""

from __future__ import annotations

from typing import ClassVar

import numpy as np
from pytoco.compiler import Array, Graph, Look, Op, Pass

from ..kinds.image import BatchNormAttrs
from ..layouts import Inner, lowerable, surround


class LowerBatchNormalization(Pass):
    """Normalise along axis 1; a scale or an offset that is left out becomes ones or zeros.

    Before:
        graph main(x: float32[1,1,2,2], mean: float32[2], variance: float32[2]) -> y {
          offset = const float32[2] [0.0, 1.0]
          y = BatchNormalization(x, _, offset, mean, variance) {epsilon=4.0}
        }
    After:
        graph main(x: float32[1,1,2,2], mean: float32[2], variance: float32[2]) -> y {
          offset = const float32[2] [0.0, 1.0]
          scale = const float32[2] [1.0, 1.0]
          first = const int32[4] [0, 3, 1, 2]
          last = const int32[4] [0, 2, 3, 1]
          t = Transpose(x, first)
          b = OnnxBatchNormalization(t, scale, offset, mean, variance) {epsilon=4.0}
          y = Transpose(b, last)
        }
    """

    name: ClassVar[str] = "onnx-lower-batch-normalization"
    stage: ClassVar[str] = "onnx-lowering"
    roots: ClassVar[tuple[str, ...]] = ("BatchNormalization",)
    needed: ClassVar[bool] = True
    tolerance: ClassVar[float] = 1e-5

    def match(self, op: Op, look: Look) -> tuple[Array, int] | None:
        """The input and its number of channels."""
        data = lowerable(look, op, op.inputs[0])
        if data is None or data.shape is None or len(data.shape) < 2:
            return None
        depth = data.shape[-1]
        if not isinstance(depth, int) or any(a is not None and a.shape != (depth,) for a in op.inputs[1:]):
            return look.fail("the statistics of {} are no vectors of a known depth", op)
        return data, depth

    def rewrite(self, op: Op, found: tuple[Array, int], graph: Graph) -> None:
        """Five operands, whatever was left out."""
        data, depth = found
        graph.remove(op)
        numpy_type = None if data.dtype is None else data.dtype.numpy
        operands = [
            a if a is not None else graph.constant(np.full(depth, number, numpy_type), f"{op.name}_{what}")
            for a, number, what in zip(
                op.inputs[1:], (1, 0, 0, 1), ("scale", "offset", "mean", "variance"), strict=True
            )
        ]
        surround(graph, op, data, Inner("OnnxBatchNormalization", tuple(operands), BatchNormAttrs(op.attrs.epsilon)))
