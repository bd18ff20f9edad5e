"""Normalisations: BatchNormalization, L2Normalization, LocalResponseNormalization."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from ..errors import ShapeError
from ..ir.types import TensorType, shape_text
from . import register
from .base import OpDef, Operands, Values
from .numeric import activate, wide


class BatchNormalizationAttrs(NamedTuple):
    """What is added to the variance."""

    epsilon: float
    activation: str = "NONE"


@register
class BatchNormalization(OpDef):
    """(input - mean) * scale / sqrt(variance + epsilon) + offset, by channel (the last dimension)."""

    kind = "BatchNormalization"
    operands = ("input", "scale?", "offset?", "mean", "variance")
    Attrs = BatchNormalizationAttrs

    @staticmethod
    def infer(inputs: Operands, _: Any) -> list[TensorType]:
        """The input's own type; the others are vectors of its channels."""
        x = inputs[0]
        shape = x.shape
        if shape == ():
            raise ShapeError("BatchNormalization: the input must have at least one dimension, not shape []")
        if shape is not None and type(shape[-1]) is int:
            for v in inputs[1:]:
                if v is not None and v.size not in (None, 1, shape[-1]):
                    raise ShapeError(
                        f"BatchNormalization: operand {v.name!r} of shape {shape_text(v.shape)} for an input of "
                        f"{shape_text(shape)}"
                    )
        return [TensorType(x.dtype, shape)]

    @staticmethod
    def kernel(values: Values, attrs: BatchNormalizationAttrs) -> list[NDArray[Any]]:
        """In at least float32, rounded to the input's dtype at the end."""
        x, mean, variance = (wide(values[i]) for i in (0, 3, 4))
        scale, offset = values[1:3]
        with np.errstate(all="ignore"):
            factor = 1 / np.sqrt(variance + variance.dtype.type(attrs.epsilon))
            out = (x - mean) * (factor if scale is None else factor * scale)
            out = out if offset is None else out + offset
        return [activate(out, attrs.activation).astype(values[0].dtype, copy=False)]


class L2NormalizationAttrs(NamedTuple):
    """The fused activation."""

    activation: str = "NONE"


L2_FLOOR = 1e-6
"""The least norm that TensorFlow Lite's L2_NORMALIZATION divides by."""


@register
class L2Normalization(OpDef):
    """input / max(sqrt(sum of squares along the last axis), 1e-6)."""

    kind = "L2Normalization"
    operands = ("input",)
    Attrs = L2NormalizationAttrs

    @staticmethod
    def infer(inputs: Operands, _: Any) -> list[TensorType]:
        """The input's own type."""
        x = inputs[0]
        if x.shape == ():
            raise ShapeError("L2Normalization: the input must have at least one dimension, not shape []")
        return [TensorType(x.dtype, x.shape)]

    @staticmethod
    def kernel(values: Values, attrs: L2NormalizationAttrs) -> list[NDArray[Any]]:
        """In at least float32, rounded to the input's dtype at the end."""
        x = wide(values[0])
        with np.errstate(all="ignore"):
            norm = np.sqrt(np.sum(np.square(x), axis=-1, keepdims=True))
            out = x / np.maximum(norm, x.dtype.type(L2_FLOOR))
        return [activate(out, attrs.activation).astype(values[0].dtype, copy=False)]


class LrnAttrs(NamedTuple):
    """TensorFlow's names: half the window in channels, and the three constants of the formula."""

    radius: int = 5
    bias: float = 1.0
    alpha: float = 1.0
    beta: float = 0.5


@register
class LocalResponseNormalization(OpDef):
    """input / (bias + alpha * sum of squares over channels c-radius..c+radius) ** beta."""

    kind = "LocalResponseNormalization"
    operands = ("input",)
    Attrs = LrnAttrs

    @staticmethod
    def infer(inputs: Operands, _: Any) -> list[TensorType]:
        """The input's own type; rank 4."""
        x = inputs[0]
        if x.shape is not None and len(x.shape) != 4:
            raise ShapeError(f"LocalResponseNormalization: the input must have rank 4, not shape {shape_text(x.shape)}")
        return [TensorType(x.dtype, x.shape)]

    @staticmethod
    def kernel(values: Values, attrs: LrnAttrs) -> list[NDArray[Any]]:
        """In at least float32, rounded to the input's dtype at the end."""
        x = wide(values[0])
        depth = x.shape[3]
        squares = np.square(x)
        total = np.zeros_like(x)
        radius = min(attrs.radius, depth)
        with np.errstate(all="ignore"):
            for shift in range(-radius, radius + 1):
                low, high = max(0, -shift), min(depth, depth - shift)
                total[..., low:high] += squares[..., low + shift : high + shift]
            out = x / (attrs.bias + attrs.alpha * total) ** x.dtype.type(attrs.beta)
        return [out.astype(values[0].dtype, copy=False)]
