"""Operators of one operand that compute each element for itself: arithmetic, trigonometry, rounding and Cast."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any, ClassVar, NamedTuple

import numpy as np
from numpy.typing import NDArray

from ..ir.types import BFLOAT16, BOOL, DType, TensorType
from . import Unfoldable, register
from .base import OpDef, Operands, Values


class Unary(OpDef):
    """Base of the element-wise operators: `function` computes the result in the operand's own shape and dtype."""

    operands = ("input",)
    elementwise = True
    function: ClassVar[Callable[..., Any]]

    @classmethod
    def infer(cls, inputs: Operands, _: Any, /) -> list[TensorType]:
        """The operand's own type."""
        x = inputs[0]
        return [TensorType(x.dtype, x.shape)]

    @classmethod
    def kernel(cls, values: Values, _: Any, /) -> list[NDArray[Any]]:
        """`function` of the operand."""
        x = values[0]
        with np.errstate(all="ignore"):
            return [np.asarray(cls.function(x)).astype(x.dtype, copy=False)]


@register
class Abs(Unary):
    """|x|."""

    kind = "Abs"
    function = np.abs


@register
class Ceil(Unary):
    """The smallest integer of at least x."""

    kind = "Ceil"
    function = np.ceil


@register
class Cos(Unary):
    """cos(x), x in radians."""

    kind = "Cos"
    function = np.cos


@register
class Erf(Unary):
    """The Gauss error function: 2 / sqrt(pi) * the integral of e ** -t ** 2 from 0 to x."""

    kind = "Erf"
    function = staticmethod(lambda x: np.asarray(erf(x)).astype(x.dtype))


erf: Any = np.frompyfunc(math.erf, 1, 1)
"""The error function of each element, as Python floats."""


_erfc: Any = np.frompyfunc(math.erfc, 1, 1)


@register
class Erfc(Unary):
    """1 - erf(x), without cancellation where that is small."""

    kind = "Erfc"
    function = staticmethod(lambda x: np.asarray(_erfc(x)).astype(x.dtype))


@register
class Exp(Unary):
    """e ** x."""

    kind = "Exp"
    function = np.exp


@register
class Floor(Unary):
    """The largest integer of at most x."""

    kind = "Floor"
    function = np.floor


@register
class Log(Unary):
    """The natural logarithm of x."""

    kind = "Log"
    function = np.log


@register
class LogicalNot(Unary):
    """Not x, a bool."""

    kind = "LogicalNot"
    function = np.logical_not

    @classmethod
    def infer(cls, inputs: Operands, _: Any, /) -> list[TensorType]:
        """The operand's shape, bool."""
        return [TensorType(BOOL, inputs[0].shape)]


@register
class Neg(Unary):
    """-x."""

    kind = "Neg"
    function = np.negative


@register
class Round(Unary):
    """The nearest integer; halves go to the even one."""

    kind = "Round"
    function = np.rint


@register
class Rsqrt(Unary):
    """1 / sqrt(x)."""

    kind = "Rsqrt"
    function = staticmethod(lambda x: 1 / np.sqrt(x))


@register
class Sign(Unary):
    """-1, 0 or 1."""

    kind = "Sign"
    function = np.sign


@register
class Sin(Unary):
    """sin(x), x in radians."""

    kind = "Sin"
    function = np.sin


@register
class Sqrt(Unary):
    """The square root of x."""

    kind = "Sqrt"
    function = np.sqrt


@register
class Square(Unary):
    """x * x."""

    kind = "Square"
    function = np.square


class CastAttrs(NamedTuple):
    """The element type to convert to."""

    dtype: DType


@register
class Cast(OpDef):
    """The same numbers in another element type: floats lose their fraction towards zero, everything but 0 is true."""

    kind = "Cast"
    operands = ("input",)
    Attrs = CastAttrs
    elementwise = True

    @staticmethod
    def infer(inputs: Operands, attrs: CastAttrs) -> list[TensorType]:
        """The operand's shape in the wanted type."""
        return [TensorType(attrs.dtype, inputs[0].shape)]

    @staticmethod
    def kernel(values: Values, attrs: CastAttrs) -> list[NDArray[Any]]:
        """As numpy converts; raises Unfoldable for types that have no numbers in numpy."""
        x, dtype = values[0], attrs.dtype.numpy
        if dtype is None or "O" in (dtype.kind, x.dtype.kind) or attrs.dtype is BFLOAT16 or attrs.dtype.is_quantized:
            raise Unfoldable(f"Cast from {x.dtype} to {attrs.dtype} is left to the runtime")
        with np.errstate(all="ignore"):
            if x.dtype.kind == "c" and dtype.kind != "c":
                x = x.real
            return [x.astype(dtype, copy=False)]
