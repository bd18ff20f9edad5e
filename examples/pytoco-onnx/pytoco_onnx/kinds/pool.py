"""Pooling over channels-first arrays."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray
from pytoco.compiler import OpDef, ShapeError, TensorType

from .window import Window, extents_of, padded, taps


class OnnxPool(OpDef):
    """Base of the poolings: [N,C,...] -> [N,C,...]."""

    operands: ClassVar[tuple[str, ...]] = ("input",)
    Attrs: ClassVar[Any] = Window

    @classmethod
    def infer(cls, inputs: Sequence[Any], attrs: Window, /) -> list[TensorType]:
        """The extents that a window leaves."""
        x = inputs[0]
        rank = len(attrs.kernel)
        if x.shape is None:
            return [TensorType(x.dtype, (None,) * (rank + 2))]
        if len(x.shape) != rank + 2:
            raise ShapeError(f"{cls.kind}: an input of shape {list(x.shape)} for a window of {rank} dimensions")
        return [TensorType(x.dtype, (*x.shape[:2], *extents_of(cls.kind, x.shape[2:], attrs)))]


class OnnxAveragePool(OnnxPool):
    """The mean of each window; padding does not count."""

    kind: ClassVar[str] = "OnnxAveragePool"

    @classmethod
    def kernel(cls, values: Sequence[Any], attrs: Window, /) -> list[NDArray[Any]]:
        """Sums, divided by how many elements are inside."""
        x = values[0]
        inside = np.ones((1, 1, *x.shape[2:]), x.dtype)
        total, count = (sum(view for _, view in taps(padded(v, attrs), attrs)) for v in (x, inside))
        return [np.asarray(total / count, x.dtype)]


class OnnxMaxPool(OnnxPool):
    """The largest element of each window."""

    kind: ClassVar[str] = "OnnxMaxPool"

    @classmethod
    def kernel(cls, values: Sequence[Any], attrs: Window, /) -> list[NDArray[Any]]:
        """Place by place."""
        x = values[0]
        lowest = -np.inf if x.dtype.kind == "f" else np.iinfo(x.dtype).min
        views = [view for _, view in taps(padded(x, attrs, lowest), attrs)]
        return [np.maximum.reduce(views)]
