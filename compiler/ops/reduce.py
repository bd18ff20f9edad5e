"""Reductions along axes that are an operand, and ArgMax and ArgMin."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar, NamedTuple

import numpy as np
from numpy.typing import NDArray

from ..ir.types import BOOL, INT64, DType, TensorType
from . import Unfoldable, register
from .base import OpDef, Operands, Values, axes_of, axis_of, index_int, index_ints, unknown
from .numeric import wide


class ReduceAttrs(NamedTuple):
    """Whether the reduced dimensions stay, with extent 1."""

    keep_dims: bool = False


class Reduction(OpDef):
    """Base of the reductions: `function(x, axes, keepdims)` computes the result."""

    operands = ("input", "axes")
    Attrs = ReduceAttrs
    function: ClassVar[Callable[..., Any]]
    result: ClassVar[DType | None] = None

    @classmethod
    def infer(cls, inputs: Operands, attrs: ReduceAttrs, /) -> list[TensorType]:
        """The input's shape without the axes."""
        x = inputs[0]
        dtype, shape = cls.result or x.dtype, x.shape
        if shape is None:
            return [TensorType(dtype, None)]
        axes = index_ints(inputs[1])
        if axes is None:
            return [TensorType(dtype, unknown(len(shape)) if attrs.keep_dims else None)]
        gone = axes_of(axes, len(shape), cls.kind)
        if attrs.keep_dims:
            return [TensorType(dtype, tuple([1 if i in gone else d for i, d in enumerate(shape)]))]
        return [TensorType(dtype, tuple([d for i, d in enumerate(shape) if i not in gone]))]

    @classmethod
    def kernel(cls, values: Values, attrs: ReduceAttrs, /) -> list[NDArray[Any]]:
        """`function` over the axes."""
        x = values[0]
        axes = axes_of([int(a) for a in values[1].reshape(-1)], x.ndim, cls.kind)
        with np.errstate(all="ignore"):
            out = np.asarray(cls.function(x, axes, attrs.keep_dims))
        return [out.astype(np.bool_ if cls.result is BOOL else x.dtype, copy=False)]


def _mean(x: NDArray[Any], axes: tuple[int, ...], keep: bool) -> Any:
    """The mean; of integers cut off towards zero."""
    count = 1
    for axis in axes:
        count *= x.shape[axis]
    total = np.sum(wide(x), axis=axes, keepdims=keep, dtype=np.int64 if x.dtype.kind in "iu" else None)
    if x.dtype.kind not in "iu":
        return total / total.dtype.type(count)
    if count == 0:
        raise Unfoldable("the mean of no integers")
    return np.sign(total) * (np.abs(total) // count)


def _extreme(x: NDArray[Any], axes: tuple[int, ...], keep: bool, largest: bool) -> Any:
    """The largest or smallest element; of none, the value that every other one beats."""
    start: Any
    if x.dtype.kind == "f":
        start = -np.inf if largest else np.inf
    else:
        limits = np.iinfo(x.dtype)
        start = limits.min if largest else limits.max
    return (np.max if largest else np.min)(x, axis=axes, keepdims=keep, initial=start)


@register
class Mean(Reduction):
    """The mean."""

    kind = "Mean"
    function = staticmethod(_mean)


@register
class Sum(Reduction):
    """The sum."""

    kind = "Sum"
    function = staticmethod(lambda x, axes, keep: np.sum(wide(x), axis=axes, keepdims=keep, dtype=wide(x).dtype))


@register
class ReduceProd(Reduction):
    """The product."""

    kind = "ReduceProd"
    function = staticmethod(lambda x, axes, keep: np.prod(wide(x), axis=axes, keepdims=keep, dtype=wide(x).dtype))


@register
class ReduceMax(Reduction):
    """The largest element."""

    kind = "ReduceMax"
    function = staticmethod(lambda x, axes, keep: _extreme(x, axes, keep, True))


@register
class ReduceMin(Reduction):
    """The smallest element."""

    kind = "ReduceMin"
    function = staticmethod(lambda x, axes, keep: _extreme(x, axes, keep, False))


@register
class ReduceAny(Reduction):
    """Whether any element is true."""

    kind = "Any"
    result = BOOL
    function = staticmethod(lambda x, axes, keep: np.any(x, axis=axes, keepdims=keep))


@register
class ReduceAll(Reduction):
    """Whether all elements are true."""

    kind = "All"
    result = BOOL
    function = staticmethod(lambda x, axes, keep: np.all(x, axis=axes, keepdims=keep))


class ArgAttrs(NamedTuple):
    """The element type of the index."""

    output_type: DType = INT64


class ArgExtreme(OpDef):
    """Base of ArgMax and ArgMin."""

    operands = ("input", "axis")
    Attrs = ArgAttrs
    function: ClassVar[Callable[..., Any]]

    @classmethod
    def infer(cls, inputs: Operands, attrs: ArgAttrs, /) -> list[TensorType]:
        """The input's shape without the axis."""
        shape = inputs[0].shape
        if shape is None:
            return [TensorType(attrs.output_type, None)]
        axis = index_int(inputs[1], f"the axis of {cls.kind}")
        if axis is None:
            axis_of(0, len(shape), cls.kind)
            return [TensorType(attrs.output_type, unknown(len(shape) - 1))]
        axis = axis_of(axis, len(shape), cls.kind)
        return [TensorType(attrs.output_type, (*shape[:axis], *shape[axis + 1 :]))]

    @classmethod
    def kernel(cls, values: Values, attrs: ArgAttrs, /) -> list[NDArray[Any]]:
        """The index of the first of equal elements; raises Unfoldable for an empty axis."""
        x = values[0]
        axis = axis_of(int(values[1].reshape(-1)[0]), x.ndim, cls.kind)
        if x.shape[axis] == 0:
            raise Unfoldable(f"{cls.kind} along an empty axis")
        return [np.asarray(cls.function(x, axis=axis)).astype(attrs.output_type.numpy, copy=False)]


@register
class ArgMax(ArgExtreme):
    """The index of the largest element along an axis."""

    kind = "ArgMax"
    function = staticmethod(np.argmax)


@register
class ArgMin(ArgExtreme):
    """The index of the smallest element along an axis."""

    kind = "ArgMin"
    function = staticmethod(np.argmin)
