"""Arithmetic that several reference kernels share: fused activations, padding and sliding windows."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..errors import InvalidModelError, ShapeError
from .base import Extent

ACTIVATIONS: dict[str, Callable[[NDArray[Any]], NDArray[Any]]] = {
    "NONE": lambda x: x,
    "RELU": lambda x: np.maximum(x, 0),
    "RELU_N1_TO_1": lambda x: np.clip(x, -1, 1),
    "RELU6": lambda x: np.clip(x, 0, 6),
    "TANH": np.tanh,
    "SIGN_BIT": lambda x: np.signbit(x).astype(x.dtype),
}
"""Fused activations by their name in TensorFlow Lite's schema (ActivationFunctionType)."""


def activate(x: NDArray[Any], activation: str) -> NDArray[Any]:
    """`x` through a fused activation, in the same dtype; raises InvalidModelError for an unknown name."""
    function = ACTIVATIONS.get(activation)
    if function is None:
        raise InvalidModelError(f"unknown activation {activation!r}", hint=f"one of {', '.join(ACTIVATIONS)}")
    return function(x)


def wide(x: NDArray[Any]) -> NDArray[Any]:
    """`x` as what sums are kept in: float16 becomes float32, everything else stays."""
    return x.astype(np.float32) if x.dtype == np.float16 else x


def window_extent(kind: str, extent: Extent, kernel: Extent, stride: int, dilation: int, padding: str) -> Extent:
    """The result extent of a sliding window, as TensorFlow computes it.

    SAME: ceil(extent / stride). VALID: floor((extent - span) / stride) + 1 with span = (kernel - 1) * dilation + 1.
    Raises ShapeError for strides below 1 and for a window that does not fit.
    """
    if stride < 1 or dilation < 1:
        raise ShapeError(f"{kind}: strides and dilations must be at least 1, not {stride} and {dilation}")
    if padding not in ("SAME", "VALID"):
        raise ShapeError(f"{kind}: unknown padding {padding!r}", hint="SAME, VALID or EXPLICIT")
    if type(kernel) is int and kernel < 1:
        raise ShapeError(f"{kind}: the window has an extent of {kernel}")
    if padding == "SAME":
        if type(extent) is int:
            return -(-extent // stride)
        return extent if stride == 1 else None
    if type(kernel) is not int:
        return None
    span = (kernel - 1) * dilation + 1
    if type(extent) is not int:
        return extent if span == stride == 1 else None
    if extent - span + stride < 0:
        raise ShapeError(f"{kind}: a window of {span} does not fit into an extent of {extent}")
    return (extent - span + stride) // stride


def same_padding(extent: int, kernel: int, stride: int, dilation: int) -> tuple[int, int]:
    """Padding before and after for SAME; the odd element goes to the end."""
    out = -(-extent // stride)
    total = max((out - 1) * stride + (kernel - 1) * dilation + 1 - extent, 0)
    return total // 2, total - total // 2


def padding_of(
    x: NDArray[Any], kernel: tuple[int, int], stride: tuple[int, int], dilation: tuple[int, int], padding: str
) -> tuple[int, int, int, int]:
    """Padding (top, bottom, left, right) of an NHWC array."""
    if padding != "SAME":
        return 0, 0, 0, 0
    top, bottom = same_padding(x.shape[1], kernel[0], stride[0], dilation[0])
    left, right = same_padding(x.shape[2], kernel[1], stride[1], dilation[1])
    return top, bottom, left, right


def padded(x: NDArray[Any], pads: tuple[int, int, int, int], value: Any = 0) -> NDArray[Any]:
    """An NHWC array with (top, bottom, left, right) more rows and columns of `value`."""
    if not any(pads):
        return x
    top, bottom, left, right = pads
    return np.pad(x, ((0, 0), (top, bottom), (left, right), (0, 0)), constant_values=value)


def taps(
    x: NDArray[Any], kernel: tuple[int, int], stride: tuple[int, int], dilation: tuple[int, int]
) -> Iterator[tuple[int, int, NDArray[Any]]]:
    """For each place (i, j) of a window, the view of the padded NHWC array that lies under it as the window moves."""
    rows = max(0, (x.shape[1] - (kernel[0] - 1) * dilation[0] - 1) // stride[0] + 1)
    columns = max(0, (x.shape[2] - (kernel[1] - 1) * dilation[1] - 1) // stride[1] + 1)
    for i in range(kernel[0]):
        for j in range(kernel[1]):
            top, left = i * dilation[0], j * dilation[1]
            bottom, right = top + max(0, (rows - 1) * stride[0] + 1), left + max(0, (columns - 1) * stride[1] + 1)
            if not rows:
                bottom = top
            if not columns:
                right = left
            yield i, j, x[:, top : bottom : stride[0], left : right : stride[1], :]
