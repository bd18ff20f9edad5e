"""Importers of TensorFlow operators: one table a family, loaded when the first node of the family comes along."""

from __future__ import annotations

from importlib import import_module
from typing import TypeAlias

from .base import ImporterFunction, Row

Importer: TypeAlias = Row | ImporterFunction

FAMILIES = {
    "conv": "Conv2D DepthwiseConv2dNative Conv2DBackpropInput",
    "pool": "AvgPool MaxPool",
    "linear": "MatMul BatchMatMul BatchMatMulV2 BatchMatMulV3",
    "binary": "Add Sub Mul Div FloorDiv FloorMod Maximum Minimum Pow SquaredDifference AddV2 RealDiv BiasAdd"
    " Atan2 BiasAddV1 AddN ClipByValue Less LessEqual Greater GreaterEqual Equal NotEqual LogicalAnd LogicalOr",
    "elementwise": "Abs Ceil Cos Erf Erfc Exp Floor Log LogicalNot Neg Round Rsqrt Sign Sin Sqrt Square Rint Cast"
    " Reciprocal Inv",
    "activation": "Relu Relu6 Elu Tanh Softmax LogSoftmax Sigmoid LeakyRelu",
    "reduce": "Mean Sum Max Min Prod Any All ArgMax ArgMin",
    "shape": "Reshape ExpandDims Rank Tile BroadcastTo BroadcastArgs Squeeze Shape ShapeN Size",
    "fill": "Fill Range ZerosLike",
    "slice": "Slice StridedSlice Split SplitV",
    "join": "Concat ConcatV2 Pack Unpack",
    "gather": "GatherNd ReverseV2 Reverse Gather GatherV2 ReverseSequence",
    "pad": "Pad PadV2 MirrorPad",
    "layout": "Transpose SpaceToBatchND BatchToSpaceND SpaceToDepth DepthToSpace SpaceToBatch BatchToSpace",
    "normalization": "FusedBatchNorm FusedBatchNormV2 FusedBatchNormV3 BatchNormWithGlobalNormalization LRN",
    "resize": "ResizeBilinear ResizeNearestNeighbor",
    "select": "Select SelectV2 Where TopKV2 OneHot TopK",
    "random": "RandomUniform RandomStandardNormal Multinomial",
    "scatter": "ScatterNd SparseToDense XlaDynamicUpdateSlice DynamicPartition DynamicStitch ParallelDynamicStitch"
    " InvertPermutation TensorScatterAdd TensorScatterSub",
    "sequence": "UnidirectionalSequenceLstm UnidirectionalSequenceRnn Svdf",
    "segment": "SegmentSum UnsortedSegmentSum UnsortedSegmentProd UnsortedSegmentMax UnsortedSegmentMin",
    "matrix": "MatrixDiag MatrixDiagV2 MatrixDiagV3 MatrixSetDiag MatrixSetDiagV2 MatrixSetDiagV3 MatrixBandPart",
    "scan": "Cumsum",
    "search": "Unique UniqueV2 Bucketize",
    "detection": "NonMaxSuppression NonMaxSuppressionV2 NonMaxSuppressionV3 NonMaxSuppressionV4 NonMaxSuppressionV5",
    "bits": "BitwiseXor RightShift Bitcast Invert",
    "complex": "Complex ComplexAbs Real Imag RFFT2D Angle Conj RFFT",
    "conv3d": "Conv3D Conv3DBackpropInputV2 MaxPool3D AvgPool3D",
    "custom": "AudioSpectrogram Mfcc CTCBeamSearchDecoder TFLite_Detection_PostProcess",
    "lowered": "Softplus Selu Softsign DivNoNan Log1p Expm1 Tan IsNan IsInf IsFinite L2Loss OnesLike Roll TruncateDiv",
    "einsum": "Einsum",
    "quantize": "FakeQuantWithMinMaxArgs FakeQuantWithMinMaxVars FakeQuantWithMinMaxVarsPerChannel",
    "control": "Identity CheckNumerics EnsureShape PlaceholderWithDefault PreventGradient Snapshot StopGradient"
    " Assert NoOp Switch Merge IdentityN",
    "variables": "ReadVariableOp ResourceGather ResourceGatherNd VariableShape VarIsInitializedOp",
    "lists": "TensorListReserve TensorListFromTensor TensorListGetItem TensorListSetItem TensorListStack"
    " TensorListLength TensorArrayV3 TensorArrayScatterV3 TensorArrayGatherV3 TensorArrayReadV3 TensorArrayWriteV3"
    " TensorArraySizeV3",
    "flow": "If StatelessIf While StatelessWhile Case StatelessCase",
}
"""TensorFlow operators by family; the family is the module here that has them in its TABLE."""

_FAMILY_OF = {name: family for family, names in FAMILIES.items() for name in names.split()}


def known() -> list[str]:
    """All TensorFlow operators that have a built-in importer, sorted."""
    return sorted(_FAMILY_OF)


def lookup(name: str) -> Importer | None:
    """The built-in importer of a TensorFlow operator; None for one that pytoco does not know."""
    family = _FAMILY_OF.get(name)
    if family is None:
        return None
    found: Importer = import_module(f".{family}", __name__).TABLE[name]
    return found
