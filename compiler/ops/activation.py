"""Activation functions as operators of their own, and the soft maximum."""

from __future__ import annotations

import math
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from ..errors import ShapeError
from ..ir.types import TensorType, shape_text
from . import register
from .base import OpDef, Operands, Values, broadcast_shapes
from .elementwise import Unary, erf
from .numeric import ACTIVATIONS, wide


@register
class Relu(Unary):
    """max(x, 0)."""

    kind = "Relu"
    function = staticmethod(ACTIVATIONS["RELU"])


@register
class Relu1(Unary):
    """min(max(x, -1), 1)."""

    kind = "Relu1"
    function = staticmethod(ACTIVATIONS["RELU_N1_TO_1"])


@register
class Relu6(Unary):
    """min(max(x, 0), 6)."""

    kind = "Relu6"
    function = staticmethod(ACTIVATIONS["RELU6"])


@register
class Elu(Unary):
    """x above 0, e ** x - 1 below."""

    kind = "Elu"
    function = staticmethod(lambda x: np.where(x > 0, x, np.expm1(x)))


@register
class Logistic(Unary):
    """1 / (1 + e ** -x)."""

    kind = "Logistic"
    function = staticmethod(lambda x: 1 / (1 + np.exp(-x)))


@register
class Tanh(Unary):
    """The hyperbolic tangent of x."""

    kind = "Tanh"
    function = np.tanh


@register
class HardSwish(Unary):
    """x * relu6(x + 3) / 6."""

    kind = "HardSwish"
    function = staticmethod(lambda x: x * np.clip(x + 3, 0, 6) / 6)


class LeakyReluAttrs(NamedTuple):
    """The slope below 0."""

    alpha: float = 0.2


@register
class LeakyRelu(OpDef):
    """x above 0, alpha * x below."""

    kind = "LeakyRelu"
    operands = ("input",)
    Attrs = LeakyReluAttrs
    elementwise = True
    infer = Unary.infer

    @staticmethod
    def kernel(values: Values, attrs: LeakyReluAttrs) -> list[NDArray[Any]]:
        """In the operand's dtype."""
        x = values[0]
        with np.errstate(all="ignore"):
            return [np.where(x >= 0, x, x * x.dtype.type(attrs.alpha))]


class GeluAttrs(NamedTuple):
    """Whether to use the approximation by a hyperbolic tangent."""

    approximate: bool = False


@register
class Gelu(OpDef):
    """x * P(X <= x) of the normal distribution: x / 2 * (1 + erf(x / sqrt(2))).

    The approximation is x / 2 * (1 + tanh(sqrt(2 / pi) * (x + 0.044715 * x ** 3))), of Hendrycks and Gimpel, 2016.
    """

    kind = "Gelu"
    operands = ("input",)
    Attrs = GeluAttrs
    elementwise = True
    infer = Unary.infer

    @staticmethod
    def kernel(values: Values, attrs: GeluAttrs) -> list[NDArray[Any]]:
        """In at least float32, rounded to the operand's dtype at the end."""
        x = wide(values[0])
        with np.errstate(all="ignore"):
            if attrs.approximate:
                inner = np.tanh(math.sqrt(2 / math.pi) * (x + 0.044715 * x * x * x))
            else:
                inner = np.asarray(erf(x * math.sqrt(0.5))).astype(x.dtype)
            return [(0.5 * x * (1 + inner)).astype(values[0].dtype, copy=False)]


@register
class PRelu(OpDef):
    """x above 0, alpha * x below; alpha broadcasts to the input."""

    kind = "PRelu"
    operands = ("input", "alpha")

    @staticmethod
    def infer(inputs: Operands, _: Any) -> list[TensorType]:
        """The broadcast shape in the input's dtype."""
        x, alpha = inputs
        return [TensorType(x.dtype, broadcast_shapes("PRelu", x.shape, alpha.shape))]

    @staticmethod
    def kernel(values: Values, _: Any) -> list[NDArray[Any]]:
        """In the input's dtype."""
        x, alpha = values
        with np.errstate(all="ignore"):
            return [np.where(x >= 0, x, x * alpha).astype(x.dtype, copy=False)]


class SoftmaxAttrs(NamedTuple):
    """The factor before the exponential."""

    beta: float = 1.0


def _not_scalar(kind: str, inputs: Operands) -> list[TensorType]:
    x = inputs[0]
    if x.shape == ():
        raise ShapeError(f"{kind}: the input must have at least one dimension, not shape {shape_text(x.shape)}")
    return [TensorType(x.dtype, x.shape)]


def _shifted(x: NDArray[Any]) -> NDArray[Any]:
    """X less its largest element along the last axis, so that no exponential overflows."""
    return np.asarray(x - np.max(x, axis=-1, keepdims=True, initial=-np.inf))


@register
class Softmax(OpDef):
    """e ** (beta * x) / its sum, along the last axis."""

    kind = "Softmax"
    operands = ("input",)
    Attrs = SoftmaxAttrs

    @staticmethod
    def infer(inputs: Operands, _: Any) -> list[TensorType]:
        """The operand's own type."""
        return _not_scalar("Softmax", inputs)

    @staticmethod
    def kernel(values: Values, attrs: SoftmaxAttrs) -> list[NDArray[Any]]:
        """In at least float32, rounded to the operand's dtype at the end."""
        x = wide(values[0])
        with np.errstate(all="ignore"):
            e = np.exp(_shifted(x) * x.dtype.type(attrs.beta))
            return [(e / np.sum(e, axis=-1, keepdims=True)).astype(values[0].dtype, copy=False)]


@register
class LogSoftmax(OpDef):
    """x - log(sum of e ** x), along the last axis."""

    kind = "LogSoftmax"
    operands = ("input",)

    @staticmethod
    def infer(inputs: Operands, _: Any) -> list[TensorType]:
        """The operand's own type."""
        return _not_scalar("LogSoftmax", inputs)

    @staticmethod
    def kernel(values: Values, _: Any) -> list[NDArray[Any]]:
        """In at least float32, rounded to the operand's dtype at the end."""
        x = _shifted(wide(values[0]))
        with np.errstate(all="ignore"):
            return [(x - np.log(np.sum(np.exp(x), axis=-1, keepdims=True))).astype(values[0].dtype, copy=False)]
