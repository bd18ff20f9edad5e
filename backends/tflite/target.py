"""What TensorFlow Lite's kernels can do, for passes and checks that ask."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import TYPE_CHECKING

from ...compiler.plugins.target import Hybrid, Kernel, Target
from .exporters import KINDS, Exporter, Exporters

if TYPE_CHECKING:
    from pathlib import Path

    from ...compiler.ir import DType, Model, Op

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
        self._given = exporters
        self._exporters = Exporters(exporters)
        self._more = frozenset(exporters or ())
        self._custom = allow_custom_ops

    def can_fuse(self, kind: str, activation: str) -> bool:
        """Whether an op of `kind` can carry `activation`: the options hold it and the kernel applies it."""
        if kind in KINDS and kind not in self._more:
            return kind in _CARRIERS and activation in _FUSABLE
        exporter = self._exporters.of(kind)
        return exporter is not None and activation in exporter.activations.split()

    def supports(self, op: Op) -> str | None:
        """None when a builtin operator runs `op` as it stands, otherwise one sentence on why not."""
        return None if self._custom else self._exporters.refusal(op)

    def quantized(self, kind: str, dtype: DType) -> Kernel | None:
        """How the kernel for ops of `kind` computes on activations of an integer `dtype`; None where none does.

        For a kind of a plugin its exporter says so.
        """
        if kind in KINDS and kind not in self._more:
            from .quantized import KERNELS

            return KERNELS.get((kind, dtype.name))
        exporter = self._exporters.of(kind)
        return None if exporter is None else exporter.quantized(dtype)

    def hybrid(self, kind: str) -> Hybrid | None:
        """Which constants of ops of `kind` may be stored as int8, and whether the kernel computes with them."""
        if kind in KINDS and kind not in self._more:
            from .quantized import HYBRID

            return HYBRID.get(kind)
        exporter = self._exporters.of(kind)
        return None if exporter is None else exporter.hybrid

    def write_runnable(self, model: Model, path: Path) -> bool:
        """Write `model` as it stands; False where it holds what has no builtin operator, or a state not there yet."""
        from ...compiler.errors import PytocoError
        from .writer import write

        try:
            write(model, path, {"exporters": self._given})
        except PytocoError:
            return False
        return True

    def legal_kinds(self) -> Collection[str] | None:
        """Kinds with a builtin operator; None where custom operators are allowed."""
        return None if self._custom else KINDS | self._more


def target() -> TfliteTarget:
    """The target as the backend's descriptor names it."""
    return TfliteTarget()
