"""Operators that move elements between dimensions: Transpose, ReorderAxes, and the space/depth/batch exchanges."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from ..errors import ShapeError
from ..ir.types import TensorType, shape_text
from . import register
from .base import Extent, OpDef, Operands, Values, index_ints, need_rank, unknown, vector_length
from .shape import ints


def _check_perm(perm: Sequence[int], rank: int) -> None:
    if sorted(perm) != list(range(rank)):
        raise ShapeError(f"Transpose: {list(perm)} is not a permutation of {rank} dimensions")


@register
class Transpose(OpDef):
    """The input with its dimensions in another order: dimension i of the result is dimension perm[i] of the input."""

    kind = "Transpose"
    operands = ("input", "perm")

    @staticmethod
    def infer(inputs: Operands, _: Any) -> list[TensorType]:
        """The extents in the order of `perm`."""
        x = inputs[0]
        perm = index_ints(inputs[1])
        if perm is None or x.shape is None:
            rank = vector_length(inputs[1]) if x.shape is None else len(x.shape)
            return [TensorType(x.dtype, None if rank is None else unknown(rank))]
        _check_perm(perm, len(x.shape))
        return [TensorType(x.dtype, tuple([x.shape[p] for p in perm]))]

    @staticmethod
    def kernel(values: Values, _: Any) -> list[NDArray[Any]]:
        """A view."""
        perm = ints(values[1])
        _check_perm(perm, values[0].ndim)
        return [values[0].transpose(perm)]


class ReorderAxesAttrs(NamedTuple):
    """The axes before and after, one letter each: H W I O, M for the channel multiplier, 1 for an extent of 1."""

    source: str
    target: str


def reorder_perm(attrs: ReorderAxesAttrs) -> tuple[int, ...] | None:
    """The permutation that a ReorderAxes is, None for HWIM -> 1HWO, which is a reshape.

    Raises ShapeError for anything else.
    """
    source, target = attrs
    if (source, target) == ("HWIM", "1HWO"):
        return None
    if sorted(source) != sorted(target) or len(set(source)) != len(source):
        raise ShapeError(f"ReorderAxes: from {source} to {target} is not a change of order")
    return tuple([source.index(axis) for axis in target])


@register
class ReorderAxes(OpDef):
    """Convolution weights in another layout: HWIO -> OHWI and the like transpose, HWIM -> 1HWO (O = I*M) reshapes."""

    kind = "ReorderAxes"
    operands = ("input",)
    Attrs = ReorderAxesAttrs

    @staticmethod
    def infer(inputs: Operands, attrs: ReorderAxesAttrs) -> list[TensorType]:
        """The extents in the target's order."""
        x = inputs[0]
        perm = reorder_perm(attrs)
        shape = need_rank("ReorderAxes", x.shape, len(attrs.source), "the weights")
        if perm is not None:
            return [TensorType(x.dtype, tuple([shape[p] for p in perm]))]
        h, w, i, m = shape
        depth = i * m if type(i) is int and type(m) is int else m if i == 1 else i if m == 1 else None
        return [TensorType(x.dtype, (1, h, w, depth))]

    @staticmethod
    def kernel(values: Values, attrs: ReorderAxesAttrs) -> list[NDArray[Any]]:
        """A view."""
        x = values[0]
        perm = reorder_perm(attrs)
        return [x.reshape(1, x.shape[0], x.shape[1], x.shape[2] * x.shape[3]) if perm is None else x.transpose(perm)]


class BlockAttrs(NamedTuple):
    """The extent of the square block of elements that changes places."""

    block_size: int


def _divided(kind: str, extent: Extent, by: int, shape: Any) -> Extent:
    if by < 1:
        raise ShapeError(f"{kind}: a block of {by}")
    if type(extent) is not int:
        return extent if by == 1 else None
    if extent % by:
        raise ShapeError(f"{kind}: {extent} in shape {shape_text(shape)} cannot be divided by {by}")
    return extent // by


def _times(extent: Extent, by: int) -> Extent:
    return extent * by if type(extent) is int else extent if by == 1 else None


