"""Fold arithmetic with a constant into the affine operator behind it (TOCO's FuseBinaryIntoFollowingAffine)."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from ...compiler.driver import Look, Pass
from ...compiler.ir import Graph, Op, Value
from ...compiler.ir.types import FLOAT32
from ...compiler.ir.values import elementwise, materialize
from ..support import AFFINE, AFFINE_KINDS, along, as_float64, bias_of, is_finite_factor, per_channel, with_parts

LARGEST = 1 << 24
"""Elements of weights up to which an addend is folded: the product with the weights is computed, not only noted."""


class _Found(NamedTuple):
    binary: Op
    side: int
    vector: NDArray[Any]


class FuseBinaryIntoFollowingAffine(Pass):
    """Fold `affine(x op c)` (Add, Sub, Mul, Div) into the weights and bias of Conv, DepthwiseConv or FullyConnected.

    `c` is a constant, one number or one per input channel. An addend passes through a convolution only when nothing is
    padded: padding zeros are not shifted. The intermediate must have no other reader.

    Before:
        graph main(x: float32[1,2]) -> y {
          w = const float32[1,2] [1.0, 2.0]
          k = const float32[2] [3.0, 4.0]
          t = Add(x, k)
          y = FullyConnected(t, w)
        }
    After:
        graph main(x: float32[1,2]) -> y {
          w = const float32[1,2] [1.0, 2.0]
          b = const float32[1] [11.0]
          y = FullyConnected(x, w, b)
        }
    """

    name = "fuse-binary-into-following-affine"
    stage = "affine"
    roots = AFFINE_KINDS

    def match(self, op: Op, look: Look) -> _Found | None:
        binary = look.producer(op, AFFINE[op.kind].data, ("Add", "Sub", "Mul", "Div"))
        if binary is None:
            return None
        if binary.attrs.activation != "NONE":
            return look.fail("{} has an activation", binary)
        middle = binary.outputs[0]
        if middle.dtype is not FLOAT32 or not look.unshared(middle) or op.inputs.count(middle) != 1:
            return look.fail("{} is needed elsewhere, or not float32", middle)
        right = binary.inputs[1]
        side = 0 if right is not None and right.value is not None else 1
        kept = binary.inputs[side]
        if kept is None or kept.shape is None or kept.shape != middle.shape:
            return look.fail("{} changes the shape of its operand", binary)
        if binary.kind == "Div" and side == 1:
            return look.fail("{} divides by its operand", binary)
        weights = look.value(op, 1)
        if weights is None or not bias_of(op)[0]:
            return look.fail("the weights or bias of {} are not constant", op)
        value = look.constant(binary, 1 - side)
        depth = middle.shape[-1]
        if value is None or type(depth) is not int or value.ndim > len(middle.shape):
            return None
        if not is_finite_factor(binary.kind, value):
            return look.fail("{} is not finite: infinities cancel inside the sum", binary.inputs[1 - side])
        vector = per_channel(value, depth)
        if vector is None:
            return look.fail("{} is neither one number nor one a channel", binary.inputs[1 - side])
        if op.kind == "FullyConnected" and weights.shape[1] != depth and value.size != 1:
            return look.fail("{} flattens more than the channels", op)
        if binary.kind in ("Add", "Sub"):
            if op.kind == "TransposeConv":
                return look.fail("{} reads fewer elements at its borders", op)
            if op.kind != "FullyConnected" and op.attrs.padding != "VALID":
                self.remark(binary, "stays apart: {} pads with zeros, to which nothing may be added", op)
                return look.fail("{} pads, and zeros are not shifted", op)
            if weights.size > LARGEST:
                return look.fail("the weights of {} are too large to multiply here", op)
        return _Found(binary, side, vector)

    def rewrite(self, op: Op, found: _Found, graph: Graph) -> None:
        binary, side, vector = found
        old: Any = op.inputs[1]
        weights: Value | None = None
        bias = None
        if binary.kind in ("Add", "Sub"):
            shift = -vector if binary.kind == "Sub" and side == 0 else vector
            old_bias = bias_of(op)[1]
            bias = (_passed_on(op, old.value, shift) + (0 if old_bias is None else as_float64(old_bias))).astype("f4")
            if binary.kind == "Sub" and side == 1:
                weights = _scaled(op, old.value, np.full_like(vector, -1), np.multiply)
        else:
            weights = _scaled(op, old.value, vector, np.divide if binary.kind == "Div" else np.multiply)
        inputs = list(with_parts(op, graph, weights, bias))
        inputs[AFFINE[op.kind].data] = binary.inputs[side]
        attrs, origin, outputs = op.attrs, (*binary.origin, *op.origin), op.outputs
        graph.remove(op)
        graph.remove(binary)
        graph.emit(op.kind, inputs, attrs, outputs=outputs, origin=origin)


def _per_weight(op: Op, weights: Value, vector: NDArray[Any]) -> NDArray[Any]:
    """The vector over input channels, shaped to broadcast against the weights."""
    axis = AFFINE[op.kind].depth_axis
    if axis is None:  # depthwise: output channel c * multiplier + m reads input channel c
        return along(np.repeat(vector, weights.shape[3] // vector.size), 3, 4)
    if weights.shape[axis] != vector.size:  # one number for all, spread over what a FullyConnected flattens
        vector = np.broadcast_to(vector[:1], (weights.shape[axis],))
    return along(vector, axis, len(weights.shape))


def _scaled(op: Op, weights: Value, vector: NDArray[Any], combine: Any) -> Value:
    return elementwise(combine, weights, _per_weight(op, weights, vector))


def _passed_on(op: Op, weights: Value, shift: NDArray[Any]) -> NDArray[Any]:
    """What a constant input `shift` a channel adds to each output channel, in double precision."""
    units_axis = AFFINE[op.kind].units_axis
    product = materialize(weights).astype(np.float64) * _per_weight(op, weights, shift)
    axes = tuple(i for i in range(product.ndim) if i != units_axis)
    total: NDArray[Any] = product.sum(axis=axes)
    return total
