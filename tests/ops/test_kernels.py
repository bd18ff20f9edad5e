"""Reference kernels against results worked out by hand, at the edges, and their promise not to copy."""

from __future__ import annotations

import math
from functools import partial
from typing import Any

import numpy as np
import pytest

from pytoco.compiler import ops
from pytoco.compiler.errors import InvalidModelError
from pytoco.compiler.ir.types import BFLOAT16, FLOAT16, FLOAT32, INT32, INT64, STRING, UINT8
from pytoco.compiler.ops import activation as act
from pytoco.compiler.ops import (
    binary,
    conv,
    gather,
    join,
    layout,
    linear,
    normalization,
    pool,
    quantize,
    random,
    reduce,
)
from pytoco.compiler.ops import elementwise as elem
from pytoco.compiler.ops import select as sel
from pytoco.compiler.ops import shape as shp
from pytoco.compiler.ops import slice as slc
from tests.ops.evaluate import array, const, infer, one

NAN, INF = math.nan, math.inf
i32, i64, f16, f32 = (partial(np.array, dtype=t) for t in (np.int32, np.int64, np.float16, np.float32))
DROP, KEEP = reduce.ReduceAttrs(), reduce.ReduceAttrs(True)
PLAIN = binary.BinaryAttrs()

# Per row: kind, operands, attributes, the result.
BY_HAND: list[tuple[str, list[Any], Any, Any]] = [
    ("Add", [[1.0, 2.0], [[10.0], [20.0]]], PLAIN, [[11.0, 12.0], [21.0, 22.0]]),
    ("Sub", [[1.0, 9.0], 4.0], binary.BinaryAttrs("RELU"), [0.0, 5.0]),
    ("Mul", [[-2.0, 9.0], 4.0], binary.BinaryAttrs("RELU_N1_TO_1"), [-1.0, 1.0]),
    ("Div", [[1.0, -1.0, 0.0], 0.0], PLAIN, [INF, -INF, NAN]),
    ("Div", [[7, -7, 7, -7], [2, 2, -2, -2]], PLAIN, [3, -3, -3, 3]),
    ("FloorDiv", [-7, 2], None, -4),
    ("FloorMod", [-7, 2], None, 1),
    ("FloorMod", [[-7.5, 7.5], [2.0, -2.0]], None, [0.5, -0.5]),
    ("Pow", [[2, -3], [10, 3]], None, [1024, -27]),
    ("SquaredDifference", [[1.0, 5.0], 3.0], None, [4.0, 4.0]),
    ("AddN", [[1, 2], [3, 4], [5, 6]], None, [9, 12]),
    ("NotEqual", [[1.0, NAN], [1.0, NAN]], None, [False, True]),
    ("GreaterEqual", [[1, 2, 3], 2], None, [False, True, True]),
    ("LogicalAnd", [[True, True], [True, False]], None, [True, False]),
    ("LogicalNot", [[True, False]], None, [False, True]),
    ("Round", [[0.5, 1.5, 2.5, -0.5]], None, [0.0, 2.0, 2.0, -0.0]),
    ("Rsqrt", [[4.0, 0.0]], None, [0.5, INF]),
    ("Log", [[1.0, 0.0, -1.0]], None, [0.0, -INF, NAN]),
    ("Sign", [[-3, 0, 9]], None, [-1, 0, 1]),
    ("Cast", [[1.9, -1.9]], elem.CastAttrs(INT64), i64([1, -1])),
    ("Cast", [[True, False]], elem.CastAttrs(FLOAT16), f16([1, 0])),
    ("Relu", [[-1.0, 2.0, NAN]], None, [0.0, 2.0, NAN]),
    ("Relu1", [[-3.0, 0.5, 3.0]], None, [-1.0, 0.5, 1.0]),
    ("PRelu", [[[-2.0, -2.0], [3.0, 3.0]], [0.5, 0.25]], None, [[-1.0, -0.5], [3.0, 3.0]]),
    ("Softmax", [[0.0, math.log(3)]], act.SoftmaxAttrs(2.0), [0.1, 0.9]),
    ("Softmax", [[1000.0, 1000.0]], act.SoftmaxAttrs(), [0.5, 0.5]),
    ("L2Normalization", [[[3.0, 4.0], [0.0, 0.0]]], normalization.L2NormalizationAttrs(), [[0.6, 0.8], [0.0, 0.0]]),
    ("L2Pool", [[[[[3.0], [4.0]]]]], pool.PoolAttrs(1, 2, 1, 1, "VALID"), [[[[math.sqrt(12.5)]]]]),
    ("AveragePool", [[[[[3.0], [5.0]]]]], pool.PoolAttrs(3, 3, 1, 1, "SAME"), [[[[4.0], [4.0]]]]),
    ("MaxPool", [[[[[-3.0], [-5.0]]]]], pool.PoolAttrs(3, 1, 1, 1, "SAME", "RELU"), [[[[0.0], [0.0]]]]),
    ("Conv", [[[[[1.0], [2.0]]]], [[[[10.0]]]], [1.0]], conv.ConvAttrs(1, 1, "VALID", activation="RELU6"),
     [[[[6.0], [6.0]]]]),
    ("BatchNormalization", [[[4.0]], None, [1.0], [2.0], [3.0]], normalization.BatchNormalizationAttrs(1.0), [[2.0]]),
    ("Mean", [[[1, 2], [3, 5]], [0]], DROP, [2, 3]),
    ("Mean", [[-1, -2], 0], KEEP, [-1]),
    ("Sum", [[[1.0, 2.0], [3.0, 4.0]], np.zeros(0, np.int32)], DROP, [[1.0, 2.0], [3.0, 4.0]]),
    ("ReduceMax", [np.zeros((0, 2), np.float32), [0]], DROP, [-INF, -INF]),
    ("ReduceMin", [np.zeros((0,), np.int32), [0]], DROP, 2**31 - 1),
    ("ReduceMax", [[1.0, NAN], [0]], DROP, NAN),
    ("Any", [[[True, False], [False, False]], [1]], KEEP, [[True], [False]]),
    ("All", [[[True, True], [False, True]], [1]], DROP, [True, False]),
    ("ReduceProd", [[2, 3, 4], [-1]], DROP, 24),
    ("ArgMax", [[[5, 9], [9, 9]], 1], reduce.ArgAttrs(INT32), [1, 0]),
    ("Shape", [np.zeros((2, 0, 3), np.float32)], shp.ShapeAttrs(INT64), i64([2, 0, 3])),
    ("Shape", [1.0], shp.ShapeAttrs(), np.zeros(0, np.int32)),
    ("Rank", [[[1.0]]], None, 2),
    ("Tile", [[[1, 2]], [2, 2]], None, [[1, 2, 1, 2], [1, 2, 1, 2]]),
    ("Fill", [[2, 2], 7], None, [[7, 7], [7, 7]]),
    ("Fill", [np.zeros(0, np.int32), 7], None, 7),
    ("Range", [0, 5, 2], None, [0, 2, 4]),
    ("Range", [3, 3, 1], None, np.zeros(0, np.int32)),
    ("Range", [0.0, 1.0, 0.3], None, [0.0, 0.3, 0.6, 0.9]),
    ("OnesLike", [[5, 6]], None, [1, 1]),
    ("Slice", [[[1, 2, 3], [4, 5, 6]], [1, 0], [-1, 2]], None, [[4, 5]]),
    ("Concatenation", [[[1.0]], [[-2.0]]], join.ConcatenationAttrs(-1, "RELU"), [[1.0, 0.0]]),
    ("Pack", [[1, 2], [3, 4]], join.PackAttrs(-1), [[1, 3], [2, 4]]),
    ("Gather", [[[1, 2], [3, 4]], 1], gather.GatherAttrs(-1), [2, 4]),
    ("GatherNd", [[1, 2], np.zeros((2, 0), np.int32)], None, [[1, 2], [1, 2]]),
    ("ReverseV2", [[[1, 2], [3, 4]], [-1]], None, [[2, 1], [4, 3]]),
    ("Pad", [[1, 2], [[1, 2]]], None, [0, 1, 2, 0, 0]),
    ("PadV2", [[1, 2], [[1, 0]], 9], None, [9, 1, 2]),
    ("Transpose", [[[1, 2, 3]], [1, 0]], None, [[1], [2], [3]]),
    ("Select", [True, [1, 2], [3, 4]], None, [1, 2]),
    ("SelectV2", [[[True], [False]], [1, 2], 0], None, [[1, 2], [0, 0]]),
    ("Where", [[[True, False], [True, True]]], None, i64([[0, 0], [1, 0], [1, 1]])),
    ("OneHot", [2, 3, True, False], sel.OneHotAttrs(), [False, False, True]),
    ("FakeQuant", [[1.0, -1.0]], quantize.FakeQuantAttrs(0.0, 0.0), [0.0, 0.0]),
    ("Dequantize", [f16([0.5])], None, [0.5]),
    ("Identity", [[1, 2]], None, [1, 2]),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "operands", "attrs", "wanted"), BY_HAND)