@register
class SpaceToDepth(OpDef):
    """Each block of b x b pixels becomes one pixel of b * b times the channels: [N,H,W,C] -> [N,H/b,W/b,b*b*C]."""

    kind = "SpaceToDepth"
    operands = ("input",)
    Attrs = BlockAttrs

    @staticmethod
    def infer(inputs: Operands, attrs: BlockAttrs) -> list[TensorType]:
        """Height and width must be multiples of the block size."""
        b, x = attrs.block_size, inputs[0]
        n, h, w, c = shape = need_rank("SpaceToDepth", x.shape, 4, "the input")
        height, width = _divided("SpaceToDepth", h, b, shape), _divided("SpaceToDepth", w, b, shape)
        return [TensorType(x.dtype, (n, height, width, _times(c, b * b)))]

    @staticmethod
    def kernel(values: Values, attrs: BlockAttrs) -> list[NDArray[Any]]:
        """A copy."""
        b, x = attrs.block_size, values[0]
        n, h, w, c = x.shape
        parts = x.reshape(n, h // b, b, w // b, b, c).transpose(0, 1, 3, 2, 4, 5)
        return [parts.reshape(n, h // b, w // b, b * b * c)]


@register
class DepthToSpace(OpDef):
    """The inverse of SpaceToDepth: [N,H,W,b*b*C] -> [N,H*b,W*b,C]."""

    kind = "DepthToSpace"
    operands = ("input",)
    Attrs = BlockAttrs

    @staticmethod
    def infer(inputs: Operands, attrs: BlockAttrs) -> list[TensorType]:
        """The channels must be a multiple of the squared block size."""
        b, x = attrs.block_size, inputs[0]
        n, h, w, c = shape = need_rank("DepthToSpace", x.shape, 4, "the input")
        if b < 1:
            raise ShapeError(f"DepthToSpace: a block of {b}")
        return [TensorType(x.dtype, (n, _times(h, b), _times(w, b), _divided("DepthToSpace", c, b * b, shape)))]

    @staticmethod
    def kernel(values: Values, attrs: BlockAttrs) -> list[NDArray[Any]]:
        """A copy."""
        b, x = attrs.block_size, values[0]
        n, h, w, c = x.shape
        parts = x.reshape(n, h, w, b, b, c // (b * b)).transpose(0, 1, 3, 2, 4, 5)
        return [parts.reshape(n, h * b, w * b, c // (b * b))]


class BlocksNd(OpDef):
    """Base of the exchanges between the batch and the M dimensions after it, M being the length of `block_shape`."""

    @classmethod
    def infer(cls, inputs: Operands, _: Any, /) -> list[TensorType]:
        """Extents where block shape and border are constants, otherwise the rank."""
        x = inputs[0]
        shape, blocks, borders = x.shape, index_ints(inputs[1]), index_ints(inputs[2])
        if shape is None:
            return [TensorType(x.dtype, None)]
        if blocks is None or borders is None:
            return [TensorType(x.dtype, unknown(len(shape)))]
        m = len(blocks)
        if len(shape) < m + 1 or len(borders) != 2 * m or min((*blocks, 1)) < 1 or min((*borders, 0)) < 0:
            raise ShapeError(
                f"{cls.kind}: block shape {list(blocks)} and border {list(borders)} for an input of {shape_text(shape)}"
            )
        count = 1
        for b in blocks:
            count *= b
        return [TensorType(x.dtype, cls.extents(shape, blocks, borders, count))]

    @classmethod
    def extents(
        cls, shape: Sequence[Extent], blocks: Sequence[int], borders: Sequence[int], count: int
    ) -> tuple[Extent, ...]:
        """The result's shape; `count` is the product of the blocks."""
        raise NotImplementedError(cls)


@register
class SpaceToBatchND(BlocksNd):
    """Zero-pads the M spatial dimensions, then spreads each block's elements over the batch."""

    kind = "SpaceToBatchND"
    operands = ("input", "block_shape", "paddings")

    @classmethod
    def extents(
        cls, shape: Sequence[Extent], blocks: Sequence[int], borders: Sequence[int], count: int
    ) -> tuple[Extent, ...]:
        """[N*prod(b), (d + pad) / b, ..., rest]."""
        spatial: list[Extent] = []
        for i, b in enumerate(blocks):
            d, border = shape[i + 1], borders[2 * i] + borders[2 * i + 1]
            known = d + border if type(d) is int else d if not border else None
            spatial.append(_divided(cls.kind, known, b, tuple(shape)))
        return (_times(shape[0], count), *spatial, *shape[len(blocks) + 1 :])

    @classmethod
    def kernel(cls, values: Values, _: Any, /) -> list[NDArray[Any]]:
        """A copy."""
        x, blocks, borders = values[0], ints(values[1]), ints(values[2])
        m = len(blocks)
        pads = [(0, 0), *zip(borders[::2], borders[1::2], strict=True), *[(0, 0)] * (x.ndim - m - 1)]
        x = np.pad(x, pads)
        rest = x.shape[m + 1 :]
        outer = [x.shape[i + 1] // b for i, b in enumerate(blocks)]
        split = [n for pair in zip(outer, blocks, strict=True) for n in pair]
        order = [*range(2, 2 * m + 1, 2), 0, *range(1, 2 * m, 2), *range(2 * m + 1, 2 * m + 1 + len(rest))]
        parts = x.reshape(x.shape[0], *split, *rest).transpose(order)
        return [parts.reshape(x.shape[0] * int(np.prod(blocks)), *outer, *rest)]


@register
class BatchToSpaceND(BlocksNd):
    """The inverse of SpaceToBatchND: gathers blocks from the batch, then crops the M spatial dimensions."""

    kind = "BatchToSpaceND"
    operands = ("input", "block_shape", "crops")

    @classmethod
    def extents(
        cls, shape: Sequence[Extent], blocks: Sequence[int], borders: Sequence[int], count: int
    ) -> tuple[Extent, ...]:
        """[N/prod(b), d * b - crop, ..., rest]."""
        spatial: list[Extent] = []
        for i, b in enumerate(blocks):
            d, border = _times(shape[i + 1], b), borders[2 * i] + borders[2 * i + 1]
            if type(d) is int and d < border:
                raise ShapeError(f"{cls.kind}: crops {list(borders)} leave nothing of {shape_text(tuple(shape))}")
            spatial.append(d - border if type(d) is int else d if not border else None)
        return (_divided(cls.kind, shape[0], count, tuple(shape)), *spatial, *shape[len(blocks) + 1 :])

    @classmethod
    def kernel(cls, values: Values, _: Any, /) -> list[NDArray[Any]]:
        """A copy."""
        x, blocks, borders = values[0], ints(values[1]), ints(values[2])
        m = len(blocks)
        rest, batch = x.shape[m + 1 :], x.shape[0] // int(np.prod(blocks))
        order = [m, *[n for i in range(m) for n in (m + 1 + i, i)], *range(2 * m + 1, 2 * m + 1 + len(rest))]
        parts = x.reshape(*blocks, batch, *x.shape[1:]).transpose(order)
        whole = parts.reshape(batch, *[x.shape[i + 1] * b for i, b in enumerate(blocks)], *rest)
        cut = [slice(borders[2 * i], whole.shape[i + 1] - borders[2 * i + 1]) for i in range(m)]
        return [whole[(slice(None), *cut)]]
