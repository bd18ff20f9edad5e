"""Choosing elements: Select, SelectV2, Where, OneHot, TopKV2."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from ..errors import ShapeError
from ..ir.types import INT32, INT64, TensorType, shape_text
from . import Unfoldable, register
from .base import Extent, OpDef, Operands, Values, axis_of, broadcast_shapes, index_int, merge_shapes, same_dtype
from .shape import ints


@register
class Select(OpDef):
    """x where the condition is true, y elsewhere.

    The condition has the operands' shape, or is a scalar, or a vector that chooses whole slices of the first dimension.
    """

    kind = "Select"
    operands = ("condition", "x", "y")

    @staticmethod
    def infer(inputs: Operands, _: Any) -> list[TensorType]:
        """The shape and dtype that x and y share."""
        condition, x, y = inputs
        dtype = same_dtype("Select", (x, y))
        shape = merge_shapes("Select", x.shape, y.shape)
        if condition.shape and shape is not None:
            if len(condition.shape) == 1 and shape:
                merge_shapes("Select", condition.shape, shape[:1])
            else:
                shape = merge_shapes("Select", shape, condition.shape)
        return [TensorType(dtype, shape)]

    @staticmethod
    def kernel(values: Values, _: Any) -> list[NDArray[Any]]:
        """A copy."""
        condition, x, y = values
        if condition.ndim == 1 and x.ndim > 1:
            condition = condition.reshape(-1, *[1] * (x.ndim - 1))
        return [np.asarray(np.where(condition, x, y))]


@register
class SelectV2(OpDef):
    """x where the condition is true, y elsewhere; all three broadcast."""

    kind = "SelectV2"
    operands = ("condition", "x", "y")

    @staticmethod
    def infer(inputs: Operands, _: Any) -> list[TensorType]:
        """The broadcast shape in the dtype that x and y share."""
        condition, x, y = inputs
        shape = broadcast_shapes("SelectV2", broadcast_shapes("SelectV2", x.shape, y.shape), condition.shape)
        return [TensorType(same_dtype("SelectV2", (x, y)), shape)]

    @staticmethod
    def kernel(values: Values, _: Any) -> list[NDArray[Any]]:
        """A copy."""
        return [np.asarray(np.where(values[0], values[1], values[2]))]


@register
class Where(OpDef):
    """The coordinates of the true elements, in C order."""

    kind = "Where"
    operands = ("condition",)

    @staticmethod
    def infer(inputs: Operands, _: Any) -> list[TensorType]:
        """[number of true elements, rank of the condition] int64; the number is only known when it runs."""
        shape = inputs[0].shape
        return [TensorType(INT64, (None, None if shape is None else len(shape)))]

    @staticmethod
    def kernel(values: Values, _: Any) -> list[NDArray[Any]]:
        """A copy."""
        return [np.argwhere(values[0]).astype(np.int64, copy=False)]


class OneHotAttrs(NamedTuple):
    """The place of the new axis in the result; -1 is the end."""

    axis: int = -1


@register
class OneHot(OpDef):
    """`on_value` at the place that each index says along a new axis of `depth`, `off_value` elsewhere."""

    kind = "OneHot"
    operands = ("indices", "depth", "on_value", "off_value")
    Attrs = OneHotAttrs

    @staticmethod
    def infer(inputs: Operands, attrs: OneHotAttrs) -> list[TensorType]:
        """The indices' shape with the depth inserted, in the values' dtype."""
        shape = inputs[0].shape
        dtype = same_dtype("OneHot", inputs[2:])
        depth: Extent = index_int(inputs[1], "the depth of OneHot")
        if type(depth) is int and depth < 0:
            raise ShapeError(f"OneHot: a depth of {depth}")
        if shape is None:
            return [TensorType(dtype, None)]
        axis = axis_of(attrs.axis, len(shape) + 1, "OneHot")
        return [TensorType(dtype, (*shape[:axis], depth, *shape[axis:]))]

    @staticmethod
    def kernel(values: Values, attrs: OneHotAttrs) -> list[NDArray[Any]]:
        """An index outside of the depth gives `off_value` alone."""
        index, depth, on, off = values
        axis = axis_of(attrs.axis, index.ndim + 1, "OneHot")
        places = np.arange(ints(depth)[0]).reshape(-1, *[1] * (index.ndim - axis))
        hot = np.expand_dims(index, axis) == places
        return [np.asarray(np.where(hot, on.reshape(()), off.reshape(())))]


@register
class TopKV2(OpDef):
    """The k largest elements along the last axis, largest first, and where they were; of equal ones the first."""

    kind = "TopKV2"
    operands = ("input", "k")

    @staticmethod
    def infer(inputs: Operands, _: Any) -> list[TensorType]:
        """Twice the input's shape with k at the end; the second is int32."""
        x = inputs[0]
        k = index_int(inputs[1], "the k of TopKV2")
        if x.shape is None:
            return [TensorType(x.dtype, None), TensorType(INT32, None)]
        if not x.shape or (k is not None and (k < 0 or (type(x.shape[-1]) is int and k > x.shape[-1]))):
            raise ShapeError(f"TopKV2: the {k} largest of an input of shape {shape_text(x.shape)}")
        shape = (*x.shape[:-1], k)
        return [TensorType(x.dtype, shape), TensorType(INT32, shape)]

    @staticmethod
    def kernel(values: Values, _: Any) -> list[NDArray[Any]]:
        """Sorts stably; raises Unfoldable when there are fewer than k elements."""
        x, k = values[0], ints(values[1])[0]
        n = x.shape[-1]
        if not 0 <= k <= n:
            raise Unfoldable(f"the {k} largest of {n} elements")
        order = n - 1 - np.argsort(x[..., ::-1], axis=-1, kind="stable")[..., ::-1][..., :k]
        return [np.take_along_axis(x, order, axis=-1), order.astype(np.int32)]
