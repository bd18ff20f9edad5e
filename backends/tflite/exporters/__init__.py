"""Exporter tables by op family; a family is imported when one of its kinds is first written."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from typing import TYPE_CHECKING

from .base import Exporter

if TYPE_CHECKING:
    from ....compiler.ir import Op

__all__ = ["FAMILIES", "Exporter", "Exporters"]

FAMILIES: dict[str, str] = {
    "activation": "Relu Relu1 Relu6 Elu Logistic Tanh HardSwish LogSoftmax LeakyRelu PRelu Softmax Gelu",
    "binary": "Add Sub Mul Div FloorDiv FloorMod Maximum Minimum Atan2 Pow SquaredDifference Less LessEqual Greater "
    "GreaterEqual Equal NotEqual LogicalAnd LogicalOr AddN",
    "conv": "Conv DepthwiseConv TransposeConv",
    "elementwise": "Abs Ceil Cos Exp Floor Log LogicalNot Neg Round Rsqrt Sign Sin Sqrt Square Cast",
    "fill": "Fill Range ZerosLike",
    "flow": "If While",
    "gather": "Gather GatherNd ReverseV2 ReverseSequence",
    "join": "Concatenation Pack Unpack",
    "layout": "Transpose SpaceToDepth DepthToSpace SpaceToBatchND BatchToSpaceND",
    "linear": "FullyConnected MatMul BatchMatMul",
    "normalization": "L2Normalization LocalResponseNormalization",
    "pad": "Pad PadV2 MirrorPad",
    "pool": "AveragePool MaxPool L2Pool",
    "quantize": "FakeQuant Quantize Dequantize",
    "random": "RandomUniform RandomStandardNormal Multinomial",
    "recurrent": "LstmCell",
    "reduce": "Mean Sum ReduceMax ReduceMin ReduceProd Any All ArgMax ArgMin",
    "resize": "ResizeBilinear ResizeNearestNeighbor",
    "scatter": "ScatterNd SparseToDense DynamicUpdateSlice",
    "bidirectional": "BidirectionalSequenceLstm BidirectionalSequenceRnn",
    "sequence": "UnidirectionalSequenceLstm UnidirectionalSequenceRnn Svdf",
    "segment": "SegmentSum UnsortedSegmentSum UnsortedSegmentProd UnsortedSegmentMax UnsortedSegmentMin",
    "matrix": "MatrixDiag MatrixSetDiag",
    "scan": "Cumsum",
    "search": "Unique Bucketize",
    "detection": "NonMaxSuppressionV4 NonMaxSuppressionV5",
    "bits": "BitwiseXor RightShift Bitcast",
    "complex": "ComplexAbs Real Imag RFFT2D",
    "conv3d": "Conv3D Conv3DTranspose",
    "select": "Select SelectV2 Where OneHot TopKV2",
    "shape": "Reshape Squeeze ExpandDims Shape Rank Tile BroadcastTo BroadcastArgs",
    "slice": "Slice StridedSlice Split SplitV",
}
"""Families with the kinds that have a builtin operator. A test holds each against its module's table."""

_FAMILY_OF = {kind: family for family, kinds in FAMILIES.items() for kind in kinds.split()}
KINDS: frozenset[str] = frozenset(_FAMILY_OF)


class Exporters:
    """The exporter of each kind: from those given, then from the tables here, then the op class's own `exporters`."""

    __slots__ = ("_known",)

    def __init__(self, given: Mapping[str, Exporter] | None = None) -> None:
        self._known: dict[str, Exporter | None] = dict(given or {})

    def of(self, kind: str) -> Exporter | None:
        """The exporter of a kind, None where TFLite has nothing for it."""
        try:
            return self._known[kind]
        except KeyError:
            found = self._known[kind] = _find(kind)
            return found

    def refusal(self, op: Op) -> str | None:
        """One sentence on why `op` cannot be written; None when it can."""
        exporter = self.of(op.kind)
        return "TFLite has no such operator" if exporter is None else exporter.refusal(op)


def _find(kind: str) -> Exporter | None:
    family = _FAMILY_OF.get(kind)
    if family is not None:
        table: dict[str, Exporter] = import_module(f".{family}", __package__).EXPORTERS
        return table[kind]
    from ....compiler.errors import PytocoError
    from ....compiler.ops import get

    try:
        own = getattr(get(kind), "exporters", None)
    except PytocoError:
        return None
    found = own.get("tflite") if isinstance(own, Mapping) else None
    return found if isinstance(found, Exporter) else None
