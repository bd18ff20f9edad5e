"""A factor and an addend a channel, as a batch norm leaves them, become one operator."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ...compiler.driver import Look, Pass
from ...compiler.ir import Graph, Op
from ...compiler.ops.conv import DepthwiseConvAttrs
from ..patterns import Identified, offered, plain
from ..support import per_channel


class _Found(NamedTuple):
    multiply: Op
    side: int
    factor: NDArray[np.float32]
    addend: NDArray[np.float32]


class ConvertMultiplyAddToDepthwiseConv(Pass):
    """Turn `x * m + a`, one constant m and a for each channel of an image, into a DepthwiseConv of 1x1.

    It takes an activation, too. In a stage of its own: what could be folded into a neighbour has been.

    Before:
        graph main(x: float32[1,2,2,2]) -> y {
          m = const float32[2] [2.0, 3.0]
          a = const float32[] [1.0]
          t = Mul(x, m)
          y = Add(t, a)
        }
    After:
        graph main(x: float32[1,2,2,2]) -> y {
          w = const float32[1,1,1,2] [2.0, 3.0]
          b = const float32[2] [1.0, 1.0]
          y = DepthwiseConv(x, w, b) {stride_h=1, stride_w=1, padding="VALID"}
        }
    """

    name = "convert-multiply-add-to-depthwise-conv"
    stage = "pointwise"
    roots = ("Add", "Sub")

    def match(self, op: Op, look: Look) -> _Found | None:
        result = op.outputs[0]
        if result.quantization is not None or result.rank != 4:
            return look.fail("{} is not an image, or quantized", result)
        for side in (0, 1) if op.kind == "Add" else (0,):
            multiply = look.producer(op, side, ("Mul", "Div"))
            if multiply is None or not plain(look, multiply) or not look.unshared(multiply.outputs[0]):
                continue
            addend = self._vector(look, op, 1 - side)
            for place in (1, 0) if multiply.kind == "Mul" else (1,):
                factor = None if addend is None else self._vector(look, multiply, place)
                x = multiply.inputs[1 - place]
                if addend is None or factor is None or x is None or x.shape != result.shape:
                    look.fail("{} does not multiply and add constants to an array of its shape", op)
                    continue
                if multiply.kind == "Div":
                    with np.errstate(all="ignore"):
                        factor = (1 / factor.astype(np.float64)).astype(np.float32)
                if not np.isfinite(factor).all() or not np.isfinite(addend).all():
                    return look.fail("{} does not multiply and add finite numbers", op)
                attrs = DepthwiseConvAttrs(1, 1, "VALID", activation=op.attrs.activation)
                if offered(look, self.context.target, op, Identified("DepthwiseConv", (x, x), attrs)) is None:
                    return None
                return _Found(multiply, 1 - place, factor, -addend if op.kind == "Sub" else addend)
        return None

    def _vector(self, look: Look, op: Op, side: int) -> NDArray[np.float32] | None:
        """A constant operand as one number a channel of the result."""
        value = look.constant(op, side)
        shape = op.outputs[0].shape
        if value is None or value.dtype != np.float32 or not shape or type(depth := shape[-1]) is not int:
            return look.fail("{} is no constant of float32, or the channels are not known", op.inputs[side])
        vector = per_channel(value, depth)
        if vector is None or value.ndim > len(shape):
            return look.fail("{} is neither one number nor one a channel", op.inputs[side])
        return np.ascontiguousarray(vector)

    def rewrite(self, op: Op, found: _Found, graph: Graph) -> None:
        multiply = found.multiply
        weights = graph.constant(found.factor.reshape(1, 1, 1, -1), f"{multiply.name}_weights")
        bias = graph.constant(found.addend, f"{op.name}_bias")
        attrs = DepthwiseConvAttrs(1, 1, "VALID", activation=op.attrs.activation)
        graph.remove(op)
        graph.remove(multiply)
        inputs = (multiply.inputs[found.side], weights, bias)
        graph.emit("DepthwiseConv", inputs, attrs, outputs=op.outputs, origin=(*multiply.origin, *op.origin))
