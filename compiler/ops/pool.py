"""Pooling over NHWC images: the mean, the maximum, or the root of the mean square of each window."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from ..ir.types import TensorType
from . import register
from .base import OpDef, Operands, Values, need_rank
from .numeric import activate, padded, padding_of, taps, wide, window_extent


class PoolAttrs(NamedTuple):
    """Window and strides in elements; padding SAME or VALID."""

    kernel_h: int
    kernel_w: int
    stride_h: int
    stride_w: int
    padding: str
    activation: str = "NONE"


class Pool(OpDef):
    """Base of the pooling operators."""

    operands = ("input",)
    Attrs = PoolAttrs

    @classmethod
    def infer(cls, inputs: Operands, attrs: PoolAttrs, /) -> list[TensorType]:
        """[N,H,W,C] -> [N,H',W',C] of the same dtype."""
        x = inputs[0]
        n, h, w, c = need_rank(cls.kind, x.shape, 4, "the input")
        return [
            TensorType(
                x.dtype,
                (
                    n,
                    window_extent(cls.kind, h, attrs.kernel_h, attrs.stride_h, 1, attrs.padding),
                    window_extent(cls.kind, w, attrs.kernel_w, attrs.stride_w, 1, attrs.padding),
                    c,
                ),
            )
        ]

    @classmethod
    def kernel(cls, values: Values, attrs: PoolAttrs, /) -> list[NDArray[Any]]:
        """Reduces window place by window place."""
        x = values[0]
        return [activate(cls.reduce(x, attrs), attrs.activation).astype(x.dtype, copy=False)]

    @classmethod
    def reduce(cls, x: NDArray[Any], attrs: PoolAttrs) -> NDArray[Any]:
        """The pooled values, before the activation."""
        raise NotImplementedError(cls)


def _mean(x: NDArray[Any], a: PoolAttrs) -> NDArray[Any]:
    """The mean of each window over the elements that really are in the image."""
    kernel, stride = (a.kernel_h, a.kernel_w), (a.stride_h, a.stride_w)
    pads = padding_of(x, kernel, stride, (1, 1), a.padding)
    inside = np.ones((1, *x.shape[1:3], 1), np.float32)
    total: Any = 0
    count: Any = 0
    for _, _, patch in taps(padded(wide(x), pads), kernel, stride, (1, 1)):
        total = total + patch
    for _, _, patch in taps(padded(inside, pads), kernel, stride, (1, 1)):
        count = count + patch
    return np.asarray(total / count)


@register
class AveragePool(Pool):
    """The mean of each window; padding does not count."""

    kind = "AveragePool"

    @classmethod
    def reduce(cls, x: NDArray[Any], attrs: PoolAttrs) -> NDArray[Any]:
        """The mean of each window."""
        return _mean(x, attrs)


@register
class L2Pool(Pool):
    """sqrt(mean(x^2)) of each window; padding does not count."""

    kind = "L2Pool"

    @classmethod
    def reduce(cls, x: NDArray[Any], attrs: PoolAttrs) -> NDArray[Any]:
        """The root of the mean square of each window."""
        return np.asarray(np.sqrt(_mean(np.square(wide(x)), attrs)))


@register
class MaxPool(Pool):
    """The maximum of each window."""

    kind = "MaxPool"

    @classmethod
    def reduce(cls, x: NDArray[Any], attrs: PoolAttrs) -> NDArray[Any]:
        """The maximum of each window."""
        kernel, stride = (attrs.kernel_h, attrs.kernel_w), (attrs.stride_h, attrs.stride_w)
        lowest = -np.inf if x.dtype.kind == "f" else np.iinfo(x.dtype).min
        big = padded(x, padding_of(x, kernel, stride, (1, 1), attrs.padding), lowest)
        result: Any = None
        for _, _, patch in taps(big, kernel, stride, (1, 1)):
            result = patch if result is None else np.maximum(result, patch)
        return np.asarray(result)
