"""Integers and memory seen as bits: BitwiseXor, RightShift, Bitcast."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from ..errors import ShapeError
from ..ir.types import DType, TensorType, shape_text
from . import Unfoldable, register
from .base import OpDef, Operands, Values, need_integers
from .binary import Binary


class IntegerBinary(Binary):
    """Base of the operators of two integers."""

    @classmethod
    def infer(cls, inputs: Operands, _: Any, /) -> list[TensorType]:
        """The broadcast shape; dtypes must be equal, and integers."""
        for x in inputs:
            need_integers(x)
        return super().infer(inputs, _)


@register
class BitwiseXor(IntegerBinary):
    """x with the bits exchanged that are set in y."""

    kind = "BitwiseXor"
    commutative = True
    function = np.bitwise_xor


@register
class RightShift(IntegerBinary):
    """x / 2 ** y, rounded down, with y limited to the bits that there are."""

    kind = "RightShift"
    function = staticmethod(lambda x, y: np.right_shift(x, np.clip(y, 0, 8 * x.dtype.itemsize - 1)))


class BitcastAttrs(NamedTuple):
    """The element type to see the bytes as."""

    dtype: DType


@register
class Bitcast(OpDef):
    """The same bytes as elements of another type; a last dimension comes or goes where the sizes differ."""

    kind = "Bitcast"
    operands = ("input",)
    Attrs = BitcastAttrs

    @staticmethod
    def infer(inputs: Operands, attrs: BitcastAttrs) -> list[TensorType]:
        """[...] -> [..., old size / new size] for smaller elements, [..., n] -> [...] for n times larger ones."""
        x, dtype = inputs[0], attrs.dtype
        if x.shape is None or x.dtype is None:
            return [TensorType(dtype, None)]
        old, new = x.dtype.itemsize, dtype.itemsize
        if not old or not new:
            raise ShapeError(f"Bitcast: {x.dtype} or {dtype} has no fixed size")
        if old == new:
            return [TensorType(dtype, x.shape)]
        if old > new:
            return [TensorType(dtype, (*x.shape, old // new))]
        if not x.shape or (type(x.shape[-1]) is int and x.shape[-1] != new // old):
            raise ShapeError(f"Bitcast: {x.dtype} {shape_text(x.shape)} cannot be seen as {dtype}")
        return [TensorType(dtype, x.shape[:-1])]

    @staticmethod
    def kernel(values: Values, attrs: BitcastAttrs) -> list[NDArray[Any]]:
        """A view of a contiguous operand, in little-endian order."""
        x, dtype = np.ascontiguousarray(values[0]), attrs.dtype.numpy
        if dtype is None or "O" in (dtype.kind, x.dtype.kind):
            raise Unfoldable("elements without a fixed size")
        old, new = x.dtype.itemsize, dtype.itemsize
        shape = values[0].shape
        shape = shape if old == new else (*shape, old // new) if old > new else shape[:-1]
        return [x.reshape(-1).view(dtype).reshape(shape)]
