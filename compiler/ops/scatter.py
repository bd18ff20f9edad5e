"""Operators that write slices to given places: ScatterNd, SparseToDense, DynamicUpdateSlice and the dynamic pair."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from ..errors import ShapeError
from ..ir.types import InferredShape, TensorType, shape_text
from . import Unfoldable, register
from .base import (
    OpDef,
    Operands,
    Values,
    const_ints,
    index_int,
    index_ints,
    merge_shapes,
    need_integers,
    same_dtype,
    unknown,
    vector_length,
)
from .shape import ints


def given_shape(kind: str, operand: Any) -> tuple[int | None, ...] | None:
    """The shape that an operand says: its numbers if constant, else as many unknown extents as it has elements.

    Raises ShapeError for negative extents.
    """
    shape = index_ints(operand)
    if shape is None:
        rank = vector_length(operand)
        return None if rank is None else unknown(rank)
    if shape and min(shape) < 0:
        raise ShapeError(f"{kind}: {list(shape)} is not a shape")
    return shape


def _inside(index: NDArray[Any], extents: Sequence[int]) -> None:
    """Raise Unfoldable for an index tuple (last axis) outside of `extents`: TensorFlow fails on it at run time."""
    if index.size and (index.min() < 0 or (index >= np.array(extents, np.int64)).any()):
        raise Unfoldable("an index is out of range")


@register
class ScatterNd(OpDef):
    """Zeros of a given shape with slices added at index tuples, which are the last dimension of the indices."""

    kind = "ScatterNd"
    operands = ("indices", "updates", "shape")

    @staticmethod
    def infer(inputs: Operands, _: Any) -> list[TensorType]:
        """The shape that the operand says, in the dtype of the updates."""
        index, updates, _shape = inputs
        need_integers(index)
        shape = given_shape("ScatterNd", inputs[2])
        if shape is not None and index.shape is not None and updates.shape is not None:
            n = index.shape[-1] if index.shape else None
            if type(n) is int:
                if n > len(shape):
                    raise ShapeError(f"ScatterNd: indices {shape_text(index.shape)} into a result {shape_text(shape)}")
                merge_shapes("ScatterNd", updates.shape, (*index.shape[:-1], *shape[n:]))
        return [TensorType(updates.dtype, shape)]

    @staticmethod
    def kernel(values: Values, _: Any) -> list[NDArray[Any]]:
        """Slices that meet add up; raises Unfoldable for an index out of range."""
        index, updates = values[0], values[1]
        out = np.zeros(ints(values[2]), updates.dtype)
        if index.ndim == 0:
            raise Unfoldable("scalar indices")
        _inside(index, out.shape[: index.shape[-1]])
        np.add.at(out, tuple(np.moveaxis(index, -1, 0)), updates)
        return [out]


class SparseToDenseAttrs(NamedTuple):
    """Whether the runtime is to check that the indices are in order, in range and not repeated."""

    validate_indices: bool = True


@register
class SparseToDense(OpDef):
    """`default` everywhere but at the indices, where the values stand.

    Indices are a scalar or a vector for a result of rank 1, otherwise [number, rank]; one value may serve all.
    """

    kind = "SparseToDense"
    operands = ("indices", "shape", "values", "default")
    Attrs = SparseToDenseAttrs

    @staticmethod
    def infer(inputs: Operands, _: SparseToDenseAttrs) -> list[TensorType]:
        """The shape that the operand says, in the dtype of values and default."""
        index, shape, values, default = inputs
        need_integers(index)
        if values.shape is not None and len(values.shape) > 1:
            raise ShapeError(f"SparseToDense: values of shape {shape_text(values.shape)} are not a vector")
        if default.size not in (None, 1):
            raise ShapeError(f"SparseToDense: the default must be one element, not {default.size}")
        if index.shape is not None and len(index.shape) > 2:
            raise ShapeError(f"SparseToDense: indices of shape {shape_text(index.shape)} are not a matrix")
        return [TensorType(same_dtype("SparseToDense", (values, default)), given_shape("SparseToDense", shape))]

    @staticmethod
    def kernel(values: Values, attrs: SparseToDenseAttrs) -> list[NDArray[Any]]:
        """Of repeated indices the last wins; raises Unfoldable for indices that TensorFlow refuses."""
        index, shape, given, default = values
        out = np.full(ints(shape), default.reshape(()), given.dtype)
        rows = index.reshape(1, 1) if index.ndim == 0 else index.reshape(-1, 1) if index.ndim == 1 else index
        if rows.shape[1] != out.ndim:
            raise Unfoldable(f"index tuples of {rows.shape[1]} numbers into a result of rank {out.ndim}")
        _inside(rows, out.shape)
        if attrs.validate_indices and len(rows) > 1:
            flat = np.ravel_multi_index(tuple(rows.T), out.shape)
            if (np.diff(flat) <= 0).any():
                raise Unfoldable("the indices are out of order or repeated")
        out[tuple(rows.T)] = given
        return [out]


@register
class DynamicUpdateSlice(OpDef):
    """The input with a block replaced; a block that would stick out is moved inside (as XLA defines it)."""

    kind = "DynamicUpdateSlice"
    operands = ("input", "update", "start")

    @staticmethod
    def infer(inputs: Operands, _: Any) -> list[TensorType]:
        """The input's own type."""
        x, update, start = inputs
        need_integers(start)
        if x.shape is not None and update.shape is not None:
            fits = len(x.shape) == len(update.shape) and all(
                type(d) is not int or type(n) is not int or d <= n for d, n in zip(update.shape, x.shape, strict=True)
            )
            if not fits:
                raise ShapeError(f"DynamicUpdateSlice: {shape_text(update.shape)} is no block of {shape_text(x.shape)}")
        return [TensorType(same_dtype("DynamicUpdateSlice", (x, update)), x.shape)]

    @staticmethod
    def kernel(values: Values, _: Any) -> list[NDArray[Any]]:
        """A copy."""
        x, update, start = values
        if start.size != x.ndim:
            raise Unfoldable(f"{start.size} starts for rank {x.ndim}")
        out = x.copy()
        places = [min(max(s, 0), n - d) for s, n, d in zip(ints(start), x.shape, update.shape, strict=True)]
        out[tuple([slice(s, s + d) for s, d in zip(places, update.shape, strict=True)])] = update
        return [out]


