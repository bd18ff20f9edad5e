"""Borders around an array: Pad, PadV2, MirrorPad."""

from __future__ import annotations

from typing import Any, ClassVar, NamedTuple

import numpy as np
from numpy.typing import NDArray

from ..errors import ShapeError
from ..ir.types import TensorType, shape_text
from . import register
from .base import Extent, OpDef, Operands, Values, index_ints, same_dtype, unknown
from .shape import ints


def _pairs(flat: tuple[int, ...], rank: int, kind: str) -> list[tuple[int, int]]:
    if len(flat) != 2 * rank or (flat and min(flat) < 0):
        raise ShapeError(f"{kind}: paddings {list(flat)} for an input of rank {rank}")
    return list(zip(flat[::2], flat[1::2], strict=True))


class Padding(OpDef):
    """Base of the padding operators."""

    operands: ClassVar[tuple[str, ...]] = ("input", "paddings")

    @classmethod
    def infer(cls, inputs: Operands, attrs: Any, /) -> list[TensorType]:
        """Each extent plus the padding before and after it."""
        x, paddings = inputs[0], inputs[1]
        shape = x.shape
        flat = index_ints(paddings)
        if shape is None:
            rows = paddings.shape[0] if paddings.shape else None
            rank = rows if type(rows) is int else len(flat) // 2 if flat is not None else None
            return [TensorType(x.dtype, None if rank is None else unknown(rank))]
        if flat is None:
            return [TensorType(x.dtype, unknown(len(shape)))]
        extents: list[Extent] = []
        for d, (before, after) in zip(shape, _pairs(flat, len(shape), cls.kind), strict=True):
            if type(d) is int:
                if not cls.fits(d, max(before, after), attrs):
                    raise ShapeError(f"{cls.kind}: paddings {list(flat)} are too large for shape {shape_text(shape)}")
                extents.append(d + before + after)
            else:
                extents.append(None if before or after else d)
        return [TensorType(x.dtype, tuple(extents))]

    @classmethod
    def fits(cls, _extent: int, _pad: int, _attrs: Any) -> bool:
        """Whether an extent can be padded by so much."""
        return True


def _framed(x: NDArray[Any], pairs: list[tuple[int, int]], value: Any) -> NDArray[Any]:
    if not any(before or after for before, after in pairs):
        return x
    shape = [d + before + after for d, (before, after) in zip(x.shape, pairs, strict=True)]
    out = np.full(shape, value, x.dtype)
    out[tuple([slice(before, before + d) for d, (before, _) in zip(x.shape, pairs, strict=True)])] = x
    return out


@register
class Pad(Padding):
    """The input with zeros around it; `paddings` is [rank, 2], before and after."""

    kind = "Pad"

    @classmethod
    def kernel(cls, values: Values, _: Any, /) -> list[NDArray[Any]]:
        """The input itself where nothing is added, otherwise a copy."""
        x, paddings = values
        zero = b"" if x.dtype.kind == "O" else 0
        return [_framed(x, _pairs(ints(paddings), x.ndim, cls.kind), zero)]


@register
class PadV2(Padding):
    """The input with `value` around it."""

    kind = "PadV2"
    operands = ("input", "paddings", "value")

    @classmethod
    def infer(cls, inputs: Operands, attrs: Any, /) -> list[TensorType]:
        """Each extent plus the padding before and after it; the value must have the input's dtype."""
        same_dtype(cls.kind, (inputs[0], inputs[2]))
        return super().infer(inputs, attrs)

    @classmethod
    def kernel(cls, values: Values, _: Any, /) -> list[NDArray[Any]]:
        """The input itself where nothing is added, otherwise a copy."""
        x, paddings, value = values
        return [_framed(x, _pairs(ints(paddings), x.ndim, cls.kind), value.reshape(-1)[0])]


class MirrorPadAttrs(NamedTuple):
    """REFLECT leaves the border element itself out of the mirror image, SYMMETRIC repeats it."""

    mode: str


@register
class MirrorPad(Padding):
    """The input with its own mirror image around it."""

    kind = "MirrorPad"
    Attrs = MirrorPadAttrs

    @classmethod
    def fits(cls, extent: int, pad: int, attrs: MirrorPadAttrs) -> bool:
        """No more can be mirrored than there is; raises ShapeError for an unknown mode."""
        if attrs.mode not in {"REFLECT", "SYMMETRIC"}:
            raise ShapeError(f"MirrorPad: unknown mode {attrs.mode!r}")
        return pad <= extent - (attrs.mode == "REFLECT") or pad == 0

    @classmethod
    def kernel(cls, values: Values, attrs: MirrorPadAttrs, /) -> list[NDArray[Any]]:
        """A copy."""
        x, paddings = values
        pairs = _pairs(ints(paddings), x.ndim, cls.kind)
        return [np.pad(x, pairs, mode="reflect" if attrs.mode == "REFLECT" else "symmetric")]
