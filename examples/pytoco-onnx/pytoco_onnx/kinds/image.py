"""Operators over channels-first images that have no window: resizing, blocks of pixels, normalisation."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar, NamedTuple

import numpy as np
from numpy.typing import NDArray
from pytoco.compiler import OpDef, ShapeError, TensorType, const_ints

HALF_PIXEL, ASYMMETRIC, ALIGN_CORNERS = "half_pixel", "asymmetric", "align_corners"


def _image(kind: str, x: Any) -> tuple[Any, ...]:
    if x.shape is None:
        return (None,) * 4
    if len(x.shape) != 4:
        raise ShapeError(f"{kind}: the input must have rank 4, not shape {list(x.shape)}")
    return tuple(x.shape)


class ResizeAttrs(NamedTuple):
    """ONNX's names: `mode` linear or nearest, how coordinates go over, and how nearest ones are rounded."""

    mode: str
    coordinates: str
    nearest: str = "floor"


class OnnxResize(OpDef):
    """Images [N,C,H,W] in another `size`, [height, width]."""

    kind: ClassVar[str] = "OnnxResize"
    operands: ClassVar[tuple[str, ...]] = ("input", "size")
    Attrs: ClassVar[Any] = ResizeAttrs

    @staticmethod
    def infer(inputs: Sequence[Any], _: ResizeAttrs) -> list[TensorType]:
        """[N,C,height,width]."""
        shape, size = _image("OnnxResize", inputs[0]), const_ints(inputs[1])
        return [TensorType(inputs[0].dtype, (*shape[:2], *((None, None) if size is None else size)))]

    @staticmethod
    def kernel(values: Sequence[Any], attrs: ResizeAttrs) -> list[NDArray[Any]]:
        """One axis after the other."""
        x, (height, width) = values[0], values[1].reshape(-1).tolist()
        for axis, wanted in ((2, height), (3, width)):
            extent = x.shape[axis]
            at = _coordinates(extent, wanted, attrs.coordinates)
            if attrs.mode == "nearest":
                rounded = np.floor(at) if attrs.nearest == "floor" else np.floor(at + np.float32(0.5))
                x = x.take(np.clip(rounded, 0, extent - 1).astype(np.int64), axis)
                continue
            lower = np.floor(at)
            share = (at - lower).reshape(-1, *[1] * (3 - axis)).astype(x.dtype)
            first, second = (x.take(np.clip(lower + k, 0, extent - 1).astype(np.int64), axis) for k in (0, 1))
            x = first + (second - first) * share
        return [np.asarray(x)]


def _coordinates(extent: int, wanted: int, how: str) -> NDArray[Any]:
    places = np.arange(wanted, dtype=np.float32)
    if how == ALIGN_CORNERS:
        return places * np.float32((extent - 1) / (wanted - 1) if wanted > 1 else 0)
    scale = np.float32(extent / wanted)
    half = np.float32(0.5)
    return (places + half) * scale - half if how == HALF_PIXEL else places * scale


class BlockAttrs(NamedTuple):
    """The extent of the square block of pixels that changes places."""

    block_size: int