def test_by_hand(kind: str, operands: list[Any], attrs: Any, wanted: Any) -> None:
    result = one(kind, *operands, attrs=attrs)
    expected = const(wanted).numpy()
    assert (result.dtype, result.shape) == (expected.dtype, expected.shape)
    np.testing.assert_allclose(result, expected, rtol=1e-6)


@pytest.mark.parametrize(
    ("kind", "operands", "attrs"),
    [
        ("Softmax", [[1.0, 2.0]], act.SoftmaxAttrs()),
        ("LogSoftmax", [[1.0, 2.0]], None),
        ("Gelu", [[1.0, 2.0]], act.GeluAttrs()),
        ("LeakyRelu", [[1.0, 2.0]], act.LeakyReluAttrs()),
        ("HardSwish", [[1.0, 2.0]], None),
        ("Rsqrt", [[1.0, 2.0]], None),
        ("Add", [[1.0], [2.0]], PLAIN),
        ("FloorMod", [[1.0], [2.0]], None),
        ("FullyConnected", [[[1.0]], [[2.0]], [3.0]], linear.FullyConnectedAttrs("TANH")),
        ("AveragePool", [[[[[1.0]]]]], pool.PoolAttrs(1, 1, 1, 1, "SAME")),
        ("LocalResponseNormalization", [[[[[1.0]]]]], normalization.LrnAttrs()),
    ],
)
@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64])
def test_floats_keep_their_width(kind: str, operands: list[Any], attrs: Any, dtype: Any) -> None:
    assert one(kind, *[np.array(v, dtype) for v in operands], attrs=attrs).dtype == dtype


