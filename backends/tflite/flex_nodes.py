"""Nodes for the Flex delegate, made anew from operators of the IR that no builtin runs as they stand.

That is an Add of float64, say: imported and optimised like any other, then refused by the exporter. One row a kind says
what the operator is called in TensorFlow and where the attributes of its node come from; what is not there cannot be
said as one TensorFlow operator.
"""

from __future__ import annotations

from collections.abc import Callable
from struct import pack
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from ...compiler.ir.types import DType
from .flex import Flex, content, node_def, number, varint

if TYPE_CHECKING:
    from ...compiler.ir import Op

DATA_TYPES: dict[str, int] = {
    "float32": 1, "float64": 2, "int32": 3, "uint8": 4, "int16": 5, "int8": 6, "string": 7, "complex64": 8, "int64": 9,
    "bool": 10, "bfloat16": 14, "uint16": 17, "complex128": 18, "float16": 19, "resource": 20, "variant": 21,
    "uint32": 22, "uint64": 23,
}  # fmt: skip
"""Numbers of TensorFlow's types.proto, DataType."""

_RESULT = -1


class Row(NamedTuple):
    """How to say a kind in TensorFlow.

    - `op`: the operator's name; "" for that of the kind.
    - `types`: type attributes, each with the position of the operand that has that type (-1: the first result).
    - `attrs`: attributes, each with the field of the IR's attributes that it is.
    - `counter`: the attribute that holds the number of operands.
    - `more`: operands behind those of the IR operator.
    """

    op: str = ""
    types: str = "T=0"
    attrs: str = ""
    counter: str = ""
    more: Callable[[Op], list[Any]] | None = None


def _axis(op: Op) -> list[Any]:
    return [np.array(op.attrs.axis, np.int32)]


_SAME = (
    "Abs Atan2 BitwiseXor Ceil Cos Elu Erf Erfc Exp Floor FloorDiv FloorMod Greater GreaterEqual Equal Less LessEqual "
    "Log LogSoftmax Maximum Minimum Mul Neg NotEqual OnesLike Pow Relu Relu6 RightShift Round Rsqrt Sign Sin Sqrt "
    "Square SquaredDifference Sub Tanh Where ZerosLike"
)
_REDUCED, _KEEP = "T=0 Tidx=1", "keep_dims=keep_dims"
_TO_REAL = f"T=0 Tout={_RESULT}"
_SEGMENTS = "T=0 Tindices=1 Tnumsegments=2"
_RESIZE = "align_corners=align_corners half_pixel_centers=half_pixel_centers"