class OnnxSpaceToDepth(OpDef):
    """[N,C,H,W] -> [N,b*b*C,H/b,W/b]."""

    kind: ClassVar[str] = "OnnxSpaceToDepth"
    operands: ClassVar[tuple[str, ...]] = ("input",)
    Attrs: ClassVar[Any] = BlockAttrs

    @staticmethod
    def infer(inputs: Sequence[Any], attrs: BlockAttrs) -> list[TensorType]:
        """Height and width divided, channels multiplied."""
        b, (n, c, h, w) = attrs.block_size, _image("OnnxSpaceToDepth", inputs[0])
        depth = c * b * b if isinstance(c, int) else None
        rest = [d // b if isinstance(d, int) else None for d in (h, w)]
        return [TensorType(inputs[0].dtype, (n, depth, *rest))]

    @staticmethod
    def kernel(values: Sequence[Any], attrs: BlockAttrs) -> list[NDArray[Any]]:
        """A copy."""
        b, (n, c, h, w) = attrs.block_size, values[0].shape
        parts = values[0].reshape(n, c, h // b, b, w // b, b).transpose(0, 3, 5, 1, 2, 4)
        return [parts.reshape(n, b * b * c, h // b, w // b)]


class OnnxDepthToSpace(OpDef):
    """[N,b*b*C,H,W] -> [N,C,H*b,W*b], the blocks' rows and columns first in depth (ONNX's mode DCR)."""

    kind: ClassVar[str] = "OnnxDepthToSpace"
    operands: ClassVar[tuple[str, ...]] = ("input",)
    Attrs: ClassVar[Any] = BlockAttrs

    @staticmethod
    def infer(inputs: Sequence[Any], attrs: BlockAttrs) -> list[TensorType]:
        """Channels divided, height and width multiplied."""
        b, (n, c, h, w) = attrs.block_size, _image("OnnxDepthToSpace", inputs[0])
        depth = c // (b * b) if isinstance(c, int) else None
        rest = [d * b if isinstance(d, int) else None for d in (h, w)]
        return [TensorType(inputs[0].dtype, (n, depth, *rest))]

    @staticmethod
    def kernel(values: Sequence[Any], attrs: BlockAttrs) -> list[NDArray[Any]]:
        """A copy."""
        b, (n, c, h, w) = attrs.block_size, values[0].shape
        parts = values[0].reshape(n, b, b, c // (b * b), h, w).transpose(0, 3, 4, 1, 5, 2)
        return [parts.reshape(n, c // (b * b), h * b, w * b)]


class LrnAttrs(NamedTuple):
    """ONNX's names: `size` channels make a window, over which `alpha` is divided."""

    size: int
    alpha: float
    beta: float
    bias: float


class OnnxLRN(OpDef):
    """input / (bias + alpha / size * sum of squares over `size` channels) ** beta."""

    kind: ClassVar[str] = "OnnxLRN"
    operands: ClassVar[tuple[str, ...]] = ("input",)
    Attrs: ClassVar[Any] = LrnAttrs

    @staticmethod
    def infer(inputs: Sequence[Any], _: LrnAttrs) -> list[TensorType]:
        """The input's own type."""
        return [TensorType(inputs[0].dtype, inputs[0].shape)]

    @staticmethod
    def kernel(values: Sequence[Any], attrs: LrnAttrs) -> list[NDArray[Any]]:
        """Sums shifted squares."""
        x = values[0]
        before, depth = (attrs.size - 1) // 2, x.shape[1]
        squares = np.pad(np.square(x), [(0, 0), (before, attrs.size - 1 - before), *[(0, 0)] * (x.ndim - 2)])
        total = np.sum([squares[:, k : k + depth] for k in range(attrs.size)], axis=0)
        factor = x.dtype.type(attrs.alpha / attrs.size)
        return [np.asarray(x / (x.dtype.type(attrs.bias) + factor * total) ** x.dtype.type(attrs.beta), x.dtype)]


class BatchNormAttrs(NamedTuple):
    """What is added to the variance."""

    epsilon: float


class OnnxBatchNormalization(OpDef):
    """(input - mean) * scale / sqrt(variance + epsilon) + offset, along the channels, axis 1."""

    kind: ClassVar[str] = "OnnxBatchNormalization"
    operands: ClassVar[tuple[str, ...]] = ("input", "scale", "offset", "mean", "variance")
    Attrs: ClassVar[Any] = BatchNormAttrs

    @staticmethod
    def infer(inputs: Sequence[Any], _: BatchNormAttrs) -> list[TensorType]:
        """The input's own type."""
        return [TensorType(inputs[0].dtype, inputs[0].shape)]

    @staticmethod
    def kernel(values: Sequence[Any], attrs: BatchNormAttrs) -> list[NDArray[Any]]:
        """In the input's dtype."""
        x = values[0]
        scale, offset, mean, variance = (v.reshape(-1, *[1] * (x.ndim - 2)) for v in values[1:])
        factor = scale / np.sqrt(variance + variance.dtype.type(attrs.epsilon))
        return [np.asarray((x - mean) * factor + offset, x.dtype)]
