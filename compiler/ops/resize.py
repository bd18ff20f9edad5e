"""Images in another size: ResizeBilinear and ResizeNearestNeighbor, with both of TensorFlow's coordinate options."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from ..errors import ShapeError
from ..ir.types import FLOAT32, TensorType
from . import Unfoldable, register
from .base import OpDef, Operands, Values, index_ints, need_rank
from .numeric import wide
from .shape import ints


class ResizeAttrs(NamedTuple):
    """`align_corners`: the centres of the corner pixels stay; `half_pixel_centers`: a pixel's centre lies at +0.5."""

    align_corners: bool = False
    half_pixel_centers: bool = False


def _scale(extent: int, wanted: int, attrs: ResizeAttrs) -> Any:
    if attrs.align_corners and wanted > 1:
        return np.float32(extent - 1) / np.float32(wanted - 1)
    return np.float32(extent) / np.float32(wanted)


class Resize(OpDef):
    """Base of the resizing operators."""

    operands = ("input", "size")
    Attrs = ResizeAttrs

    @classmethod
    def infer(cls, inputs: Operands, attrs: ResizeAttrs, /) -> list[TensorType]:
        """[N,H,W,C], size [2] -> [N,size[0],size[1],C]."""
        x = inputs[0]
        n, _, _, c = need_rank(cls.kind, x.shape, 4, "the input")
        if attrs.align_corners and attrs.half_pixel_centers:
            raise ShapeError(f"{cls.kind}: align_corners and half_pixel_centers exclude each other")
        size = index_ints(inputs[1])
        if size is None:
            return [TensorType(x.dtype, (n, None, None, c))]
        if len(size) != 2 or min(size) < 1:
            raise ShapeError(f"{cls.kind}: {list(size)} is not a height and a width")
        return [TensorType(x.dtype, (n, size[0], size[1], c))]

    @classmethod
    def kernel(cls, values: Values, attrs: ResizeAttrs, /) -> list[NDArray[Any]]:
        """Resizes rows, then columns; raises Unfoldable for an empty image."""
        x = values[0]
        height, width = ints(values[1])
        if 0 in x.shape[1:3]:
            raise Unfoldable(f"{cls.kind} of an empty image")
        return [cls.resized(x, height, width, attrs)]

    @classmethod
    def resized(cls, x: NDArray[Any], height: int, width: int, attrs: ResizeAttrs) -> NDArray[Any]:
        """The resized NHWC image."""
        raise NotImplementedError(cls)


def _corners(extent: int, wanted: int, attrs: ResizeAttrs) -> tuple[NDArray[Any], NDArray[Any], NDArray[Any]]:
    """For each result coordinate the two source coordinates and the weight of the second."""
    scale, places = _scale(extent, wanted, attrs), np.arange(wanted, dtype=np.float32)
    at = (places + np.float32(0.5)) * scale - np.float32(0.5) if attrs.half_pixel_centers else places * scale
    lower = np.floor(at)
    first = np.clip(lower, 0, extent - 1).astype(np.int64)
    second = np.clip(np.ceil(at), 0, extent - 1).astype(np.int64)
    return first, second, (at - lower).astype(np.float32)


@register
class ResizeBilinear(Resize):
    """The weighted mean of the four pixels round the source coordinate.

    It is x * in / out; with align_corners x * (in - 1) / (out - 1); with half_pixel_centers (x + 0.5) * in / out - 0.5.
    """

    kind = "ResizeBilinear"

    @classmethod
    def infer(cls, inputs: Operands, attrs: ResizeAttrs, /) -> list[TensorType]:
        """[N,H,W,C], size [2] -> [N,size[0],size[1],C]; float32 unless the input is quantised."""
        (result,) = super().infer(inputs, attrs)
        return [result if inputs[0].quantization is not None else TensorType(FLOAT32, result.shape)]

    @classmethod
    def resized(cls, x: NDArray[Any], height: int, width: int, attrs: ResizeAttrs) -> NDArray[Any]:
        """In float32."""
        top, bottom, down = _corners(x.shape[1], height, attrs)
        left, right, across = _corners(x.shape[2], width, attrs)
        x = wide(x).astype(np.float32, copy=False)
        across = across[:, np.newaxis]
        rows = [x[:, r][:, :, left] + (x[:, r][:, :, right] - x[:, r][:, :, left]) * across for r in (top, bottom)]
        return np.asarray(rows[0] + (rows[1] - rows[0]) * down[:, np.newaxis, np.newaxis])


def _nearest(extent: int, wanted: int, attrs: ResizeAttrs) -> NDArray[Any]:
    scale, places = _scale(extent, wanted, attrs), np.arange(wanted, dtype=np.float32)
    at = (places + np.float32(0.5)) * scale if attrs.half_pixel_centers else places * scale
    at = np.floor(at + np.float32(0.5)) if attrs.align_corners else np.floor(at)
    return np.asarray(np.clip(at, 0, extent - 1).astype(np.int64))


@register
class ResizeNearestNeighbor(Resize):
    """The pixel nearest to the source coordinate: rounded with align_corners, otherwise cut off."""

    kind = "ResizeNearestNeighbor"

    @classmethod
    def resized(cls, x: NDArray[Any], height: int, width: int, attrs: ResizeAttrs) -> NDArray[Any]:
        """In the input's dtype."""
        rows, columns = _nearest(x.shape[1], height, attrs), _nearest(x.shape[2], width, attrs)
        return np.asarray(x[:, rows][:, :, columns])
