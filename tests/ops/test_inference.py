"""Shapes with unknown extents and unknown ranks, and shapes that cannot be."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from pytoco.compiler.errors import ShapeError
from pytoco.compiler.ir import Dim
from pytoco.compiler.ir.types import BOOL, FLOAT32, INT32, INT64, UINT8, Quantization, TensorType
from pytoco.compiler.ops import (
    conv,
    gather,
    join,
    layout,
    linear,
    pad,
    pool,
    quantize,
    random,
    reduce,
    resize,
)
from pytoco.compiler.ops import elementwise as elem
from pytoco.compiler.ops import select as sel
from pytoco.compiler.ops import (
    shape as shp,
)
from pytoco.compiler.ops import slice as slc
from tests.ops.evaluate import array, const, infer, shape

N, M = Dim("N"), Dim("M")
CONV = conv.ConvAttrs(2, 2, "SAME")
VALID = conv.ConvAttrs(1, 1, "VALID")
KEEP = reduce.ReduceAttrs(True)
DROP = reduce.ReduceAttrs(False)
ANY = (None,)
SHRINK = slc.StridedSliceAttrs(shrink_axis_mask=1)

# Per row: kind, operands, attributes, the shape of the result.
SHAPES: list[tuple[str, list[Any], Any, Any]] = [
    ("Add", [array(N, 3), array(N, 3)], None, (N, 3)),
    ("Add", [array(N, 3), array(3)], None, (N, 3)),
    ("Add", [array(N, 1), array(1, 4)], None, (N, 4)),
    ("Add", [array(N), array(M)], None, (None,)),
    ("Add", [array(N), array(5)], None, (5,)),
    ("Add", [array(0), array(1)], None, (0,)),
    ("Add", [array(N, 2), array(*ANY)], None, None),
    ("Add", [array(2, 1, 3), array(4, 1)], None, (2, 4, 3)),
    ("Relu", [array(N, 3)], None, (N, 3)),
    ("Relu", [array(*ANY)], None, None),
    ("AddN", [array(N, 3), array(2, 3), array(*ANY)], None, (2, 3)),
    ("Conv", [array(N, 9, 8, 3), array(16, 3, 3, 3)], CONV, (N, 5, 4, 16)),
    ("Conv", [array(N, M, 8, 3), array(16, 3, 3, 3)], CONV, (N, None, 4, 16)),
    ("Conv", [array(N, M, 8, 3), array(16, 3, 3, 3)], CONV._replace(stride_h=1), (N, M, 4, 16)),
    ("Conv", [array(N, M, 8, 3), array(16, 1, 3, 3)], VALID, (N, M, 6, 16)),
    ("Conv", [array(*ANY), array(16, 1, 3, 3)], VALID, (None, None, None, 16)),
    ("Conv", [array(1, 2, 2, 3), array(16, 3, 2, 3)], VALID, (1, 0, 1, 16)),
    ("DepthwiseConv", [array(N, 9, 8, 3), array(1, 3, 3, 6)], CONV, (N, 5, 4, 6)),
    ("TransposeConv", [array(4, dtype=INT32), array(5, 3, 3, 2), array(N, 4, 4, 2)],
     conv.TransposeConvAttrs(2, 2, "SAME"), (N, None, None, 5)),
    ("AveragePool", [array(N, 7, 7, M)], pool.PoolAttrs(7, 7, 1, 1, "VALID"), (N, 1, 1, M)),
    ("FullyConnected", [array(N, 7, 7, 64), array(10, 3136)], linear.FullyConnectedAttrs(), (N, 10)),
    ("FullyConnected", [array(N, 7, 64), array(10, 64)], linear.FullyConnectedAttrs(), (None, 10)),
    ("FullyConnected", [array(N, 7, 64), array(10, 64)], linear.FullyConnectedAttrs(keep_num_dims=True), (N, 7, 10)),
    ("FullyConnected", [array(6, 7, 64), array(10, 64)], linear.FullyConnectedAttrs(), (42, 10)),
    ("FullyConnected", [array(*ANY), array(10, 64)], linear.FullyConnectedAttrs(), (None, 10)),
    ("MatMul", [array(4, N), array(5, 4)], linear.MatMulAttrs(True, True), (N, 5)),
    ("BatchMatMul", [array(N, 1, 2, 3), array(5, 3, 4)], linear.BatchMatMulAttrs(), (N, 5, 2, 4)),
    ("Mean", [array(N, 7, 7, 8), const([1, 2])], DROP, (N, 8)),
    ("Mean", [array(N, 7, 7, 8), const([-2, 1])], KEEP, (N, 1, 1, 8)),
    ("Mean", [array(N, 7), array(2, dtype=INT32)], KEEP, (None, None)),
    ("Mean", [array(N, 7), array(2, dtype=INT32)], DROP, None),
    ("Sum", [array(N, 7), const(np.zeros(0, np.int32))], DROP, (N, 7)),
    ("ArgMax", [array(N, 7, 3), const(-2)], reduce.ArgAttrs(), (N, 3)),
    ("ArgMax", [array(N, 7, 3), array(dtype=INT32)], reduce.ArgAttrs(), (None, None)),
    ("Reshape", [array(N, 7, 7, 64), const([-1, 3136])], None, (N, 3136)),
    ("Reshape", [array(N, 7, 7, 64), const([-1, 64])], None, (None, 64)),
    ("Reshape", [array(N, 6), const([4, 6])], None, (4, 6)),
    ("Reshape", [array(N, M, 6), const([-1, 6])], None, (None, 6)),
    ("Reshape", [array(*ANY), const([-1, 6])], None, (None, 6)),
    ("Reshape", [array(2, 6), array(3, dtype=INT32)], None, (None, None, None)),
    ("Reshape", [array(2, 6), array(N, dtype=INT32)], None, None),
    ("Reshape", [array(1), const(np.zeros(0, np.int32))], None, ()),
    ("Reshape", [array(0, 3), const([-1, 3])], None, (0, 3)),
    ("Squeeze", [array(N, 1, 1, 5)], shp.SqueezeAttrs((1, -2)), (N, 5)),
    ("Squeeze", [array(N, 1)], shp.SqueezeAttrs((0,)), (1,)),
    ("Squeeze", [array(N, 1)], shp.SqueezeAttrs(), None),
    ("Squeeze", [array(3, 1)], shp.SqueezeAttrs(), (3,)),
    ("ExpandDims", [array(N, 4), const(-1)], None, (N, 4, 1)),
    ("ExpandDims", [array(N, 4), const([1])], None, (N, 1, 4)),
    ("Shape", [array(N, 4)], shp.ShapeAttrs(), (2,)),
    ("Shape", [array(*ANY)], shp.ShapeAttrs(), (None,)),
    ("Tile", [array(N, 4), const([1, 3])], None, (N, 12)),
    ("Tile", [array(N, M), const([2, 0])], None, (None, 0)),
    ("BroadcastTo", [array(N, 1), const([5, 3])], None, (5, 3)),
    ("Fill", [const([2, 3, 4, 5, 6]), const(1.0)], None, (2, 3, 4, 5, 6)),
    ("Range", [const(0), const(5), const(2)], None, (3,)),
    ("Range", [const(0), array(dtype=INT32), const(2)], None, (None,)),
    ("Slice", [array(N, 8), const([0, 2]), const([-1, -1])], None, (N, 6)),
    ("Slice", [array(N, 8), array(2, dtype=INT32), const([1, -1])], None, (1, None)),
    ("Slice", [array(*ANY), const([0, 2]), const([-1, 3])], None, (None, 3)),
    ("StridedSlice", [array(N, 8), const([0, 1]), const([0, 7]), const([1, 2])], slc.StridedSliceAttrs(1, 1), (N, 3)),
    ("StridedSlice", [array(N, 8), const([0]), const([1]), const([1])], SHRINK, (8,)),
    ("StridedSlice", [array(N, 8), array(1, dtype=INT32), array(1, dtype=INT32), const([1])],
     slc.StridedSliceAttrs(), (None, 8)),
    ("Concatenation", [array(N, 2), array(M, 3)], join.ConcatenationAttrs(-1), (N, 5)),
    ("Concatenation", [array(N, 2), array(2, M)], join.ConcatenationAttrs(1), (2, None)),
    ("Concatenation", [array(N, 2)], join.ConcatenationAttrs(0), (N, 2)),
    ("Concatenation", [array(*ANY), array(2, 3)], join.ConcatenationAttrs(0), (None, 3)),
    ("Pack", [array(N, 2), array(N, 2)], join.PackAttrs(-1), (N, 2, 2)),
    ("Gather", [array(10, N), array(M, 3, dtype=INT32)], gather.GatherAttrs(0), (M, 3, N)),
    ("Gather", [array(N, 10, 4), array(N, 3, dtype=INT32)], gather.GatherAttrs(1, 1), (N, 3, 4)),
    ("GatherNd", [array(5, 6, N), array(M, 2, dtype=INT32)], None, (M, N)),
    ("Pad", [array(N, 4), const([[0, 0], [1, 2]])], None, (N, 7)),
    ("Pad", [array(N, 4), const([[1, 0], [1, 2]])], None, (None, 7)),
    ("Pad", [array(*ANY), array(2, 2, dtype=INT32)], None, (None, None)),
    ("Transpose", [array(N, 4, M), const([2, 0, 1])], None, (M, N, 4)),
    ("Transpose", [array(N, 4, M), array(3, dtype=INT32)], None, (None, None, None)),
    ("ReorderAxes", [array(3, 2, 8, 16)], layout.ReorderAxesAttrs("HWIO", "OHWI"), (16, 3, 2, 8)),
    ("ReorderAxes", [array(3, 2, 8, 4)], layout.ReorderAxesAttrs("HWIM", "1HWO"), (1, 3, 2, 32)),
    ("SpaceToDepth", [array(N, 4, M, 3)], layout.BlockAttrs(2), (N, 2, None, 12)),
    ("DepthToSpace", [array(N, 4, M, 12)], layout.BlockAttrs(2), (N, 8, None, 3)),
    ("SpaceToBatchND", [array(1, 4, 4, N), const([2, 2]), const([[0, 0], [1, 1]])], None, (4, 2, 3, N)),
    ("BatchToSpaceND", [array(4, 2, 3, N), const([2, 2]), const([[0, 0], [1, 1]])], None, (1, 4, 4, N)),
    ("ResizeBilinear", [array(N, M, 5, 3), const([8, 9])], resize.ResizeAttrs(), (N, 8, 9, 3)),
    ("ResizeBilinear", [array(N, M, 5, 3), array(2, dtype=INT32)], resize.ResizeAttrs(), (N, None, None, 3)),
    ("Select", [array(N, dtype=BOOL), array(N, 3), array(4, 3)], None, (4, 3)),
    ("SelectV2", [array(N, 1, dtype=BOOL), array(3), array(1)], None, (N, 3)),
    ("Where", [array(N, 3, dtype=BOOL)], None, (None, 2)),
    ("OneHot", [array(N, dtype=INT32), const(7), const(1.0), const(0.0)], sel.OneHotAttrs(0), (7, N)),
    ("RandomUniform", [const([2, 3, 4, 5, 6])], random.RandomUniformAttrs(), (2, 3, 4, 5, 6)),
    ("PRelu", [array(N, 4, 4, 8), array(1, 1, 8)], None, (N, 4, 4, 8)),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "operands", "attrs", "wanted"), SHAPES)
def test_shape(kind: str, operands: list[Any], attrs: Any, wanted: Any) -> None:
    assert shape(kind, *operands, attrs=attrs) == wanted


# Per row: kind, operands, attributes, what the message must say.
IMPOSSIBLE: list[tuple[str, list[Any], Any, str]] = [
    ("Add", [array(2, 3), array(2, 4)], None, r"\[2, 3\] and \[2, 4\]"),
    ("Add", [array(2, 3), array(2, dtype=INT32)], None, r"float32 .*\[2, 3\] and int32 .*\[2\]"),
    ("Conv", [array(1, 4, 4, 3), array(8, 3, 3, 2)], VALID, r"\[1, 4, 4, 3\] and weights \[8, 3, 3, 2\]"),
    ("Conv", [array(1, 4, 4), array(8, 3, 3, 2)], VALID, "rank 4"),
    ("Conv", [array(1, 1, 4, 2), array(8, 3, 3, 2)], VALID, "window of 3 does not fit"),
    ("Conv", [array(1, 4, 4, 2), array(8, 3, 3, 2)], VALID._replace(stride_h=0), "strides"),
    ("Conv", [array(1, 4, 4, 2), array(8, 3, 3, 2), array(7)], VALID, r"bias of shape \[7\] for 8"),
    ("Conv", [array(1, 4, 4, 2), array(8, 3, 3, 2)], VALID._replace(padding="ODD"), "padding 'ODD'"),
    ("Conv", [array(1, 4, 4, 2), array(8, 3, 3, 2)], VALID._replace(padding="EXPLICIT"), "four numbers"),
    ("DepthwiseConv", [array(1, 4, 4, 3), array(1, 3, 3, 4)], VALID, r"\[1, 3, 3, 4\] .* \[1, 4, 4, 3\]"),
    ("TransposeConv", [const([1, 9, 9, 5]), array(5, 3, 3, 2), array(1, 4, 4, 2)],
     conv.TransposeConvAttrs(2, 2, "SAME"), r"\[1, 9, 9, 5\] .* \[1, 4, 4, 2\]"),
    ("FullyConnected", [array(3, 5), array(10, 4)], linear.FullyConnectedAttrs(), r"15 elements of shape \[3, 5\]"),
    ("MatMul", [array(3, 5), array(3, 5)], linear.MatMulAttrs(), r"\[3, 5\] and \[3, 5\]"),
    ("BatchMatMul", [array(3), array(3, 5)], linear.BatchMatMulAttrs(), "rank 2 or more"),
    ("Mean", [array(3, 5), const([2])], DROP, "axis 2 is outside of rank 2"),
    ("Reshape", [array(3, 5), const([4, 4])], None, r"\[3, 5\] cannot become \[4, 4\]"),
    ("Reshape", [array(N, 5), const([4, 4])], None, r"\[N, 5\] cannot become \[4, 4\]"),
    ("Reshape", [array(3, 5), const([-1, 4])], None, r"15 elements of shape \[3, 5\]"),
    ("Reshape", [array(3, 5), const([-1, -1])], None, "at most one -1"),
    ("Reshape", [array(0, 5), const([-1, 0])], None, "groups of 0"),
    ("Squeeze", [array(3, 1)], shp.SqueezeAttrs((0,)), r"axis 0 of shape \[3, 1\]"),
    ("ExpandDims", [array(3, 1), const(3)], None, "axis 3"),
    ("ExpandDims", [array(3, 1), const([0, 1])], None, "one number"),
    ("Tile", [array(3, 1), const([2])], None, r"\[2\] .* \[3, 1\]"),
    ("BroadcastTo", [array(3, 1), const([1, 4])], None, r"\[3, 1\] cannot become \[1, 4\]"),
    ("Fill", [const([-2]), const(1.0)], None, r"\[-2\]"),
    ("Range", [const(0), const(5), const(0)], None, "never ends"),
    ("Range", [const(0.0), const(5.0), const(-1.0)], None, "never ends"),
    ("Slice", [array(3, 4), const([0, 2]), const([3, 3])], None, r"\[3, 4\]"),
    ("Slice", [array(3, 4), const([0]), const([3])], None, r"\[3, 4\]"),
    ("StridedSlice", [array(3), const([5]), const([6]), const([1])], SHRINK, "index 5"),
    ("StridedSlice", [array(3), const([0]), const([2]), const([0])], slc.StridedSliceAttrs(), "stride of 0"),
    ("StridedSlice", [array(3), const([0, 0]), const([2, 2]), const([1, 1])], slc.StridedSliceAttrs(), "rank 1"),
    ("Split", [const(0), array(5)], slc.SplitAttrs(2), "2 equal parts"),
    ("SplitV", [array(5), const([2, 2]), const(0)], slc.SplitVAttrs(2), r"\[2, 2\] of an extent of 5"),
    ("Concatenation", [array(2, 3), array(2, 4)], join.ConcatenationAttrs(0), r"\[2, 3\] and \[2, 4\]"),
    ("Concatenation", [array(2, 3), array(2)], join.ConcatenationAttrs(1), r"\[2, 3\] and \[2\]"),
    ("Concatenation", [array(), array()], join.ConcatenationAttrs(0), "axis 0 is outside of rank 0"),
    ("Pack", [array(2, 3), array(3, 3)], join.PackAttrs(), r"\[2, 3\] and \[3, 3\]"),
    ("Unpack", [array(2, 3)], join.UnpackAttrs(2, 1), "into 2 parts"),
    ("Gather", [array(2, 3), array(2, dtype=INT32)], gather.GatherAttrs(0, 1), "batch_dims 1"),
    ("GatherNd", [array(2, 3), array(2, 3, dtype=INT32)], None, r"\[2, 3\] into an input \[2, 3\]"),
    ("Pad", [array(2, 3), const([[1, 1]])], None, "rank 2"),
    ("MirrorPad", [array(2), const([[2, 0]])], pad.MirrorPadAttrs("REFLECT"), "too large"),
    ("MirrorPad", [array(2), const([[2, 0]])], pad.MirrorPadAttrs("ODD"), "'ODD'"),
    ("Transpose", [array(2, 3), const([0, 0])], None, r"\[0, 0\]"),
    ("ReorderAxes", [array(2, 3, 4, 5)], layout.ReorderAxesAttrs("HWIO", "OHWX"), "HWIO to OHWX"),
    ("SpaceToDepth", [array(1, 3, 4, 5)], layout.BlockAttrs(2), r"3 in shape \[1, 3, 4, 5\]"),
    ("SpaceToDepth", [array(1, 3, 4, 5)], layout.BlockAttrs(0), "block of 0"),
    ("SpaceToBatchND", [array(1, 3, 4, 5), const([2, 0]), const([[0, 0], [0, 0]])], None, r"\[2, 0\]"),
    ("BatchToSpaceND", [array(4, 2, 2, 5), const([2, 2]), const([[0, 9], [0, 0]])], None, "leave nothing"),
    ("ResizeBilinear", [array(1, 3, 4, 5), const([0, 3])], resize.ResizeAttrs(), r"\[0, 3\]"),
    ("ResizeBilinear", [array(1, 3, 4, 5), const([3, 3])], resize.ResizeAttrs(True, True), "exclude each other"),
    ("Select", [array(3, dtype=BOOL), array(2, 3), array(2, 3)], None, r"\[3\] and \[2\]"),
    ("TopKV2", [array(3), const(4)], None, r"4 largest .*\[3\]"),
    ("FakeQuant", [array(3)], quantize.FakeQuantAttrs(), "range"),
    ("FakeQuant", [array(3)], quantize.FakeQuantAttrs(1.0, 0.0), "upside down"),
    ("FakeQuant", [array(3)], quantize.FakeQuantAttrs(0.0, 1.0, 99), "99 bits"),
    ("Softmax", [array()], None, r"shape \[\]"),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "operands", "attrs", "text"), IMPOSSIBLE)
def test_impossible_shapes_are_refused(kind: str, operands: list[Any], attrs: Any, text: str) -> None:
    with pytest.raises(ShapeError, match=text) as caught:
        infer(kind, *operands, attrs=attrs)
    assert kind in str(caught.value)


def test_several_results() -> None:
    assert [t.shape for t in infer("Split", const(1), array(N, 6), attrs=slc.SplitAttrs(3))] == [(N, 2)] * 3
    sizes = const([1, -1, 2])
    assert [t.shape for t in infer("SplitV", array(N, 6), sizes, const(-1), attrs=slc.SplitVAttrs(3))] == [
        (N, 1),
        (N, 3),
        (N, 2),
    ]
    assert [t.shape for t in infer("Unpack", array(N, 2), attrs=join.UnpackAttrs(2, 1))] == [(N,), (N,)]
    assert infer("TopKV2", array(N, 6), const(2)) == [TensorType(FLOAT32, (N, 2)), TensorType(INT32, (N, 2))]
    assert infer("Merge", array(N, 2), array(N, 3)) == [TensorType(FLOAT32, (N, None)), TensorType(INT32, ())]
    assert infer("Switch", array(N), array(dtype=BOOL)) == [TensorType(FLOAT32, (N,))] * 2
    assert infer("Assert", array(dtype=BOOL), array(3)) == []


@pytest.mark.parametrize(
    ("kind", "operands", "attrs", "dtype"),
    [
        ("Less", [array(2), array(2)], None, BOOL),
        ("Where", [array(2, dtype=BOOL)], None, INT64),
        ("Rank", [array(2)], None, INT32),
        ("Shape", [array(2)], shp.ShapeAttrs(INT64), INT64),
        ("Cast", [array(2)], elem.CastAttrs(UINT8), UINT8),
        ("Add", [array(2, dtype=None), array(2)], None, FLOAT32),
        ("Add", [array(2, dtype=None), array(2, dtype=None)], None, None),
        ("ResizeBilinear", [array(1, 2, 2, 1, dtype=UINT8), const([3, 3])], resize.ResizeAttrs(), FLOAT32),
        ("ResizeNearestNeighbor", [array(1, 2, 2, 1, dtype=UINT8), const([3, 3])], resize.ResizeAttrs(), UINT8),
        ("Dequantize", [array(2, dtype=UINT8)], None, FLOAT32),
        ("Quantize", [array(2)], quantize.QuantizeAttrs(UINT8), UINT8),
    ],
)
def test_dtype(kind: str, operands: list[Any], attrs: Any, dtype: Any) -> None:
    assert infer(kind, *operands, attrs=attrs)[0].dtype is dtype


def test_a_quantised_operand_may_meet_a_float_one_while_a_graph_is_being_quantised() -> None:
    grid = Quantization((0.5,), (3,), None)
    x = array(2, dtype=UINT8, quantization=grid)
    assert infer("Add", x, array(2))[0].shape == (2,)
    image = array(1, 2, 2, 1, dtype=UINT8, quantization=grid)
    assert infer("ResizeBilinear", image, const([3, 3]), attrs=resize.ResizeAttrs())[0].dtype is UINT8
