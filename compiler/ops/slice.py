"""Parts of an array: Slice, StridedSlice with its five masks, Split and SplitV."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from ..errors import ShapeError
from ..ir.types import TensorType, shape_text
from . import Unfoldable, register
from .base import Extent, OpDef, Operands, Values, axis_of, index_int, index_ints, unknown, vector_length
from .shape import ints


def _sliced(shape: Sequence[Extent], begin: Sequence[int | None], size: Sequence[int | None]) -> tuple[Extent, ...]:
    result: list[Extent] = []
    for d, b, s in zip(shape, begin, size, strict=True):
        if (b is not None and b < 0) or (s is not None and s < -1):
            raise ShapeError(
                f"Slice: begin {list(begin)} and size {list(size)} do not fit shape {shape_text(tuple(shape))}"
            )
        if type(d) is int and b is not None and s is not None and b + max(s, 0) > d:
            raise ShapeError(
                f"Slice: begin {list(begin)}, size {list(size)} leave the shape {shape_text(tuple(shape))}"
            )
        if s != -1:
            result.append(s)
        elif type(d) is int and b is not None:
            result.append(d - b)
        else:
            result.append(d if b == 0 else None)
    return tuple(result)


@register
class Slice(OpDef):
    """The block of `size` elements from `begin` on; a size of -1 takes all that is left."""

    kind = "Slice"
    operands = ("input", "begin", "size")

    @staticmethod
    def infer(inputs: Operands, _: Any) -> list[TensorType]:
        """The sizes, -1 resolved where begin and the input's extent are known."""
        x = inputs[0]
        begin: Sequence[int | None] | None = index_ints(inputs[1])
        size: Sequence[int | None] | None = index_ints(inputs[2])
        rank = vector_length(inputs[1])
        rank = vector_length(inputs[2]) if rank is None else rank
        shape = x.shape
        if shape is None:
            if rank is None:
                return [TensorType(x.dtype, None)]
            shape = unknown(rank)
        if rank is None:
            return [TensorType(x.dtype, unknown(len(shape)))]
        nothing = (None,) * rank
        begin, size = nothing if begin is None else begin, nothing if size is None else size
        if not len(begin) == len(size) == len(shape):
            raise ShapeError(f"Slice: begin {list(begin)} and size {list(size)} do not fit shape {shape_text(shape)}")
        return [TensorType(x.dtype, _sliced(shape, begin, size))]

    @staticmethod
    def kernel(values: Values, _: Any) -> list[NDArray[Any]]:
        """A view."""
        x, begin, size = values[0], ints(values[1]), ints(values[2])
        extents = _sliced(x.shape, begin, size)
        return [x[tuple([slice(b, b + n) for b, n in zip(begin, extents, strict=True) if type(n) is int])]]


class StridedSliceAttrs(NamedTuple):
    """Bit masks over the places of the slicing operands, as in TensorFlow: bit i set in

    - `begin_mask` or `end_mask`: from the first or up to the last element, whatever begin or end says;
    - `ellipsis_mask`: as many full dimensions as are needed; at most one;
    - `new_axis_mask`: a dimension of extent 1 is inserted;
    - `shrink_axis_mask`: the one element at begin is taken, and the dimension goes away.

    An ellipsis wins over a new axis, and a new axis over shrinking.
    """

    begin_mask: int = 0
    end_mask: int = 0
    ellipsis_mask: int = 0
    new_axis_mask: int = 0
    shrink_axis_mask: int = 0


class _Unknown:
    """A slice of which begin, end or stride are not known."""


_UNKNOWN = _Unknown()
_FULL = slice(None)


def indices(
    rank: int,
    begin: Sequence[int | None],
    end: Sequence[int | None],
    strides: Sequence[int | None],
    attrs: StridedSliceAttrs,
) -> list[Any]:
    """What a StridedSlice does to an input of `rank`, as numpy indices: slices, numbers, None for a new axis.

    Raises ShapeError for more indices than dimensions, a zero stride, and a shrunk axis with a stride below 1.
    """
    n = len(begin)
    new = [not attrs.ellipsis_mask >> i & 1 and bool(attrs.new_axis_mask >> i & 1) for i in range(n)]
    ellipses = [i for i in range(n) if attrs.ellipsis_mask >> i & 1]
    used = n - sum(new) - len(ellipses)
    if len(ellipses) > 1 or used > rank:
        raise ShapeError(f"StridedSlice: {n} indices (masks {tuple(attrs)}) for an input of rank {rank}")
    result: list[Any] = []
    for i in range(n):
        b, e, s = begin[i], end[i], strides[i]
        if i in ellipses:
            result.extend([_FULL] * (rank - used))
        elif new[i]:
            result.append(None)
        elif s == 0:
            raise ShapeError("StridedSlice: a stride of 0")
        elif attrs.shrink_axis_mask >> i & 1:
            if s is not None and s < 1:
                raise ShapeError(f"StridedSlice: a stride of {s} on an axis that is to shrink")
            result.append(_UNKNOWN if b is None else b)
        else:
            from_first, to_last = attrs.begin_mask >> i & 1, attrs.end_mask >> i & 1
            if s is None or (b is None and not from_first) or (e is None and not to_last):
                result.append(slice(_UNKNOWN))
            else:
                result.append(slice(None if from_first else b, None if to_last else e, s))
    if not ellipses:
        result.extend([_FULL] * (rank - used))
    return result


