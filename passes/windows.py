"""Padding of sliding windows, worked out and given the name it has: SAME, VALID, or explicit amounts."""

from __future__ import annotations

from typing import Any

from ..compiler.ir import Array
from ..compiler.ops.numeric import same_padding

Pads = tuple[int, int, int, int]
"""Top, bottom, left, right."""


def own_padding(attrs: Any, extents: tuple[int, int], kernel: tuple[int, int]) -> Pads:
    """What a convolution itself pads its input of these extents with."""
    if attrs.padding == "EXPLICIT":
        top, bottom, left, right = attrs.explicit
        return top, bottom, left, right
    if attrs.padding == "VALID":
        return 0, 0, 0, 0
    rows = same_padding(extents[0], kernel[0], attrs.stride_h, attrs.dilation_h)
    return *rows, *same_padding(extents[1], kernel[1], attrs.stride_w, attrs.dilation_w)


def named_padding(attrs: Any, extents: tuple[int, int], kernel: tuple[int, int], pads: Pads) -> Any:
    """The attributes of a convolution that pads its input of these extents with `pads`, of at least 0 each."""
    if not any(pads):
        return attrs._replace(padding="VALID", explicit=())
    same = attrs._replace(padding="SAME", explicit=())
    if own_padding(same, extents, kernel) == pads:
        return same
    return attrs._replace(padding="EXPLICIT", explicit=pads)


def window_of(weights: Array | None) -> tuple[int, int] | None:
    """Height and width of the weights of a convolution (OHWI or 1HWO)."""
    shape = None if weights is None else weights.shape
    if shape is None or len(shape) != 4 or type(shape[1]) is not int or type(shape[2]) is not int:
        return None
    return shape[1], shape[2]
