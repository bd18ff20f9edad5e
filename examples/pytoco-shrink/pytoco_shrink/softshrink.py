"""Softshrink, `tfa.activations.softshrink` of TensorFlow Addons, and everything that pytoco needs to know about it.

A model has it as a node `Addons>Softshrink` with the attributes `lower` and `upper`. TensorFlow Lite gets a custom
operator `Softshrink`, whose kernel finds both in its options, a FlexBuffer map.
"""

from collections.abc import Mapping
from typing import Any, ClassVar, NamedTuple

import numpy as np
from numpy.typing import NDArray
from pytoco.backends.tflite import Exporter
from pytoco.compiler import Op, OpDef, Operands, Rule, ShapeError, TensorType, Values
from pytoco.frontends.graphdef import real, row


class SoftshrinkAttrs(NamedTuple):
    """The ends of the interval whose values become 0; the defaults are those of TensorFlow Addons."""

    lower: float = -0.5
    upper: float = 0.5


def _options(op: Op) -> Mapping[str, float]:
    """What the kernel finds in its FlexBuffer map."""
    return {"lower": op.attrs.lower, "upper": op.attrs.upper}


class Softshrink(OpDef):
    """x - upper above upper, x - lower below lower, 0 between; element by element."""

    kind: ClassVar[str] = "Softshrink"
    operands: ClassVar[tuple[str, ...]] = ("input",)
    Attrs: ClassVar[Any] = SoftshrinkAttrs
    elementwise: ClassVar[bool] = True

    # It never falls, so that its range is what it makes of the ends of its operand's range.
    quantization: ClassVar[Rule | None] = Rule("monotonic")

    # A purple box in drawings.
    colour: ClassVar[str] = "#7B1FA2"

    # TensorFlow's name of the operator -> the kind, and where each attribute comes from.
    importers: ClassVar[Mapping[str, Mapping[str, Any]]] = {
        "tensorflow": {"Addons>Softshrink": row("Softshrink", lower=real("lower", -0.5), upper=real("upper", 0.5))}
    }

    # After the bar stand the types that the kernel takes with scale and zero point, each array with its own.
    exporters: ClassVar[Mapping[str, Any]] = {
        "tflite": Exporter("CUSTOM", custom_code="Softshrink", fields=_options, dtypes="float32 | int8 uint8 int16")
    }

    @staticmethod
    def infer(inputs: Operands, attrs: SoftshrinkAttrs) -> list[TensorType]:
        """The operand's own type. Raises ShapeError for an interval that is upside down."""
        if not attrs.lower <= attrs.upper:
            raise ShapeError(f"Softshrink: lower is {attrs.lower}, above upper, which is {attrs.upper}")
        return [TensorType(inputs[0].dtype, inputs[0].shape)]

    @staticmethod
    def kernel(values: Values, attrs: SoftshrinkAttrs) -> list[NDArray[Any]]:
        """In the operand's dtype."""
        x = values[0]
        lower, upper = x.dtype.type(attrs.lower), x.dtype.type(attrs.upper)
        return [np.where(x > upper, x - upper, np.where(x < lower, x - lower, np.zeros_like(x)))]

    @staticmethod
    def label(attrs: SoftshrinkAttrs) -> list[str]:
        """The interval, below the kind in drawings."""
        return [f"[{attrs.lower:g}, {attrs.upper:g}]"]
