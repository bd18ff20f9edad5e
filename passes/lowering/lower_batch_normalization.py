"""Batch normalisation that nothing has folded is computed step by step: TensorFlow Lite has no such operator."""

from __future__ import annotations

import numpy as np

from ...compiler.driver import Look, Pass
from ...compiler.ir import Array, Graph, Op
from ...compiler.ops.binary import BinaryAttrs


class LowerBatchNormalization(Pass):
    """Turn what is left of batch normalisation into `(x - mean) * (scale * rsqrt(variance + epsilon)) + offset`.

    A whole conversion leaves only those whose statistics are computed at run time; one that stops early leaves others.

    Before:
        graph main(x: float32[1,1,1,2], mean: float32[2], variance: float32[2]) -> y {
          offset = const float32[2] [0.0, 1.0]
          y = BatchNormalization(x, _, offset, mean, variance) {epsilon=0.5}
        }
    After:
        graph main(x: float32[1,1,1,2], mean: float32[2], variance: float32[2]) -> y {
          offset = const float32[2] [0.0, 1.0]
          epsilon = const float32[] [0.5]
          raised = Add(variance, epsilon)
          factor = Rsqrt(raised)
          centred = Sub(x, mean)
          scaled = Mul(centred, factor)
          y = Add(scaled, offset)
        }
    """

    name = "lower-batch-normalization"
    stage = "lowering"
    roots = ("BatchNormalization",)
    needed = True

    def match(self, op: Op, look: Look) -> bool | None:
        x = op.inputs[0]
        if x is None or x.dtype is None or x.dtype.name != "float32":
            return look.fail("{} is not float32", x)
        return True

    def rewrite(self, op: Op, found: bool, graph: Graph) -> None:
        x, scale, offset, mean, variance = op.inputs
        result, activation = op.outputs, BinaryAttrs(op.attrs.activation)
        graph.remove(op)

        def emit(kind: str, *operands: Array | None, what: str) -> Array:
            attrs = None if kind == "Rsqrt" else BinaryAttrs()
            return graph.emit(kind, operands, attrs, name=f"{op.name}_{what}").outputs[0]

        epsilon = graph.constant(np.array(op.attrs.epsilon, np.float32), f"{op.name}_epsilon")
        factor = emit("Rsqrt", emit("Add", variance, epsilon, what="variance"), what="rsqrt")
        if scale is not None:
            factor = emit("Mul", factor, scale, what="factor")
        centred = emit("Sub", x, mean, what="centred")
        if offset is None:
            graph.emit("Mul", (centred, factor), activation, outputs=result)
        else:
            graph.emit("Add", (emit("Mul", centred, factor, what="scaled"), offset), activation, outputs=result)