@pytest.mark.parametrize("kind", ["Add", "Maximum", "Less"])
def test_empty_arrays(kind: str) -> None:
    attrs = PLAIN if kind == "Add" else None
    assert one(kind, np.zeros((0, 3), np.float32), np.ones((1, 3), np.float32), attrs=attrs).shape == (0, 3)


@pytest.mark.parametrize(
    ("kind", "operands", "attrs"),
    [
        (
            "Conv",
            [np.zeros((0, 4, 4, 2), np.float32), np.zeros((3, 2, 2, 2), np.float32)],
            conv.ConvAttrs(1, 1, "SAME"),
        ),
        (
            "Conv",
            [np.zeros((1, 1, 4, 2), np.float32), np.zeros((3, 2, 2, 2), np.float32)],
            conv.ConvAttrs(1, 1, "VALID"),
        ),
        ("MaxPool", [np.zeros((1, 1, 4, 2), np.float32)], pool.PoolAttrs(2, 2, 1, 1, "VALID")),
        ("FullyConnected", [np.zeros((0, 4), np.float32), np.zeros((3, 4), np.float32)], linear.FullyConnectedAttrs()),
        ("Softmax", [np.zeros((2, 0), np.float32)], act.SoftmaxAttrs()),
        ("Concatenation", [np.zeros((0, 2), np.float32)] * 2, join.ConcatenationAttrs(0)),
        ("SpaceToDepth", [np.zeros((0, 2, 2, 1), np.float32)], layout.BlockAttrs(2)),
        ("GatherNd", [np.zeros((3, 2), np.float32), np.zeros((0, 1), np.int32)], None),
        ("Gather", [np.zeros((3, 2), np.float32), np.zeros((0,), np.int32)], gather.GatherAttrs()),
        ("Reshape", [np.zeros((0, 2), np.float32), i32([-1, 4])], None),
    ],
)
def test_empty_operands_give_empty_results(kind: str, operands: list[Any], attrs: Any) -> None:
    assert one(kind, *operands, attrs=attrs).size == 0


X = np.arange(24, dtype=np.float32).reshape(2, 3, 4)
MOVES: list[tuple[str, list[Any], Any]] = [
    ("Reshape", [X, [4, -1]], None),
    ("Squeeze", [X[:1], ], shp.SqueezeAttrs((0,))),
    ("ExpandDims", [X, 1], None),
    ("BroadcastTo", [X, [5, 2, 3, 4]], None),
    ("Transpose", [X, [2, 0, 1]], None),
    ("ReorderAxes", [X[np.newaxis]], layout.ReorderAxesAttrs("HWIO", "OHWI")),
    ("ReorderAxes", [X[np.newaxis]], layout.ReorderAxesAttrs("HWIM", "1HWO")),
    ("Slice", [X, [0, 1, 0], [-1, 2, -1]], None),
    ("StridedSlice", [X, [0, 2], [2, 0], [1, -1]], slc.StridedSliceAttrs()),
    ("StridedSlice", [X, [1, 2, 3], [0, 0, 0], [1, 1, 1]], slc.StridedSliceAttrs(shrink_axis_mask=7)),
    ("ReverseV2", [X, [1]], None),
    ("Gather", [X, 1], gather.GatherAttrs(2)),
    ("Pack", [X], join.PackAttrs(1)),
    ("Concatenation", [X], join.ConcatenationAttrs(1)),
    ("Pad", [X, [[0, 0]] * 3], None),
    ("Identity", [X], None),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "operands", "attrs"), MOVES)
def test_moving_data_does_not_copy_it(kind: str, operands: list[Any], attrs: Any) -> None:
    assert np.shares_memory(one(kind, *operands, attrs=attrs), X)


