"""Operators about shapes: Reshape and its relatives, Shape and Rank, repeating and broadcasting."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from ..errors import ShapeError
from ..ir.types import INT32, DType, InferredShape, TensorType, shape_text
from . import Unfoldable, register
from .base import (
    Extent,
    OpDef,
    Operands,
    Values,
    axes_of,
    axis_of,
    broadcast_shapes,
    index_int,
    index_ints,
    product,
    quotient,
    same_dtype,
    unknown,
    vector_length,
)


def ints(value: Any) -> tuple[int, ...]:
    """The elements of a small integer array."""
    return tuple([int(d) for d in value.reshape(-1)])


def _reshaped(shape: InferredShape, wanted: tuple[int, ...]) -> tuple[Extent, ...]:
    if wanted.count(-1) > 1 or (wanted and min(wanted) < -1):
        raise ShapeError(f"Reshape: {list(wanted)} is not a shape", hint="extents of at least 0, and at most one -1")
    known, _ = product([d for d in wanted if d != -1])
    if -1 not in wanted:
        if shape is not None:
            n, open_ = product(shape)
            if n != known if not open_ else (known % n if n else known):
                raise ShapeError(f"Reshape: shape {shape_text(shape)} cannot become {list(wanted)}")
        return wanted
    extent = quotient("Reshape", shape, known)
    return tuple([extent if d == -1 else d for d in wanted])


@register
class Reshape(OpDef):
    """The same elements, in C order, in another shape; one extent may be -1."""

    kind = "Reshape"
    operands = ("input", "shape")

    @staticmethod
    def infer(inputs: Operands, _: Any) -> list[TensorType]:
        """The shape that the constant operand says; only its rank when it is not constant."""
        x = inputs[0]
        wanted = index_ints(inputs[1])
        if wanted is not None:
            return [TensorType(x.dtype, _reshaped(x.shape, wanted))]
        rank = vector_length(inputs[1])
        return [TensorType(x.dtype, None if rank is None else unknown(rank))]

    @staticmethod
    def kernel(values: Values, _: Any) -> list[NDArray[Any]]:
        """A view where numpy can make one."""
        x = values[0]
        return [x.reshape(_reshaped(x.shape, ints(values[1])))]


class SqueezeAttrs(NamedTuple):
    """The axes to drop; none means every one of extent 1."""

    axes: tuple[int, ...] = ()


@register
class Squeeze(OpDef):
    """The same elements without dimensions of extent 1."""

    kind = "Squeeze"
    operands = ("input",)
    Attrs = SqueezeAttrs

    @staticmethod
    def infer(inputs: Operands, attrs: SqueezeAttrs) -> list[TensorType]:
        """The input's shape without the axes; of unknown rank when none are named and an extent is unknown."""
        x = inputs[0]
        shape = x.shape
        if shape is None:
            return [TensorType(x.dtype, None)]
        if not attrs.axes:
            if any(type(d) is not int for d in shape):
                return [TensorType(x.dtype, None)]
            return [TensorType(x.dtype, tuple([d for d in shape if d != 1]))]
        gone = axes_of(attrs.axes, len(shape), "Squeeze")
        for axis in gone:
            if type(shape[axis]) is int and shape[axis] != 1:
                raise ShapeError(f"Squeeze: axis {axis} of shape {shape_text(shape)} is not 1")
        return [TensorType(x.dtype, tuple([d for i, d in enumerate(shape) if i not in gone]))]

    @staticmethod
    def kernel(values: Values, attrs: SqueezeAttrs) -> list[NDArray[Any]]:
        """A view."""
        x = values[0]
        return [np.squeeze(x, axes_of(attrs.axes, x.ndim, "Squeeze") if attrs.axes else None)]


@register
class ExpandDims(OpDef):
    """The same elements with a dimension of extent 1 more, before `axis` (negative: counted in the result)."""

    kind = "ExpandDims"
    operands = ("input", "axis")

    @staticmethod
    def infer(inputs: Operands, _: Any) -> list[TensorType]:
        """The input's shape with a 1 inserted."""
        x = inputs[0]
        shape = x.shape
        if shape is None:
            return [TensorType(x.dtype, None)]
        axis = index_int(inputs[1], "the axis of ExpandDims")
        if axis is None:
            return [TensorType(x.dtype, unknown(len(shape) + 1))]
        axis = axis_of(axis, len(shape) + 1, "ExpandDims")
        return [TensorType(x.dtype, (*shape[:axis], 1, *shape[axis:]))]

    @staticmethod
    def kernel(values: Values, _: Any) -> list[NDArray[Any]]:
        """A view."""
        x = values[0]
        return [np.expand_dims(x, axis_of(ints(values[1])[0], x.ndim + 1, "ExpandDims"))]


