"""The Mish activation: x * tanh(log(1 + exp(x)))."""

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

import numpy as np

from pytoco.compiler.ir import Array, TensorType
from pytoco.compiler.ops.base import OpDef


def from_tensorflow(node: Any, *inputs: Any) -> Any:
    """Nothing but the kind changes."""
    return node, inputs


class Mish(OpDef):
    """Element-wise; result of the operand's type and shape."""

    kind: ClassVar[str] = "Mish"
    operands: ClassVar[tuple[str, ...]] = ("input",)
    importers: ClassVar[Mapping[str, Mapping[str, Any]]] = {"tensorflow": {"Addons>Mish": from_tensorflow}}

    @staticmethod
    def infer(inputs: Sequence[Array | None], attrs: Any) -> list[TensorType]:
        """The operand's type."""
        (value,) = inputs
        assert value is not None
        return [TensorType(value.dtype, value.shape)]

    @staticmethod
    def kernel(values: Sequence[Any], attrs: Any) -> list[Any]:
        """By definition."""
        return [values[0] * np.tanh(np.log1p(np.exp(values[0])))]
