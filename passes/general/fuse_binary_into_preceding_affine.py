"""Fold arithmetic with a constant into the affine operator before it (TOCO's FuseBinaryIntoPrecedingAffine)."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from ...compiler.driver import Look, Pass
from ...compiler.ir import Graph, Op, Value
from ...compiler.ir.types import FLOAT32
from ...compiler.ir.values import elementwise
from ..support import AFFINE, AFFINE_KINDS, along, as_float64, bias_of, is_finite_factor, per_channel, with_parts


class _Found(NamedTuple):
    affine: Op
    factor: NDArray[Any] | None
    addend: NDArray[Any] | None
    divide: bool


class FuseBinaryIntoPrecedingAffine(Pass):
    """Fold `affine(x) op c` (Add, Sub, Mul, Div) into the weights and bias of Conv, DepthwiseConv or FullyConnected.

    `c` is a constant, one number or one per output channel; `c - affine(x)` negates the weights. The intermediate must
    have no other reader. New constants are made, so others may go on using the old ones.

    Before:
        graph main(x: float32[1,2]) -> y {
          w = const float32[1,2] [1.0, 2.0]
          b = const float32[1] [0.5]
          k = const float32[] [3.0]
          t = FullyConnected(x, w, b)
          y = Sub(k, t) {activation="RELU"}
        }
    After:
        graph main(x: float32[1,2]) -> y {
          w = const float32[1,2] [-1.0, -2.0]
          b = const float32[1] [2.5]
          y = FullyConnected(x, w, b) {activation="RELU"}
        }
    """

    name = "fuse-binary-into-preceding-affine"
    stage = "general"
    roots = ("Add", "Sub", "Mul", "Div")

    def match(self, op: Op, look: Look) -> _Found | None:
        side = 0 if len(op.inputs) == 2 and op.inputs[1] is not None and op.inputs[1].value is not None else 1
        if op.kind == "Div" and side == 1:
            return look.fail("{} divides by its operand", op)
        affine = look.producer(op, side, AFFINE_KINDS)
        if affine is None:
            return None
        middle, result = affine.outputs[0], op.outputs[0]
        if affine.attrs.activation != "NONE":
            return look.fail("{} has an activation", affine)
        if not look.unshared(middle):
            return None
        if middle.dtype is not FLOAT32 or middle.shape is None or result.rank != middle.rank:
            return look.fail("{} is not float32 or changes the shape of {}", op, middle)
        place = AFFINE[affine.kind]
        weights = affine.inputs[place.weights]
        if weights is None or weights.shape is None or type(units := weights.shape[place.units_axis]) is not int:
            return look.fail("the number of output channels of {} is unknown", affine)
        value = look.constant(op, 1 - side)
        if value is None:
            return None
        if op.kind in ("Mul", "Div") and not is_finite_factor(op.kind, value):
            return look.fail("scaling by {} makes infinities, which cancel inside the sum", op.inputs[1 - side])
        vector = per_channel(value, units)
        if vector is None or value.ndim > len(middle.shape):
            return look.fail("{} is neither one number nor one a channel", op.inputs[1 - side])
        scales = op.kind in ("Mul", "Div") or (op.kind == "Sub" and side == 1)
        if scales and look.value(affine, place.weights) is None:
            return None
        if not bias_of(affine)[0]:
            return look.fail("the bias of {} is not constant", affine)
        if op.kind in ("Mul", "Div"):
            return _Found(affine, vector, None, op.kind == "Div")
        if op.kind == "Sub" and side == 1:
            return _Found(affine, np.full(units, -1, np.float32), vector, False)
        return _Found(affine, None, -vector if op.kind == "Sub" else vector, False)

    def rewrite(self, op: Op, found: _Found, graph: Graph) -> None:
        affine, factor, addend, divide = found
        place = AFFINE[affine.kind]
        combine = np.divide if divide else np.multiply
        old_bias = bias_of(affine)[1]
        weights: Value | None = None
        bias = None if old_bias is None else as_float64(old_bias)
        if factor is not None:
            old: Any = affine.inputs[place.weights]
            weights = elementwise(combine, old.value, along(factor, place.units_axis, old.rank))
            bias = None if bias is None else combine(bias, factor)
        if addend is not None:
            bias = addend.astype(np.float64) if bias is None else bias + addend
        new_bias = None if bias is None or (old_bias is None and addend is None) else bias.astype(np.float32)
        inputs = with_parts(affine, graph, weights, new_bias)
        graph.remove(op)
        graph.remove(affine)
        attrs = affine.attrs._replace(activation=op.attrs.activation)
        origin = (*affine.origin, *op.origin)
        graph.emit(affine.kind, inputs, attrs, outputs=op.outputs, origin=origin)
