"""What ONNX can express, for passes and checks that ask."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from pytoco.compiler import DType, Hybrid, Kernel, Op, Target

from .exporters import exporters
from .exporters.base import Exporter
from .exporters.conv import LOWERED
from .nodes import Nodes
from .options import DEFAULT, opset_of
from .refusal import Refusal

_CARRIERS = frozenset({"Conv", "DepthwiseConv", "TransposeConv", "FullyConnected", "Add", "Sub", "Mul", "Div"})
_FUSED = frozenset({"RELU", "RELU6", "RELU_N1_TO_1"})

_OWN_GRIDS = (
    "FullyConnected Add Sub Mul Div SquaredDifference BatchMatMul Relu Relu1 Relu6 LeakyRelu PRelu HardSwish Gelu Elu "
    "Exp Rsqrt Abs Logistic Tanh Softmax LogSoftmax L2Normalization Mean Sum Concatenation"
)
_SAME_GRIDS = (
    "AveragePool MaxPool Reshape Squeeze ExpandDims Transpose Slice StridedSlice Pad PadV2 MirrorPad Gather GatherNd "
    "Pack Unpack Split SplitV Maximum Minimum ResizeBilinear ResizeNearestNeighbor Select SelectV2 ReduceMax ReduceMin "
    "BatchToSpaceND SpaceToBatchND BroadcastTo SpaceToDepth DepthToSpace Tile ReverseV2"
)
_KERNELS = {
    **dict.fromkeys(_OWN_GRIDS.split(), Kernel()),
    **dict.fromkeys(_SAME_GRIDS.split(), Kernel(same_grid=True)),
    **dict.fromkeys(("Conv", "DepthwiseConv", "TransposeConv"), Kernel(per_channel=True)),
}
"""Operators around which a runtime fuses quantising ones; those that only move elements keep the grid."""

_WEIGHTS = {
    "Conv": Hybrid((1,), computes=False, channels=0),
    "DepthwiseConv": Hybrid((1,), computes=False, channels=3),
    "TransposeConv": Hybrid((1,), computes=False, channels=0),
    "FullyConnected": Hybrid((1,), computes=False, channels=0),
    "Gather": Hybrid((0,), computes=False),
}

_RUNNING = ("If", "While")
"""Kinds that depend on other graphs of the model, which an operator alone does not tell."""


class OnnxTarget(Target):
    """ONNX with an operator set; `more` are exporters of other plugins, by kind."""

    name = "onnx"

    def __init__(self, more: Mapping[str, Exporter] | None = None, opset: int = DEFAULT) -> None:
        self._exporters = exporters(more)
        self._opset = opset

    def can_fuse(self, kind: str, activation: str) -> bool:
        """Whether the activation may be one with the operator while grids are chosen; it is split off afterwards."""
        return activation == "NONE" or (kind in _CARRIERS and activation in _FUSED)

    def supports(self, op: Op) -> str | None:
        """None when the operator can be written, otherwise why not: it is exported for a try.

        What the pipeline's own passes turn into something else counts as what it will be: passes of the earlier stages
        ask, too.
        """
        exporter = self._exporters.get(op.kind)
        if exporter is None:
            return "ONNX has no such operator"
        if op.kind in _RUNNING or op.kind in LOWERED:
            return None
        try:
            exporter(op, Nodes(self._opset))
        except Refusal as refusal:
            return refusal.reason
        return None

    def quantized(self, kind: str, dtype: DType) -> Kernel | None:
        """Operators between a DequantizeLinear and a QuantizeLinear, in 8 bits."""
        return _KERNELS.get(kind) if dtype.name in ("uint8", "int8") else None

    def hybrid(self, kind: str) -> Hybrid | None:
        """Weights in int8 are read through a DequantizeLinear, with a scale for each channel."""
        return _WEIGHTS.get(kind)

    def legal_kinds(self) -> Collection[str] | None:
        """Kinds with an exporter."""
        return self._exporters.keys()


def target(options: Mapping[str, Any]) -> OnnxTarget:
    """The target as the backend's descriptor names it; raises UsageError for an opset that cannot be written."""
    return OnnxTarget(options.get("exporters"), opset_of(options))
