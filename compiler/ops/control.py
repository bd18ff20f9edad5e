"""Operators that compute nothing or decide what runs: Identity, Assert, NoOp, Switch, Merge, and Opaque."""

from __future__ import annotations

from typing import Any

from numpy.typing import NDArray

from ..ir.opaque import OPAQUE, OpaqueAttrs
from ..ir.types import INT32, InferredShape, TensorType
from . import register
from .base import OpDef, Operands, Values, same_dtype


@register
class Identity(OpDef):
    """The input itself."""

    kind = "Identity"
    operands = ("input",)
    elementwise = True

    @staticmethod
    def infer(inputs: Operands, _: Any) -> list[TensorType]:
        """The input's own type."""
        return [TensorType(inputs[0].dtype, inputs[0].shape)]

    @staticmethod
    def kernel(values: Values, _: Any) -> list[NDArray[Any]]:
        """The input itself."""
        return [values[0]]


@register
class Assert(OpDef):
    """Stops a run, printing `data`, when the condition is false; no result."""

    kind = "Assert"
    operands = ("condition", "data*")
    foldable = False
    effects = True

    @staticmethod
    def infer(_inputs: Operands, _: Any) -> list[TensorType]:
        """No result."""
        return []


@register
class NoOp(OpDef):
    """Nothing; no operands, no result."""

    kind = "NoOp"
    foldable = False

    @staticmethod
    def infer(_inputs: Operands, _: Any) -> list[TensorType]:
        """No result."""
        return []


@register
class Switch(OpDef):
    """Passes `data` to its second result when `pred` is true, to the first otherwise; the other one is dead."""

    kind = "Switch"
    operands = ("data", "pred")
    foldable = False

    @staticmethod
    def infer(inputs: Operands, _: Any) -> list[TensorType]:
        """Twice the type of `data`: when false, when true."""
        data = inputs[0]
        return [TensorType(data.dtype, data.shape)] * 2


@register
class Merge(OpDef):
    """The one operand that is not dead, and its index."""

    kind = "Merge"
    operands = ("first", "more*")
    foldable = False

    @staticmethod
    def infer(inputs: Operands, _: Any) -> list[TensorType]:
        """What all operands have in common, and an int32 scalar."""
        shape: InferredShape = inputs[0].shape
        for x in inputs[1:]:
            other = x.shape
            if shape is None or other is None or len(other) != len(shape):
                shape = None
                break
            shape = tuple([a if a == b else None for a, b in zip(shape, other, strict=True)])
        return [TensorType(same_dtype("Merge", inputs), shape), TensorType(INT32, ())]


@register
class Opaque(OpDef):
    """An operator that no importer knows, carried as it was; its results have the types that its maker gave them."""

    kind = OPAQUE
    operands = ("inputs*",)
    Attrs = OpaqueAttrs
    foldable = False

    @staticmethod
    def infer(_inputs: Operands, _: Any) -> list[TensorType]:
        """Nothing is known, not even how many results there are."""
        return []
