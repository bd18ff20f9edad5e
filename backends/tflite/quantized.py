"""Which quantised kernels TensorFlow Lite has, and which of them want one grid for operands and results.

From its operators' version tables and its specification of 8-bit quantisation; tests hold it against LiteRT.
"""

from __future__ import annotations

from ...compiler.plugins.target import Hybrid, Kernel

_EIGHT = ("uint8", "int8")
_SIGNED = ("int8", "int16")
_ALL = ("uint8", "int8", "int16")

# kinds, types, whether all grids must be the same, whether weights may have one scale a channel
_ROWS: tuple[tuple[str, tuple[str, ...], bool, bool], ...] = (
    ("Conv DepthwiseConv TransposeConv", ("uint8",), False, False),
    ("Conv DepthwiseConv TransposeConv", _SIGNED, False, True),
    ("FullyConnected", ("uint8",), False, False),
    ("FullyConnected", _SIGNED, False, True),
    ("Add Sub Mul", _ALL, False, False),
    ("Div", ("uint8",), False, False),
    ("SquaredDifference", ("int8",), False, False),
    ("BatchMatMul", _SIGNED, False, False),
    ("Relu Relu6 LeakyRelu", _ALL, False, False),
    ("Relu1 PRelu HardSwish", _EIGHT, False, False),
    ("Gelu", _EIGHT, False, False),
    ("Elu Exp Rsqrt", ("int8",), False, False),
    ("Abs", _SIGNED, False, False),
    ("Logistic Tanh Softmax", _ALL, False, False),
    ("LogSoftmax L2Normalization", _EIGHT, False, False),
    ("Mean", _ALL, False, False),
    ("Sum", _EIGHT, False, False),
    ("Concatenation", ("uint8",), False, False),
    ("Concatenation", _SIGNED, True, False),
    ("AveragePool MaxPool", _ALL, True, False),
    ("Reshape Squeeze ExpandDims Transpose Slice StridedSlice Pad PadV2 Gather Pack Unpack Split", _ALL, True, False),
    ("SplitV Maximum Minimum ResizeBilinear ResizeNearestNeighbor Select", _ALL, True, False),
    ("MirrorPad ReduceMax ReduceMin BatchToSpaceND SpaceToBatchND BroadcastTo TopKV2 GatherNd", _ALL, True, False),
    ("SelectV2", _ALL, True, False),
    ("SpaceToDepth DepthToSpace", _EIGHT, True, False),
    ("Tile", ("uint8",), True, False),
    ("ReverseV2", ("uint8", "int16"), True, False),
    ("ArgMax ArgMin", _EIGHT, False, False),
    ("Equal NotEqual Less LessEqual Greater GreaterEqual", _EIGHT, False, False),
)

KERNELS: dict[tuple[str, str], Kernel] = {
    (kind, dtype): Kernel(same_grid, per_channel)
    for kinds, dtypes, same_grid, per_channel in _ROWS
    for kind in kinds.split()
    for dtype in dtypes
}
"""By kind and element type of the activations."""


_GATES = tuple(range(1, 12))

HYBRID: dict[str, Hybrid] = {
    "Conv": Hybrid((1,), True),
    "FullyConnected": Hybrid((1,), True),
    "DepthwiseConv": Hybrid((1,), False),  # its hybrid kernel is slower than the float one, and less exact
    "TransposeConv": Hybrid((1,), False),
    "Gather": Hybrid((0,), False),
    "Svdf": Hybrid((1, 2), True),
    "UnidirectionalSequenceRnn": Hybrid((1, 2), True),
    "UnidirectionalSequenceLstm": Hybrid((*_GATES[:8], 16), True),
    "BidirectionalSequenceRnn": Hybrid((1, 2, 4, 5), True),
}
"""Float operators that may keep their weights in int8, with one scale each, as TOCO has them: on MobileNetV1 a scale
for each channel makes the hybrid convolutions two to four times less exact."""