class DynamicPartitionAttrs(NamedTuple):
    """How many parts there are."""

    num_partitions: int


@register
class DynamicPartition(OpDef):
    """The slices of the input sorted into parts by number, in order; the partitions' shape leads the input's."""

    kind = "DynamicPartition"
    operands = ("input", "partitions")
    Attrs = DynamicPartitionAttrs

    @staticmethod
    def infer(inputs: Operands, attrs: DynamicPartitionAttrs) -> list[TensorType]:
        """`num_partitions` times [?] + input[rank of the partitions:]; constant numbers say the first extent."""
        x, partitions = inputs
        need_integers(partitions)
        if not 1 <= attrs.num_partitions <= 1 << 16:
            raise ShapeError(f"DynamicPartition: {attrs.num_partitions} parts")
        if x.shape is None or partitions.shape is None:
            return [TensorType(x.dtype, None)] * attrs.num_partitions
        rank = len(partitions.shape)
        merge_shapes("DynamicPartition", x.shape[:rank], partitions.shape)
        numbers = const_ints(partitions)
        rows = [None if numbers is None else numbers.count(k) for k in range(attrs.num_partitions)]
        return [TensorType(x.dtype, (n, *x.shape[rank:])) for n in rows]

    @staticmethod
    def kernel(values: Values, attrs: DynamicPartitionAttrs) -> list[NDArray[Any]]:
        """Copies; raises Unfoldable for a part that there is not."""
        x, partitions = values
        _inside(partitions.reshape(-1, 1), [attrs.num_partitions])
        return [x[partitions == k] for k in range(attrs.num_partitions)]


class DynamicStitchAttrs(NamedTuple):
    """How many pairs of indices and data there are."""

    pairs: int


@register
class DynamicStitch(OpDef):
    """Slices of the data arrays put at the places that their index arrays say; of repeated places the last wins.

    Operands are all index arrays, then as many data arrays, whose leading dimensions are their index array's.
    """

    kind = "DynamicStitch"
    operands = ("first", "more*")
    Attrs = DynamicStitchAttrs

    @staticmethod
    def infer(inputs: Operands, attrs: DynamicStitchAttrs) -> list[TensorType]:
        """[largest index + 1] + the data's trailing dimensions; unknown rows where an index array is not constant."""
        n = attrs.pairs
        if n < 1 or len(inputs) != 2 * n:
            raise ShapeError(f"DynamicStitch: {len(inputs)} operands are not {n} index and {n} data arrays")
        rows: int | None = 0
        tail: Any = None
        for index, data in zip(inputs[:n], inputs[n:], strict=True):
            need_integers(index)
            places = const_ints(index)
            rows = None if rows is None or places is None else max([rows, *[p + 1 for p in places]])
            if index.shape is not None and data.shape is not None:
                rank = len(index.shape)
                merge_shapes("DynamicStitch", data.shape[:rank], index.shape)
                tail = merge_shapes("DynamicStitch", data.shape[rank:], tail)
        shape: InferredShape = None if tail is None else (rows, *tail)
        return [TensorType(same_dtype("DynamicStitch", inputs[n:]), shape)]

    @staticmethod
    def kernel(values: Values, attrs: DynamicStitchAttrs) -> list[NDArray[Any]]:
        """A copy; raises Unfoldable where a row would stay unset, or an index is negative."""
        n = attrs.pairs
        indices = [v.reshape(-1) for v in values[:n]]
        parts = [d.reshape(-1, *d.shape[i.ndim :]) for i, d in zip(values[:n], values[n:], strict=True)]
        places = np.concatenate(indices)
        rows = int(places.max()) + 1 if places.size else 0
        if places.size and (places.min() < 0 or len(np.unique(places)) != rows):
            raise Unfoldable("a row that no index names has no value")
        out = np.zeros((rows, *parts[0].shape[1:]), parts[0].dtype)
        for index, part in zip(indices, parts, strict=True):
            out[index] = part
        return [out]


def part_count(operand: Any, what: str) -> int | None:
    """A constant number of parts, None when it is computed; raises ShapeError when it is negative."""
    count = index_int(operand, what)
    if count is not None and count < 0:
        raise ShapeError(f"{what} is {count}")
    return count
