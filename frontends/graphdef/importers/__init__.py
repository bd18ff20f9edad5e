"""Importers of TensorFlow operators: one table a family, loaded when the first node of the family comes along."""

from __future__ import annotations

from importlib import import_module
from typing import TypeAlias

from .base import ImporterFunction, Row

Importer: TypeAlias = Row | ImporterFunction

FAMILIES = {
    "conv": "Conv2D DepthwiseConv2dNative Conv2DBackpropInput",
    "pool": "AvgPool MaxPool",
    "linear": "MatMul BatchMatMul BatchMatMulV2",
    "binary": "Add Sub Mul Div FloorDiv FloorMod Maximum Minimum Pow SquaredDifference AddV2 RealDiv BiasAdd"
    " BiasAddV1 AddN ClipByValue Less LessEqual Greater GreaterEqual Equal NotEqual LogicalAnd LogicalOr",
    "elementwise": "Abs Ceil Cos Exp Floor Log LogicalNot Neg Round Rsqrt Sign Sin Sqrt Square Rint Cast"
    " Reciprocal Inv",
    "activation": "Relu Relu6 Elu Tanh Softmax LogSoftmax Sigmoid LeakyRelu",
    "reduce": "Mean Sum Max Min Prod Any All ArgMax ArgMin",
    "shape": "Reshape ExpandDims Rank Tile BroadcastTo Squeeze Shape Size",
    "fill": "Fill Range ZerosLike OnesLike",
    "slice": "Slice StridedSlice Split SplitV",
    "join": "Concat ConcatV2 Pack Unpack",
    "gather": "GatherNd ReverseV2 Gather GatherV2 ReverseSequence",
    "pad": "Pad PadV2 MirrorPad",
    "layout": "Transpose SpaceToBatchND BatchToSpaceND SpaceToDepth DepthToSpace",
    "normalization": "FusedBatchNorm FusedBatchNormV2 FusedBatchNormV3 BatchNormWithGlobalNormalization LRN",
    "resize": "ResizeBilinear ResizeNearestNeighbor",
    "select": "Select SelectV2 Where TopKV2 OneHot TopK",
    "random": "RandomUniform",
    "quantize": "FakeQuantWithMinMaxArgs FakeQuantWithMinMaxVars",
    "control": "Identity CheckNumerics EnsureShape PlaceholderWithDefault PreventGradient Snapshot StopGradient"
    " Assert NoOp Switch Merge IdentityN",
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
