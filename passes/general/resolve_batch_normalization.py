"""Batch normalisation in inference becomes a multiplication and an addition (TOCO's ResolveBatchNormalization)."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ...compiler.driver import Look, Pass
from ...compiler.ir import Graph, Op
from ...compiler.ops.binary import BinaryAttrs


class _Found(NamedTuple):
    factor: NDArray[np.float32]
    addend: NDArray[np.float32]


class ResolveBatchNormalization(Pass):
    """Turn `(x - mean) * scale / sqrt(variance + epsilon) + offset` with constant statistics into `x * m + a`.

    `m = scale / sqrt(variance + epsilon)` and `a = offset - mean * m` are computed in double precision.

    Before:
        graph main(x: float32[1,1,1,2]) -> y {
          scale = const float32[2] [2.0, 3.0]
          offset = const float32[2] [0.0, 1.0]
          mean = const float32[2] [1.0, 2.0]
          variance = const float32[2] [3.0, 8.0]
          y = BatchNormalization(x, scale, offset, mean, variance) {epsilon=1.0}
        }
    After:
        graph main(x: float32[1,1,1,2]) -> y {
          m = const float32[2] [1.0, 1.0]
          a = const float32[2] [-1.0, -1.0]
          t = Mul(x, m)
          y = Add(t, a)
        }
    """

    name = "resolve-batch-normalization"
    stage = "general"
    roots = ("BatchNormalization",)

    def match(self, op: Op, look: Look) -> _Found | None:
        x = op.inputs[0]
        if x is None or x.dtype is None or x.dtype.name != "float32":
            return look.fail("{} is not float32", x)
        parts: list[NDArray[np.float64] | None] = []
        for index in range(1, 5):
            if op.inputs[index] is None:
                parts.append(None)
                continue
            value = look.constant(op, index)
            if value is None:
                return None
            parts.append(value.astype(np.float64))
        scale, offset, mean, variance = parts
        assert mean is not None
        assert variance is not None
        with np.errstate(all="ignore"):
            factor = 1.0 / np.sqrt(variance + op.attrs.epsilon)
            if scale is not None:
                factor = factor * scale
            addend = -mean * factor if offset is None else offset - mean * factor
        return _Found(factor.astype(np.float32), addend.astype(np.float32))

    def rewrite(self, op: Op, found: _Found, graph: Graph) -> None:
        graph.remove(op)
        factor = graph.constant(found.factor, f"{op.name}_factor")
        addend = graph.constant(found.addend, f"{op.name}_addend")
        scaled = graph.emit("Mul", (op.inputs[0], factor), BinaryAttrs(), name=f"{op.name}_mul").outputs[0]
        graph.emit("Add", (scaled, addend), BinaryAttrs(op.attrs.activation), outputs=op.outputs)
