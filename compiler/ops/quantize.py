"""Quantisation as operators: FakeQuant, Quantize, Dequantize."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from ..errors import ShapeError
from ..ir.types import FLOAT32, DType, TensorType
from . import Unfoldable, register
from .base import OpDef, Operands, Values, operand


class FakeQuantAttrs(NamedTuple):
    """The range, None where it comes as operands; the grid has 2 ** num_bits points, one less if `narrow_range`."""

    min: float | None = None
    max: float | None = None
    num_bits: int = 8
    narrow_range: bool = False


def nudged(low: float, high: float, num_bits: int, narrow_range: bool) -> tuple[np.float32, np.float32, np.float32]:
    """The grid for a range, moved so that 0 is one of its points: (min, max, scale), in float32 throughout.

    The zero point is round(qmin - min / scale), kept within qmin..qmax, as TensorFlow documents for FakeQuant.
    """
    first, last = np.float32(1 if narrow_range else 0), np.float32((1 << num_bits) - 1)
    least, most = np.float32(low), np.float32(high)
    scale = (most - least) / (last - first)
    zero = first - least / scale
    zero = np.float32(np.clip(np.floor(zero + np.float32(0.5)), first, last))
    return (first - zero) * scale, (last - zero) * scale, scale


@register
class FakeQuant(OpDef):
    """The input clamped to a range and rounded to a grid of it, as quantising and dequantising would."""

    kind = "FakeQuant"
    operands = ("input", "min?", "max?")
    Attrs = FakeQuantAttrs
    foldable = False  # it is a mark for the quantiser; whoever folds it must keep the range

    @staticmethod
    def infer(inputs: Operands, attrs: FakeQuantAttrs) -> list[TensorType]:
        """The input's own type; the range must come from somewhere and not be upside down."""
        x = inputs[0]
        if (attrs.min is None and operand(inputs, 1) is None) or (attrs.max is None and operand(inputs, 2) is None):
            raise ShapeError("FakeQuant: neither attributes nor operands give the range")
        if attrs.min is not None and attrs.max is not None and attrs.min > attrs.max:
            raise ShapeError(f"FakeQuant: the range from {attrs.min} to {attrs.max} is upside down")
        if not 2 <= attrs.num_bits <= 16:
            raise ShapeError(f"FakeQuant: {attrs.num_bits} bits", hint="2 to 16")
        return [TensorType(x.dtype, x.shape)]

    @staticmethod
    def kernel(values: Values, attrs: FakeQuantAttrs) -> list[NDArray[Any]]:
        """floor((clamped - min) / scale + 0.5) * scale + min in float32."""
        x = values[0]
        low = attrs.min if attrs.min is not None else float(values[1].reshape(-1)[0])
        high = attrs.max if attrs.max is not None else float(values[2].reshape(-1)[0])
        if low == high == 0:
            return [np.zeros_like(x)]
        if not low < high:
            raise Unfoldable(f"FakeQuant over the range from {low} to {high}")
        with np.errstate(all="ignore"):
            least, most, scale = nudged(low, high, attrs.num_bits, attrs.narrow_range)
            steps = np.floor((np.clip(x, least, most) - least) * (np.float32(1) / scale) + np.float32(0.5))
            return [(steps * scale + least).astype(x.dtype, copy=False)]


class QuantizeAttrs(NamedTuple):
    """The element type of the quantised result."""

    dtype: DType


@register
class Quantize(OpDef):
    """Real values into a quantised array, or from one grid to another; the array itself holds the grid."""

    kind = "Quantize"
    operands = ("input",)
    Attrs = QuantizeAttrs
    foldable = False  # the kernel gives real values: only with the result's grid do they become numbers to store

    @staticmethod
    def infer(inputs: Operands, attrs: QuantizeAttrs) -> list[TensorType]:
        """The input's shape in the quantised type."""
        return [TensorType(attrs.dtype, inputs[0].shape)]

    @staticmethod
    def kernel(values: Values, _: Any) -> list[NDArray[Any]]:
        """The real values, as float32; who asked rounds them to the result's grid."""
        return [values[0].astype(np.float32, copy=False)]


@register
class Dequantize(OpDef):
    """The real values of a quantised or float16 array."""

    kind = "Dequantize"
    operands = ("input",)

    @staticmethod
    def infer(inputs: Operands, _: Any) -> list[TensorType]:
        """The input's shape, float32."""
        return [TensorType(FLOAT32, inputs[0].shape)]

    @staticmethod
    def kernel(values: Values, _: Any) -> list[NDArray[Any]]:
        """The real values, as float32."""
        return [values[0].astype(np.float32, copy=False)]
