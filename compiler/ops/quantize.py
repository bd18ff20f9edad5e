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
    """The range, None where it comes as operands; the grid has 2 ** num_bits points, one less if `narrow_range`.

    With `per_channel` the operands have one end of the range for each index of the input's last dimension.
    """

    min: float | None = None
    max: float | None = None
    num_bits: int = 8
    narrow_range: bool = False
    per_channel: bool = False


def nudged(low: Any, high: Any, num_bits: int, narrow_range: bool) -> tuple[Any, Any, Any]:
    """The grid for a range, moved so that 0 is one of its points: (min, max, scale), in float32 throughout.

    For one range, or for vectors of the lower and upper ends of several.

    The zero point is round(qmin - min / scale), kept within qmin..qmax, as TensorFlow documents for FakeQuant.
    """
    first, last = np.float32(1 if narrow_range else 0), np.float32((1 << num_bits) - 1)
    least, most = (np.asarray(end, np.float32) for end in (low, high))
    scale = (most - least) / (last - first)
    zero = first - least / scale
    zero = np.clip(np.floor(zero + np.float32(0.5)), first, last)
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
        for end in inputs[1:3] if attrs.per_channel else ():
            shapes = (x.shape, end.shape if end is not None else None)
            if None not in shapes and (not x.shape or end is None or end.shape is None or len(end.shape) != 1):
                raise ShapeError("FakeQuant: ranges of channels are vectors along the last dimension")
            if x.shape and end is not None and end.shape:
                depth, length = x.shape[-1], end.shape[0]
                if isinstance(depth, int) and isinstance(length, int) and depth != length:
                    raise ShapeError(f"FakeQuant: {length} ranges for {depth} channels")
        return [TensorType(x.dtype, x.shape)]

    @staticmethod
    def kernel(values: Values, attrs: FakeQuantAttrs) -> list[NDArray[Any]]:
        """floor((clamped - min) / scale + 0.5) * scale + min in float32."""
        x = values[0]
        low, high = (
            np.asarray(values[i] if end is None else end, np.float32).reshape(-1)
            for i, end in ((1, attrs.min), (2, attrs.max))
        )
        if not attrs.per_channel:
            low, high = low[0], high[0]
        empty = (low == 0) & (high == 0)
        if not np.all((low < high) | empty):
            raise Unfoldable(f"FakeQuant over the range from {low} to {high}")
        with np.errstate(all="ignore"):
            least, most, scale = nudged(low, high, attrs.num_bits, attrs.narrow_range)
            steps = np.floor((np.clip(x, least, most) - least) * (np.float32(1) / scale) + np.float32(0.5))
            made = np.where(empty, np.float32(0), steps * scale + least)
            return [made.astype(x.dtype, copy=False)]


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
