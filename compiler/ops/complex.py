"""Complex numbers: made, taken apart, and the Fourier transform of images."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from ..errors import ShapeError
from ..ir.types import COMPLEX64, COMPLEX128, FLOAT32, FLOAT64, DType, TensorType, shape_text
from . import Unfoldable, register
from .base import OpDef, Operands, Values, broadcast_shapes, index_ints, same_dtype
from .shape import ints

_COMPLEX = {FLOAT32: COMPLEX64, FLOAT64: COMPLEX128}
_PART = {COMPLEX64: FLOAT32, COMPLEX128: FLOAT64}


def _other(kind: str, dtype: DType | None, table: dict[DType, DType]) -> DType | None:
    """What `table` has for an element type; raises ShapeError where it has nothing."""
    if dtype is not None and dtype not in table:
        raise ShapeError(f"{kind}: an operand is {dtype}, not {' or '.join(map(str, table))}")
    return None if dtype is None else table[dtype]


@register
class Complex(OpDef):
    """real + i * imaginary."""

    kind = "Complex"
    operands = ("real", "imaginary")

    @staticmethod
    def infer(inputs: Operands, _: Any) -> list[TensorType]:
        """The broadcast shape, in the complex type of the operands' width."""
        dtype = _other("Complex", same_dtype("Complex", inputs), _COMPLEX)
        return [TensorType(dtype, broadcast_shapes("Complex", inputs[0].shape, inputs[1].shape))]

    @staticmethod
    def kernel(values: Values, _: Any) -> list[NDArray[Any]]:
        """A copy."""
        real, imaginary = values
        out = np.empty(np.broadcast_shapes(real.shape, imaginary.shape), np.result_type(real.dtype, np.complex64))
        out.real, out.imag = real, imaginary
        return [out]


class Part(OpDef):
    """Base of the operators that make a real number of each complex one."""

    operands = ("input",)
    elementwise = True
    function: ClassVar[Callable[..., Any]]

    @classmethod
    def infer(cls, inputs: Operands, _: Any, /) -> list[TensorType]:
        """The operand's shape, in the real type of its width."""
        return [TensorType(_other(cls.kind, inputs[0].dtype, _PART), inputs[0].shape)]

    @classmethod
    def kernel(cls, values: Values, _: Any, /) -> list[NDArray[Any]]:
        """`function` of the operand."""
        return [np.asarray(cls.function(values[0]))]


@register
class ComplexAbs(Part):
    """sqrt(real ** 2 + imaginary ** 2)."""

    kind = "ComplexAbs"
    function = np.abs


@register
class Real(Part):
    """The real part."""

    kind = "Real"
    function = np.real


@register
class Imag(Part):
    """The imaginary part."""

    kind = "Imag"
    function = np.imag


@register
class RFFT2D(OpDef):
    """The Fourier transform over the last two dimensions of real numbers, cut or padded with zeros to `length` first.

    Only the first half of the last dimension's frequencies is given; the others are their conjugates.
    """

    kind = "RFFT2D"
    operands = ("input", "length")

    @staticmethod
    def infer(inputs: Operands, _: Any) -> list[TensorType]:
        """[..., h, w] and (h', w') -> [..., h', w' / 2 + 1] complex."""
        x = inputs[0]
        dtype = _other("RFFT2D", x.dtype, _COMPLEX)
        length = index_ints(inputs[1])
        if length is not None and (len(length) != 2 or min(length) < 1):
            raise ShapeError(f"RFFT2D: {list(length)} are not the two lengths of a transform")
        if x.shape is None:
            return [TensorType(dtype, None)]
        if len(x.shape) < 2:
            raise ShapeError(f"RFFT2D: the input must be matrices, not of shape {shape_text(x.shape)}")
        h, w = (None, None) if length is None else (length[0], length[1] // 2 + 1)
        return [TensorType(dtype, (*x.shape[:-2], h, w))]

    @staticmethod
    def kernel(values: Values, _: Any) -> list[NDArray[Any]]:
        """Computed in float64, rounded at the end; raises Unfoldable for other lengths than two."""
        x, length = values[0], ints(values[1])
        if len(length) != 2:
            raise Unfoldable(f"{len(length)} lengths")
        out = np.fft.rfft2(x, s=length, axes=(-2, -1))
        return [out.astype(np.complex64 if x.dtype == np.float32 else np.complex128)]