def _strided(shape: Sequence[Extent], items: list[Any]) -> tuple[Extent, ...]:
    result: list[Extent] = []
    place = 0
    for item in items:
        if item is None:
            result.append(1)
            continue
        d = shape[place]
        place += 1
        if isinstance(item, slice):
            if item.stop is _UNKNOWN:
                result.append(None)
            elif type(d) is int:
                result.append(len(range(*item.indices(d))))
            else:
                whole = item.step in (None, 1) and item.stop is None and item.start in (None, 0)
                result.append(d if whole else None)
        elif isinstance(item, int) and type(d) is int and not -d <= item < d:
            raise ShapeError(
                f"StridedSlice: index {item} is outside of dimension {place - 1} of {shape_text(tuple(shape))}"
            )
    return tuple(result)


@register
class StridedSlice(OpDef):
    """x[begin[0]:end[0]:strides[0], ...] as in Python, with ellipsis, new axes and single elements by masks."""

    kind = "StridedSlice"
    operands = ("input", "begin", "end", "strides")
    Attrs = StridedSliceAttrs

    @staticmethod
    def infer(inputs: Operands, attrs: StridedSliceAttrs) -> list[TensorType]:
        """Symbols stay where a dimension is taken whole."""
        x = inputs[0]
        specs = [index_ints(v) for v in inputs[1:]]
        lengths = [n for n in map(vector_length, inputs[1:]) if n is not None]
        if x.shape is None or not lengths:
            return [TensorType(x.dtype, None)]
        if min(lengths) != max(lengths):
            raise ShapeError(f"StridedSlice: begin, end and strides have {lengths} elements")
        begin, end, strides = [(None,) * lengths[0] if v is None else v for v in specs]
        return [TensorType(x.dtype, _strided(x.shape, indices(len(x.shape), begin, end, strides, attrs)))]

    @staticmethod
    def kernel(values: Values, attrs: StridedSliceAttrs) -> list[NDArray[Any]]:
        """A view."""
        x = values[0]
        begin, end, strides = (ints(v) for v in values[1:])
        items = indices(x.ndim, begin, end, strides, attrs)
        _strided(x.shape, items)
        return [x[(*items, ...)]]


class SplitAttrs(NamedTuple):
    """The number of parts."""

    num: int


class SplitVAttrs(NamedTuple):
    """The number of parts."""

    num: int


def _parts(x: Any, axis: int | None, sizes: Sequence[Extent], kind: str) -> list[TensorType]:
    shape = x.shape
    if shape is None or axis is None:
        return [TensorType(x.dtype, None if shape is None else unknown(len(shape)))] * len(sizes)
    axis = axis_of(axis, len(shape), kind)
    return [TensorType(x.dtype, (*shape[:axis], size, *shape[axis + 1 :])) for size in sizes]


@register
class Split(OpDef):
    """`num` equal parts along an axis."""

    kind = "Split"
    operands = ("axis", "input")
    Attrs = SplitAttrs

    @staticmethod
    def infer(inputs: Operands, attrs: SplitAttrs) -> list[TensorType]:
        """The extent of the axis divided by `num`, which must leave no remainder."""
        x, num = inputs[1], attrs.num
        if num < 1:
            raise ShapeError(f"Split: {num} parts")
        axis = index_int(inputs[0], "the axis of Split")
        size: Extent = None
        if x.shape is not None and axis is not None:
            d = x.shape[axis_of(axis, len(x.shape), "Split")]
            if type(d) is int:
                if d % num:
                    raise ShapeError(f"Split: axis {axis} of shape {shape_text(x.shape)} into {num} equal parts")
                size = d // num
            elif num == 1:
                size = d
        return _parts(x, axis, [size] * num, "Split")

    @staticmethod
    def kernel(values: Values, attrs: SplitAttrs) -> list[NDArray[Any]]:
        """Views."""
        x = values[1]
        return list(np.split(x, attrs.num, axis=axis_of(ints(values[0])[0], x.ndim, "Split")))


def _sizes(sizes: Sequence[int], extent: Extent, num: int) -> list[Extent]:
    if len(sizes) != num or sizes.count(-1) > 1 or min(sizes, default=0) < -1:
        raise ShapeError(f"SplitV: sizes {list(sizes)} for {num} parts")
    total = sum(s for s in sizes if s != -1)
    if type(extent) is not int:
        return [None if s == -1 else s for s in sizes]
    if total > extent or (total != extent and -1 not in sizes):
        raise ShapeError(f"SplitV: sizes {list(sizes)} of an extent of {extent}")
    return [extent - total if s == -1 else s for s in sizes]


@register
class SplitV(OpDef):
    """Parts of given sizes along an axis; one size may be -1, for all that is left."""

    kind = "SplitV"
    operands = ("input", "sizes", "axis")
    Attrs = SplitVAttrs

    @staticmethod
    def infer(inputs: Operands, attrs: SplitVAttrs) -> list[TensorType]:
        """The sizes, -1 resolved where the extent is known."""
        x = inputs[0]
        sizes, axis = index_ints(inputs[1]), index_int(inputs[2], "the axis of SplitV")
        if attrs.num < 1:
            raise ShapeError(f"SplitV: {attrs.num} parts")
        extents: list[Extent] = [None] * attrs.num
        if sizes is not None:
            known = x.shape is not None and axis is not None
            extents = _sizes(sizes, x.shape[axis_of(axis or 0, len(x.shape), "SplitV")] if known else None, attrs.num)
        return _parts(x, axis, extents, "SplitV")

    @staticmethod
    def kernel(values: Values, attrs: SplitVAttrs) -> list[NDArray[Any]]:
        """Views."""
        x = values[0]
        axis = axis_of(ints(values[2])[0], x.ndim, "SplitV")
        sizes = [s for s in _sizes(ints(values[1]), x.shape[axis], attrs.num) if type(s) is int]
        if sum(sizes) != x.shape[axis]:
            raise Unfoldable("SplitV does not cover its axis")
        return list(np.split(x, np.cumsum(sizes[:-1]), axis=axis))