class ShapeAttrs(NamedTuple):
    """The element type of the shape vector."""

    output_type: DType = INT32


@register
class ShapeOf(OpDef):
    """The extents of the input, as a vector."""

    kind = "Shape"
    operands = ("input",)
    Attrs = ShapeAttrs
    by_shape = True

    @staticmethod
    def infer(inputs: Operands, attrs: ShapeAttrs) -> list[TensorType]:
        """[rank of the input]."""
        shape = inputs[0].shape
        return [TensorType(attrs.output_type, (None if shape is None else len(shape),))]

    @staticmethod
    def kernel(values: Values, attrs: ShapeAttrs) -> list[NDArray[Any]]:
        """Looks at the shape alone."""
        return [np.array(values[0].shape, attrs.output_type.numpy)]


@register
class Rank(OpDef):
    """The number of dimensions of the input."""

    kind = "Rank"
    operands = ("input",)
    by_shape = True

    @staticmethod
    def infer(_inputs: Operands, _: Any) -> list[TensorType]:
        """An int32 scalar."""
        return [TensorType(INT32, ())]

    @staticmethod
    def kernel(values: Values, _: Any) -> list[NDArray[Any]]:
        """Looks at the shape alone."""
        return [np.array(values[0].ndim, np.int32)]


@register
class Tile(OpDef):
    """The input repeated along each dimension."""

    kind = "Tile"
    operands = ("input", "multiples")

    @staticmethod
    def infer(inputs: Operands, _: Any) -> list[TensorType]:
        """Each extent times its multiple."""
        x = inputs[0]
        shape, times = x.shape, index_ints(inputs[1])
        if shape is None or times is None:
            rank = vector_length(inputs[1]) if shape is None else len(shape)
            return [TensorType(x.dtype, None if rank is None else unknown(rank))]
        if len(times) != len(shape) or (times and min(times) < 0):
            raise ShapeError(f"Tile: multiples {list(times)} for an input of shape {shape_text(shape)}")
        return [
            TensorType(
                x.dtype,
                tuple(
                    [
                        d * m if type(d) is int else 0 if m == 0 else d if m == 1 else None
                        for d, m in zip(shape, times, strict=True)
                    ]
                ),
            )
        ]

    @staticmethod
    def kernel(values: Values, _: Any) -> list[NDArray[Any]]:
        """A copy."""
        x, times = values[0], ints(values[1])
        if len(times) != x.ndim:
            raise Unfoldable(f"Tile: {len(times)} multiples for rank {x.ndim}")
        return [np.tile(x, times)]


@register
class BroadcastTo(OpDef):
    """The input repeated to a shape under NumPy's broadcasting rules."""

    kind = "BroadcastTo"
    operands = ("input", "shape")

    @staticmethod
    def infer(inputs: Operands, _: Any) -> list[TensorType]:
        """The shape that the constant operand says."""
        x = inputs[0]
        wanted = index_ints(inputs[1])
        if wanted is None:
            rank = vector_length(inputs[1])
            return [TensorType(x.dtype, None if rank is None else unknown(rank))]
        result = broadcast_shapes("BroadcastTo", x.shape, wanted)
        if min(wanted, default=0) < 0 or (result is not None and result != wanted):
            raise ShapeError(f"BroadcastTo: shape {shape_text(x.shape)} cannot become {list(wanted)}")
        return [TensorType(x.dtype, wanted)]

    @staticmethod
    def kernel(values: Values, _: Any) -> list[NDArray[Any]]:
        """A view."""
        return [np.broadcast_to(values[0], ints(values[1]))]


@register
class BroadcastArgs(OpDef):
    """The shape that two shapes have when broadcast against each other."""

    kind = "BroadcastArgs"
    operands = ("s0", "s1")

    @staticmethod
    def infer(inputs: Operands, _: Any) -> list[TensorType]:
        """[the longer one's length], in the operands' dtype."""
        a, b = (vector_length(x) for x in inputs)
        shapes = [index_ints(x) for x in inputs]
        if shapes[0] is not None and shapes[1] is not None:
            broadcast_shapes("BroadcastArgs", shapes[0], shapes[1])
        length = None if a is None or b is None else max(a, b)
        return [TensorType(same_dtype("BroadcastArgs", inputs), (length,))]

    @staticmethod
    def kernel(values: Values, _: Any) -> list[NDArray[Any]]:
        """A new array; raises Unfoldable where the shapes do not fit."""
        try:
            shape = np.broadcast_shapes(ints(values[0]), ints(values[1]))
        except ValueError as error:
            raise Unfoldable(str(error)) from error
        return [np.array(shape, values[0].dtype)]
