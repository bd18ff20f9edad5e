"""What TensorFlow Lite's kernels can do, for passes and checks that ask."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import TYPE_CHECKING

from ...compiler.plugins.target import Target
from .exporters import KINDS, Exporter, Exporters

if TYPE_CHECKING:
    from ...compiler.ir import Op

_FUSABLE = frozenset({"NONE", "RELU", "RELU_N1_TO_1", "RELU6"})
_CARRIERS = frozenset(
    {"Conv", "DepthwiseConv", "TransposeConv", "FullyConnected", "Add", "Sub", "Mul", "Div"}
    | {"AveragePool", "MaxPool", "L2Pool"}
)
"""Kinds whose options table has a fused activation that the float kernels apply."""


class TfliteTarget(Target):
    """TensorFlow Lite, or LiteRT, with its builtin operators.

    `exporters` adds operators of plugins, by kind; `allow_custom_ops` makes every kind legal.
    """

    name = "tflite"

    def __init__(self, exporters: Mapping[str, Exporter] | None = None, allow_custom_ops: bool = False) -> None:
        self._exporters = Exporters(exporters)
        self._more = frozenset(exporters or ())
        self._custom = allow_custom_ops

    def can_fuse(self, kind: str, activation: str) -> bool:
        """Whether an op of `kind` can carry `activation`: the options table holds it and the kernel applies it."""
        return kind in _CARRIERS and activation in _FUSABLE

    def supports(self, op: Op) -> str | None:
        """None when a builtin operator runs `op` as it stands, otherwise one sentence on why not."""
        return None if self._custom else self._exporters.refusal(op)

    def legal_kinds(self) -> Collection[str] | None:
        """Kinds with a builtin operator; None where custom operators are allowed."""
        return None if self._custom else KINDS | self._more


def target() -> TfliteTarget:
    """The target as the backend's descriptor names it."""
    return TfliteTarget()
