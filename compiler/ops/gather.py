"""Elements picked by index or put in another order: Gather, GatherNd, ReverseV2, ReverseSequence."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from ..errors import ShapeError
from ..ir.types import TensorType, shape_text
from . import Unfoldable, register
from .base import OpDef, Operands, Values, axes_of, axis_of, index_ints, merge_shapes, need_integers
from .shape import ints


class GatherAttrs(NamedTuple):
    """The axis that is indexed; the first `batch_dims` dimensions of input and indices go together."""

    axis: int = 0
    batch_dims: int = 0


def _places(rank: int, index_rank: int, attrs: GatherAttrs) -> tuple[int, int]:
    axis = axis_of(attrs.axis, rank, "Gather")
    batch = attrs.batch_dims + index_rank if attrs.batch_dims < 0 else attrs.batch_dims
    if not 0 <= batch <= min(index_rank, axis):
        raise ShapeError(f"Gather: batch_dims {attrs.batch_dims} for axis {axis} and indices of rank {index_rank}")
    return axis, batch


def _in_range(index: NDArray[Any], extent: Any) -> None:
    """Raise Unfoldable for an index outside: TensorFlow fails or returns zeros, depending on the device."""
    if index.size and (index.min() < 0 or (index >= extent).any()):
        raise Unfoldable("an index is out of range")


@register
class Gather(OpDef):
    """The slices of the input at given places of an axis."""

    kind = "Gather"
    operands = ("input", "indices")
    Attrs = GatherAttrs

    @staticmethod
    def infer(inputs: Operands, attrs: GatherAttrs) -> list[TensorType]:
        """input[:axis] + indices[batch_dims:] + input[axis+1:]."""
        x, index = inputs
        need_integers(index)
        if x.shape is None or index.shape is None:
            return [TensorType(x.dtype, None)]
        axis, batch = _places(len(x.shape), len(index.shape), attrs)
        lead = merge_shapes("Gather", x.shape[:batch], index.shape[:batch]) or ()
        return [TensorType(x.dtype, (*lead, *x.shape[batch:axis], *index.shape[batch:], *x.shape[axis + 1 :]))]

    @staticmethod
    def kernel(values: Values, attrs: GatherAttrs) -> list[NDArray[Any]]:
        """A view for a scalar index, otherwise a copy; raises Unfoldable for an index out of range."""
        x, index = values
        axis, batch = _places(x.ndim, index.ndim, attrs)
        _in_range(index, x.shape[axis])
        if index.ndim == 0:
            return [x[(*[slice(None)] * axis, int(index), ...)]]
        if not batch:
            return [np.take(x, index, axis=axis)]
        lead, middle, tail = x.shape[:batch], x.shape[batch:axis], x.shape[axis + 1 :]
        count = int(np.prod(lead))
        groups = x.reshape(count, int(np.prod(middle)), x.shape[axis], int(np.prod(tail)))
        flat = index.reshape(count, int(np.prod(index.shape[batch:])))
        out = np.take_along_axis(groups, flat[:, np.newaxis, :, np.newaxis], axis=2)
        return [out.reshape(*lead, *middle, *index.shape[batch:], *tail)]


@register
class GatherNd(OpDef):
    """The slices of the input at index tuples, which are the last dimension of the indices."""

    kind = "GatherNd"
    operands = ("input", "indices")

    @staticmethod
    def infer(inputs: Operands, _: Any) -> list[TensorType]:
        """indices[:-1] + input[n:], n the extent of the last dimension of the indices."""
        x, index = inputs
        need_integers(index)
        if x.shape is None or index.shape is None:
            return [TensorType(x.dtype, None)]
        if not index.shape:
            raise ShapeError("GatherNd: the indices must have rank 1 or more, not shape []")
        n = index.shape[-1]
        if type(n) is not int:
            return [TensorType(x.dtype, None)]
        if n > len(x.shape):
            raise ShapeError(f"GatherNd: indices {shape_text(index.shape)} into an input {shape_text(x.shape)}")
        return [TensorType(x.dtype, (*index.shape[:-1], *x.shape[n:]))]

    @staticmethod
    def kernel(values: Values, _: Any) -> list[NDArray[Any]]:
        """A copy; raises Unfoldable for an index out of range."""
        x, index = values
        n = index.shape[-1]
        if n == 0:
            return [np.broadcast_to(x, (*index.shape[:-1], *x.shape))]
        _in_range(index, np.array(x.shape[:n]))
        return [np.asarray(x[tuple(np.moveaxis(index, -1, 0))])]


@register
class ReverseV2(OpDef):
    """The input with the order along some axes reversed."""

    kind = "ReverseV2"
    operands = ("input", "axes")

    @staticmethod
    def infer(inputs: Operands, _: Any) -> list[TensorType]:
        """The input's own type."""
        x = inputs[0]
        axes = index_ints(inputs[1])
        if x.shape is not None and axes is not None:
            axes_of(axes, len(x.shape), "ReverseV2")
        return [TensorType(x.dtype, x.shape)]

    @staticmethod
    def kernel(values: Values, _: Any) -> list[NDArray[Any]]:
        """A view."""
        x = values[0]
        return [np.flip(x, axes_of(ints(values[1]), x.ndim, "ReverseV2"))]


class ReverseSequenceAttrs(NamedTuple):
    """The axis along which to reverse, and the axis of which each slice has its own length."""

    seq_dim: int
    batch_dim: int = 0


@register
class ReverseSequence(OpDef):
    """In each slice along the batch axis, the first `lengths` elements of the sequence axis reversed."""

    kind = "ReverseSequence"
    operands = ("input", "lengths")
    Attrs = ReverseSequenceAttrs

    @staticmethod
    def infer(inputs: Operands, attrs: ReverseSequenceAttrs) -> list[TensorType]:
        """The input's own type."""
        x, lengths = inputs
        if x.shape is not None:
            rank = len(x.shape)
            axis_of(attrs.seq_dim, rank, "ReverseSequence")
            batch = axis_of(attrs.batch_dim, rank, "ReverseSequence")
            merge_shapes("ReverseSequence", (x.shape[batch],), lengths.shape)
        return [TensorType(x.dtype, x.shape)]

    @staticmethod
    def kernel(values: Values, attrs: ReverseSequenceAttrs) -> list[NDArray[Any]]:
        """A copy; raises Unfoldable for lengths out of range."""
        x, lengths = values
        out = x.copy()
        source = np.moveaxis(x, (attrs.batch_dim, attrs.seq_dim), (0, 1))
        target = np.moveaxis(out, (attrs.batch_dim, attrs.seq_dim), (0, 1))
        _in_range(lengths, source.shape[1] + 1)
        for i, n in enumerate(ints(lengths)):
            target[i, :n] = source[i, :n][::-1]
        return [out]
