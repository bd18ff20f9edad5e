"""Arithmetic of sliding windows over channels-first arrays of any rank, as ONNX defines it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import product
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from pytoco.compiler import Dim, ShapeError

EXPLICIT, SAME = "NOTSET", "SAME_UPPER"
"""Values of ONNX's `auto_pad`: `pads` say it, or as TensorFlow's SAME does."""


class Window(NamedTuple):
    """How a window moves, one number a spatial axis; `pads` are all those before, then all those behind."""

    kernel: tuple[int, ...]
    strides: tuple[int, ...]
    dilations: tuple[int, ...]
    pads: tuple[int, ...]
    auto_pad: str = EXPLICIT


def same_pads(extent: int, kernel: int, stride: int, dilation: int) -> tuple[int, int]:
    """The padding before and behind that leaves ceil(extent / stride) places; the odd one goes behind."""
    total = max((-(-extent // stride) - 1) * stride + (kernel - 1) * dilation + 1 - extent, 0)
    return total // 2, total - total // 2


def extents_of(kind: str, spatial: Sequence[int | Dim | None], window: Window) -> list[int | Dim | None]:
    """The result's spatial extents; None where one is unknown. Raises ShapeError for a window that does not fit."""
    result: list[int | Dim | None] = []
    rank = len(spatial)
    for axis, extent in enumerate(spatial):
        stride, span = window.strides[axis], (window.kernel[axis] - 1) * window.dilations[axis] + 1
        padding = 0 if window.auto_pad == SAME else window.pads[axis] + window.pads[rank + axis]
        if not isinstance(extent, int):
            keeps = stride == 1 and (window.auto_pad == SAME or padding == span - 1)
            result.append(extent if keeps else None)
        elif window.auto_pad == SAME:
            result.append(-(-extent // stride))
        elif extent + padding < span:
            raise ShapeError(f"{kind}: a window of {span} does not fit into an extent of {extent} padded by {padding}")
        else:
            result.append((extent + padding - span) // stride + 1)
    return result


def padded(x: NDArray[Any], window: Window, value: Any = 0) -> NDArray[Any]:
    """The array with its spatial axes padded as the window wants."""
    spatial = x.shape[2:]
    rank = len(spatial)
    if window.auto_pad == SAME:
        rows = zip(spatial, window.kernel, window.strides, window.dilations, strict=True)
        pairs = [same_pads(*row) for row in rows]
    else:
        pairs = list(zip(window.pads[:rank], window.pads[rank:], strict=True))
    return np.pad(x, [(0, 0), (0, 0), *pairs], constant_values=value)


def taps(x: NDArray[Any], window: Window) -> Iterator[tuple[tuple[int, ...], NDArray[Any]]]:
    """For each place of the window, the view of the padded array that lies under it as the window moves."""
    rows = zip(x.shape[2:], window.kernel, window.strides, window.dilations, strict=True)
    counts = [(extent - (kernel - 1) * dilation - 1) // stride + 1 for extent, kernel, stride, dilation in rows]
    for place in product(*[range(k) for k in window.kernel]):
        first = [p * d for p, d in zip(place, window.dilations, strict=True)]
        steps = [slice(f, f + (n - 1) * s + 1, s) for f, n, s in zip(first, counts, window.strides, strict=True)]
        under: Any = (..., *steps)
        yield place, x[under]
