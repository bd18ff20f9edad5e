"""Operators of two operands that broadcast against each other as in NumPy, and AddN."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar, NamedTuple

import numpy as np
from numpy.typing import NDArray

from ..ir.types import BOOL, DType, InferredShape, TensorType
from . import Unfoldable, register
from .base import OpDef, Operands, Values, broadcast_shapes, merge_shapes, same_dtype
from .numeric import activate


class BinaryAttrs(NamedTuple):
    """The fused activation of Add, Sub, Mul and Div."""

    activation: str = "NONE"


def _by_zero(y: NDArray[Any]) -> None:
    if y.dtype.kind in "iu" and not y.all():
        raise Unfoldable("integer division by zero")


def _div(x: NDArray[Any], y: NDArray[Any]) -> Any:
    """X / y; integers are cut off towards zero."""
    if x.dtype.kind not in "iu":
        return np.true_divide(x, y)
    _by_zero(y)
    q = np.floor_divide(x, y)
    return q + ((q * y != x) & ((x < 0) != (y < 0))).astype(q.dtype)


def _floor_div(x: NDArray[Any], y: NDArray[Any]) -> Any:
    """floor(x / y); of the rounded quotient for floats, as TensorFlow does, exact for integers."""
    _by_zero(y)
    return np.floor_divide(x, y) if x.dtype.kind in "iu" else np.floor(np.true_divide(x, y))


def _floor_mod(x: NDArray[Any], y: NDArray[Any]) -> Any:
    """The remainder with the divisor's sign."""
    _by_zero(y)
    return np.mod(x, y)


def _pow(x: NDArray[Any], y: NDArray[Any]) -> Any:
    """X to the power of y; a negative integer power of an integer has no integer value."""
    if y.dtype.kind == "i" and (y < 0).any():
        raise Unfoldable("an integer to a negative integer power")
    return np.power(x, y)


class Binary(OpDef):
    """Base of the operators of two operands: `function` computes the result, of dtype `result` or the operands' own."""

    operands = ("x", "y")
    function: ClassVar[Callable[..., Any]]
    result: ClassVar[DType | None] = None

    @classmethod
    def infer(cls, inputs: Operands, _: Any, /) -> list[TensorType]:
        """The broadcast shape; dtypes must be equal."""
        x, y = inputs
        dtype = x.dtype if x.dtype is y.dtype else same_dtype(cls.kind, inputs)
        return [TensorType(cls.result or dtype, broadcast_shapes(cls.kind, x.shape, y.shape))]

    @classmethod
    def kernel(cls, values: Values, attrs: Any, /) -> list[NDArray[Any]]:
        """`function`, then the fused activation if there is one."""
        x, y = values
        with np.errstate(all="ignore"):
            out = np.asarray(cls.function(x, y))
            if attrs is not None and attrs.activation != "NONE":
                out = activate(out, attrs.activation)
        return [out.astype(np.bool_ if cls.result is BOOL else x.dtype, copy=False)]


@register
class Add(Binary):
    """x + y."""

    kind = "Add"
    Attrs = BinaryAttrs
    commutative = True
    function = np.add


@register
class Sub(Binary):
    """x - y."""

    kind = "Sub"
    Attrs = BinaryAttrs
    function = np.subtract


@register
class Mul(Binary):
    """x * y."""

    kind = "Mul"
    Attrs = BinaryAttrs
    commutative = True
    function = np.multiply


@register
class Div(Binary):
    """x / y; integers are cut off towards zero."""

    kind = "Div"
    Attrs = BinaryAttrs
    function = staticmethod(_div)


@register
class FloorDiv(Binary):
    """floor(x / y)."""

    kind = "FloorDiv"
    function = staticmethod(_floor_div)


@register
class FloorMod(Binary):
    """x - floor(x / y) * y."""

    kind = "FloorMod"
    function = staticmethod(_floor_mod)


@register
class Maximum(Binary):
    """max(x, y); NaN where either is NaN."""

    kind = "Maximum"
    commutative = True
    function = np.maximum


@register
class Minimum(Binary):
    """min(x, y); NaN where either is NaN."""

    kind = "Minimum"
    commutative = True
    function = np.minimum


@register
class Pow(Binary):
    """x ** y."""

    kind = "Pow"
    function = staticmethod(_pow)


@register
class Atan2(Binary):
    """The angle of the point (y, x) in radians, from -pi to pi."""

    kind = "Atan2"
    operands = ("y", "x")
    function = np.arctan2


@register
class SquaredDifference(Binary):
    """(x - y) ** 2."""

    kind = "SquaredDifference"
    commutative = True
    function = staticmethod(lambda x, y: np.square(np.subtract(x, y)))


@register
class Less(Binary):
    """x < y, a bool."""

    kind = "Less"
    result = BOOL
    function = np.less


@register
class LessEqual(Binary):
    """x <= y, a bool."""

    kind = "LessEqual"
    result = BOOL
    function = np.less_equal


@register
class Greater(Binary):
    """x > y, a bool."""

    kind = "Greater"
    result = BOOL
    function = np.greater


@register
class GreaterEqual(Binary):
    """x >= y, a bool."""

    kind = "GreaterEqual"
    result = BOOL
    function = np.greater_equal


@register
class Equal(Binary):
    """x == y, a bool."""

    kind = "Equal"
    result = BOOL
    commutative = True
    function = np.equal


@register
class NotEqual(Binary):
    """x != y, a bool."""

    kind = "NotEqual"
    result = BOOL
    commutative = True
    function = np.not_equal


@register
class LogicalAnd(Binary):
    """x and y, bools."""

    kind = "LogicalAnd"
    result = BOOL
    commutative = True
    function = np.logical_and


@register
class LogicalOr(Binary):
    """x or y, bools."""

    kind = "LogicalOr"
    result = BOOL
    commutative = True
    function = np.logical_or


@register
class AddN(OpDef):
    """The sum of operands of one shape."""

    kind = "AddN"
    operands = ("first", "more*")

    @staticmethod
    def infer(inputs: Operands, _: Any) -> list[TensorType]:
        """The shape and dtype that all operands share."""
        shape: InferredShape = inputs[0].shape
        for x in inputs[1:]:
            shape = merge_shapes("AddN", shape, x.shape)
        return [TensorType(same_dtype("AddN", inputs), shape)]

    @staticmethod
    def kernel(values: Values, _: Any) -> list[NDArray[Any]]:
        """Adds from first to last."""
        total = values[0]
        with np.errstate(all="ignore"):
            for x in values[1:]:
                total = np.add(total, x)
        return [total]