@pytest.mark.parametrize(
    ("kind", "operands", "attrs"),
    [
        ("Split", [1, X], slc.SplitAttrs(3)),
        ("SplitV", [X, [1, -1], 2], slc.SplitVAttrs(2)),
        ("Unpack", [X], join.UnpackAttrs(4, -1)),
        ("Unpack", [X[0, 0]], join.UnpackAttrs(4, 0)),
    ],
)
def test_splitting_does_not_copy(kind: str, operands: list[Any], attrs: Any) -> None:
    parts = ops.get(kind).kernel([const(v).numpy() for v in operands], attrs)
    assert len(parts) == attrs.num
    assert all(np.shares_memory(part, X) for part in parts)
    shapes = [t.shape for t in infer(kind, *[const(v) for v in operands], attrs=attrs)]
    assert [part.shape for part in parts] == shapes


def test_a_fill_takes_no_memory() -> None:
    huge = one("Fill", [1 << 20, 1 << 20], 1.0)
    assert huge.strides == (0, 0)


@pytest.mark.parametrize(
    ("kind", "operands", "attrs"),
    [
        ("Div", [1, 0], PLAIN),
        ("FloorDiv", [[1, 2], [1, 0]], None),
        ("FloorMod", [1, 0], None),
        ("Pow", [2, -1], None),
        ("Mean", [np.zeros(0, np.int32), [0]], DROP),
        ("ArgMax", [np.zeros((0,), np.float32), 0], reduce.ArgAttrs()),
        ("Gather", [X, 2], gather.GatherAttrs(0)),
        ("Gather", [X, [-1]], gather.GatherAttrs(0)),
        ("GatherNd", [X, [[0, 3]]], None),
        ("Cast", [[1.0]], elem.CastAttrs(STRING)),
        ("Cast", [[1.0]], elem.CastAttrs(BFLOAT16)),
        ("RandomUniform", [[2]], random.RandomUniformAttrs()),
        ("FakeQuant", [[1.0]], quantize.FakeQuantAttrs(2.0, 2.0)),
        ("ResizeBilinear", [np.zeros((1, 0, 2, 1), np.float32), [2, 2]], ops.get("ResizeBilinear").Attrs()),
    ],
)
def test_what_cannot_be_computed_is_left_to_the_runtime(kind: str, operands: list[Any], attrs: Any) -> None:
    with pytest.raises(ops.Unfoldable):
        ops.get(kind).kernel([const(v).numpy() for v in operands], attrs)


def test_an_unknown_activation_is_a_typed_error() -> None:
    with pytest.raises(InvalidModelError, match="unknown activation 'RELU7'"):
        ops.get("Add").kernel([X, X], binary.BinaryAttrs("RELU7"))


def test_a_shape_chain_folds_without_the_values_of_its_source() -> None:
    """flatten: reshape(x, pack(shape(x)[0], -1)) with a known shape and no value."""
    x = array(5, 7, 7, 2)
    assert ops.get("Shape").by_shape
    stand_in = np.broadcast_to(np.float32(0), (5, 7, 7, 2))
    (extents,) = ops.get("Shape").kernel([stand_in], shp.ShapeAttrs())
    batch = one("StridedSlice", extents, [0], [1], [1], attrs=slc.StridedSliceAttrs(shrink_axis_mask=1))
    wanted = one("Pack", batch, -1, attrs=join.PackAttrs())
    assert infer("Reshape", x, const(wanted))[0].shape == (5, 98)


def test_strings_can_be_moved_and_compared() -> None:
    words = np.array([b"a", b"b", b"a"], object)
    for kind, wanted in (("Equal", [True, False, True]), ("NotEqual", [False, True, False])):
        assert one(kind, words, np.array([b"a"], object)).tolist() == wanted
    assert one("Gather", words, [1, 1], attrs=gather.GatherAttrs()).tolist() == [b"b", b"b"]
    assert one("Pad", words, [[1, 0]]).tolist() == [b"", b"a", b"b", b"a"]


def test_random_numbers_do_not_depend_on_how_many_are_drawn() -> None:
    attrs = random.RandomUniformAttrs(FLOAT32, 3, 4)
    many, few = one("RandomUniform", [10, 10], attrs=attrs), one("RandomUniform", [5], attrs=attrs)
    assert many.ravel()[:5].tolist() == few.tolist()
    assert many.min() >= 0
    assert many.max() < 1
    assert not ops.get("RandomUniform").foldable


def test_quantised_operands_are_real_values() -> None:
    """Inference speaks of the stored type, kernels of float32 real values."""
    x = array(2, dtype=UINT8)
    assert infer("Relu", x)[0].dtype is UINT8
    (out,) = ops.get("Quantize").kernel([f32([0.25])], quantize.QuantizeAttrs(UINT8))
    assert out.dtype == np.float32