ROWS: dict[str, Row] = {
    **dict.fromkeys(_SAME.split(), Row()),
    **dict.fromkeys(("LogicalNot", "LogicalAnd", "LogicalOr"), Row(types="")),
    "Add": Row("AddV2"),
    "AddN": Row(counter="N"),
    "ArgMax": Row(types="T=0 Tidx=1", attrs="output_type=output_type"),
    "ArgMin": Row(types="T=0 Tidx=1", attrs="output_type=output_type"),
    "Any": Row(types="Tidx=1", attrs="keep_dims=keep_dims"),
    "All": Row(types="Tidx=1", attrs="keep_dims=keep_dims"),
    "AudioSpectrogram": Row(
        types="", attrs="window_size=window_size stride=stride magnitude_squared=magnitude_squared"
    ),
    "BatchMatMul": Row("BatchMatMulV2", attrs="adj_x=adj_x adj_y=adj_y"),
    "BatchToSpaceND": Row(types="T=0 Tblock_shape=1 Tcrops=2"),
    "Bitcast": Row(types=f"T=0 type={_RESULT}"),
    "BroadcastArgs": Row(),
    "BroadcastTo": Row(types="T=0 Tidx=1"),
    "CTCBeamSearchDecoder": Row(attrs="beam_width=beam_width top_paths=top_paths merge_repeated=merge_repeated"),
    "Cast": Row(types=f"SrcT=0 DstT={_RESULT}"),
    "Complex": Row(types=_TO_REAL),
    "ComplexAbs": Row(types=_TO_REAL),
    "Concatenation": Row("ConcatV2", counter="N", more=_axis),
    "Cumsum": Row(types="T=0 Tidx=1", attrs="exclusive=exclusive reverse=reverse"),
    "DepthToSpace": Row(attrs="block_size=block_size"),
    "Div": Row(),
    "DynamicPartition": Row(attrs="num_partitions=num_partitions"),
    "DynamicStitch": Row(types=f"T={_RESULT}", attrs="N=pairs"),
    "ExpandDims": Row(types="T=0 Tdim=1"),
    "Fill": Row(types="index_type=0 T=1"),
    "Gather": Row("GatherV2", "Tparams=0 Tindices=1", "batch_dims=batch_dims", more=_axis),
    "GatherNd": Row(types="Tparams=0 Tindices=1"),
    "Imag": Row(types=_TO_REAL),
    "LeakyRelu": Row(attrs="alpha=alpha"),
    "LocalResponseNormalization": Row("LRN", attrs="depth_radius=radius bias=bias alpha=alpha beta=beta"),
    "Logistic": Row("Sigmoid"),
    "MatMul": Row(attrs="transpose_a=transpose_a transpose_b=transpose_b"),
    "MatrixDiag": Row(),
    "MatrixSetDiag": Row(),
    "Mean": Row("", _REDUCED, _KEEP),
    "Mfcc": Row(
        types="",
        attrs="upper_frequency_limit=upper_frequency_limit lower_frequency_limit=lower_frequency_limit "
        "filterbank_channel_count=filterbank_channel_count dct_coefficient_count=dct_coefficient_count",
    ),
    "MirrorPad": Row(types="T=0 Tpaddings=1", attrs="mode=mode"),
    "Multinomial": Row(types=f"T=0 output_dtype={_RESULT}", attrs="seed=seed seed2=seed2"),
    "OneHot": Row(types="TI=0 T=2", attrs="axis=axis"),
    "Pack": Row(attrs="axis=axis", counter="N"),
    "Pad": Row(types="T=0 Tpaddings=1"),
    "PadV2": Row(types="T=0 Tpaddings=1"),
    "RandomStandardNormal": Row(types=f"T=0 dtype={_RESULT}", attrs="seed=seed seed2=seed2"),
    "Range": Row(types="Tidx=0"),
    "Rank": Row(),
    "RFFT2D": Row(types=f"Treal=0 Tcomplex={_RESULT}"),
    "Real": Row(types=_TO_REAL),
    "ReduceMax": Row("Max", _REDUCED, _KEEP),
    "ReduceMin": Row("Min", _REDUCED, _KEEP),
    "ReduceProd": Row("Prod", _REDUCED, _KEEP),
    "Reshape": Row(types="T=0 Tshape=1"),
    "ResizeBilinear": Row(attrs=_RESIZE),
    "ResizeNearestNeighbor": Row(attrs=_RESIZE),
    "ReverseSequence": Row(types="T=0 Tlen=1", attrs="seq_dim=seq_dim batch_dim=batch_dim"),
    "ReverseV2": Row(types="T=0 Tidx=1"),
    "ScatterNd": Row(types="Tindices=0 T=1"),
    "SegmentSum": Row(types="T=0 Tindices=1"),
    "Select": Row(types="T=1"),
    "SelectV2": Row(types="T=1"),
    "Shape": Row(types="T=0", attrs="out_type=output_type"),
    "Slice": Row(types="T=0 Index=1"),
    "Softmax": Row(),
    "SpaceToBatchND": Row(types="T=0 Tblock_shape=1 Tpaddings=2"),
    "SpaceToDepth": Row(attrs="block_size=block_size"),
    "SparseToDense": Row(types="T=2 Tindices=0", attrs="validate_indices=validate_indices"),
    "Split": Row(types="T=1", attrs="num_split=num"),
    "SplitV": Row(types="T=0 Tlen=1", attrs="num_split=num"),
    "Squeeze": Row(attrs="squeeze_dims=axes"),
    "StridedSlice": Row(
        types="T=0 Index=1",
        attrs="begin_mask=begin_mask end_mask=end_mask ellipsis_mask=ellipsis_mask new_axis_mask=new_axis_mask "
        "shrink_axis_mask=shrink_axis_mask",
    ),
    "Sum": Row("", _REDUCED, _KEEP),
    "Tile": Row(types="T=0 Tmultiples=1"),
    "TopKV2": Row(types="T=0 Tk=1"),
    "Transpose": Row(types="T=0 Tperm=1"),
    "Unique": Row(attrs="out_idx=index_type"),
    "Unpack": Row(attrs="axis=axis num=num"),
    **{f"UnsortedSegment{name}": Row(types=_SEGMENTS) for name in ("Max", "Min", "Prod", "Sum")},
}


def flex_of(op: Op) -> Flex | str:
    """The operator as one of TensorFlow's, or one sentence on why there is none."""
    row = ROWS.get(op.kind)
    if row is None:
        return "no single operator of TensorFlow's says the same"
    activation = getattr(op.attrs, "activation", "NONE")
    if activation != "NONE":
        return f"TensorFlow has no {op.kind} with a fused {activation}"
    if op.kind == "Softmax" and op.attrs.beta != 1:
        return "TensorFlow's Softmax has no beta"
    name = row.op or op.kind
    if name == "Div" and op.inputs[0] is not None and op.inputs[0].dtype is not None and op.inputs[0].dtype.is_float:
        name = "RealDiv"
    attributes = [(row.counter, number(3, len(op.inputs)))] if row.counter else []
    for pair in row.types.split():
        attribute, _, place = pair.partition("=")
        array = op.outputs[0] if int(place) == _RESULT else op.inputs[int(place)]
        code = None if array is None or array.dtype is None else DATA_TYPES.get(array.dtype.name)
        if code is None or array is None or array.quantization is not None:
            return f"TensorFlow has no {name} of such operands"
        attributes.append((attribute, number(6, code)))
    operands = list(op.inputs)
    if row.more is not None:
        extra = row.more(op)
        operands += extra
        attributes += [("Tidx" if row.counter else "Taxis", number(6, DATA_TYPES["int32"])) for _ in extra]
    for pair in row.attrs.split():
        attribute, _, field = pair.partition("=")
        attributes.append((attribute, _attribute(getattr(op.attrs, field))))
    return Flex(name, node_def(name, op.name, len(operands), attributes), operands)


def _attribute(value: Any) -> bytes:
    """A serialised AttrValue (attr_value.proto): list 1, s 2, i 3, f 4, b 5, type 6; in a list, i is 3 and packed."""
    if isinstance(value, bool):
        return number(5, value)
    if isinstance(value, int):
        return number(3, value)
    if isinstance(value, float):
        return varint(4 << 3 | 5) + pack("<f", value)
    if isinstance(value, DType):
        return number(6, DATA_TYPES[value.name])
    if isinstance(value, tuple):
        return content(1, content(3, b"".join(map(varint, value))))
    return content(2, value)
