"""Importers of ONNX operators, in tables by family; a family's module loads when one of its operators is met."""

from __future__ import annotations

from importlib import import_module

from ..builder import Importer

FAMILIES = {
    "conv": "Conv ConvTranspose",
    "pool": "MaxPool AveragePool GlobalAveragePool GlobalMaxPool",
    "normalization": "BatchNormalization InstanceNormalization LayerNormalization GroupNormalization LRN "
    "LpNormalization",
    "resize": "Resize Upsample",
    "layout": "DepthToSpace SpaceToDepth Transpose",
    "elementwise": "Abs Ceil Cos Erf Exp Floor Log Neg Not Round Sign Sin Sqrt Tan Reciprocal Cast CastLike IsNaN",
    "activation": "Relu LeakyRelu PRelu Elu Selu Celu Sigmoid Tanh Softplus Softsign HardSwish HardSigmoid Gelu "
    "com.microsoft::Gelu Mish Swish ThresholdedRelu Clip Softmax LogSoftmax",
    "binary": "Add Sub Mul Div Pow Mod Min Max Sum Mean And Or Xor Equal Less LessOrEqual Greater GreaterOrEqual",
    "reduce": "ReduceMean ReduceSum ReduceMax ReduceMin ReduceProd ReduceL1 ReduceL2 ReduceSumSquare ReduceLogSum "
    "ReduceLogSumExp ArgMax ArgMin",
    "linear": "Gemm MatMul",
    "shape": "Reshape Flatten Squeeze Unsqueeze Expand Tile Shape Size Identity Dropout",
    "constant": "Constant ConstantOfShape Range",
    "slice": "Slice Split",
    "gather": "Concat Gather GatherND ScatterND CumSum ReverseSequence",
    "pad": "Pad",
    "select": "Where OneHot TopK",
    "quantize": "QuantizeLinear DequantizeLinear",
    "flow": "If Loop",
    "recurrent": "LSTM GRU RNN Scan",
}
"""Family module -> the operators that it imports, blank separated; those of other domains as `domain::Operator`."""

_FAMILY_OF = {op: family for family, ops in FAMILIES.items() for op in ops.split()}


def lookup(op: str) -> Importer | None:
    """The importer of an operator, None where there is none."""
    family = _FAMILY_OF.get(op)
    if family is None:
        return None
    found: Importer = import_module(f".{family}", __name__).TABLE[op]
    return found
