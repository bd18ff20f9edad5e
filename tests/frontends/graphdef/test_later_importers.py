"""Importers of the less common operators: layouts, what a lowering is made of, and instances that are refused."""

from __future__ import annotations

import re
from typing import Any

import numpy as np
import pytest

from pytoco.compiler.errors import InvalidModelError
from pytoco.compiler.ir import Graph
from pytoco.compiler.ops import get
from pytoco.frontends.graphdef import load
from pytoco.frontends.graphdef.importers import known
from tests.graphdefs import FLOAT, INT32, Type, const, data, node, placeholder

TOCO = """
Abs Add AddN AddV2 All Any ArgMax ArgMin Assert AvgPool BatchMatMul BatchMatMulV2 BatchNormWithGlobalNormalization
BatchToSpaceND BiasAdd CTCBeamSearchDecoder Cast Ceil CheckNumerics Concat ConcatV2 Conv2D Conv2DBackpropInput Cos
DepthToSpace DepthwiseConv2dNative Div DynamicPartition DynamicStitch Elu Equal Exp ExpandDims FakeQuantWithMinMaxArgs
FakeQuantWithMinMaxVars Fill Floor FloorDiv FloorMod FusedBatchNorm FusedBatchNormV3 Gather GatherNd GatherV2 Greater
GreaterEqual Identity IdentityN LRN LeakyRelu Less LessEqual Log LogSoftmax LogicalAnd LogicalNot LogicalOr MatMul
MatrixDiag MatrixDiagV2 MatrixSetDiag MatrixSetDiagV2 Max MaxPool Maximum Mean Merge Min Minimum MirrorPad Mul Neg NoOp
NotEqual OneHot Pack Pad PadV2 ParallelDynamicStitch PlaceholderWithDefault Pow Prod RandomUniform Range Rank RealDiv
Relu Relu6 Reshape ResizeBilinear ResizeNearestNeighbor ReverseSequence ReverseV2 Round Rsqrt Select SelectV2 Shape
Sigmoid Sin Slice Snapshot Softmax SpaceToBatchND SpaceToDepth SparseToDense Split SplitV Sqrt Square SquaredDifference
Squeeze StopGradient StridedSlice Sub Sum Svdf Switch Tanh Tile TopK TopKV2 Transpose UnidirectionalSequenceLstm
UnidirectionalSequenceRnn Unique Unpack Where ZerosLike
"""
"""What TOCO of TensorFlow 1.15 imports, but for Const, NextIteration, and the inputs Placeholder and LegacyFedInput."""


@pytest.mark.parametrize("name", TOCO.split())
def test_every_operator_that_toco_imports_is_imported(name: str) -> None:
    assert name in known()


def loaded(*nodes: Any, outputs: tuple[str, ...] = ("y",), **options: Any) -> Graph:
    return load(data(*nodes), {"output_arrays": outputs, **options}).main


def evaluated(graph: Graph, **feeds: Any) -> Any:
    values = {array: feeds[array.name] for array in graph.inputs}
    for op in graph.order():
        operands = [None if a is None else a.numpy() if a.is_constant else values[a] for a in op.inputs]
        values.update(zip(op.outputs, get(op.kind).kernel(operands, op.attrs), strict=True))
    return values[graph.outputs[0]]


X = placeholder("x", 2, 3, 4)
V = placeholder("v", 1, 2, 4, 5, 6)
DIAG = [const("k", 0, INT32), const("n", -1, INT32), const("z", 0.0)]
W = const("w", np.ones((2, 2, 2, 2, 3), np.float32))
ONES = [1, 1, 1, 1, 1]

REFUSED = [
    ([X, const("k", 1, INT32), *DIAG[1:], node("y", "MatrixDiagV3", ["x", "k", "n", "n", "z"])], r"diagonals \[1\]"),
    ([X, *DIAG, const("m", 5, INT32), node("y", "MatrixDiagV2", ["x", "k", "m", "n", "z"])], "num_rows"),
    ([X, *DIAG, const("p", 2.0), node("y", "MatrixDiagV3", ["x", "k", "n", "n", "p"])], "padding_value"),
    (
        [X, placeholder("d", 2, 3), const("k", [0, 1], INT32), node("y", "MatrixSetDiagV2", ["x", "d", "k"])],
        "diagonals",
    ),
    ([X, placeholder("k", dtype=INT32), *DIAG[1:], node("y", "MatrixDiagV3", ["x", "k", "n", "n", "z"])], "computed"),
    ([X, placeholder("l", dtype=INT32), node("y", "MatrixBandPart", ["x", "l", "l"])], "computed"),
    ([X, placeholder("s", dtype=INT32), const("a", 0, INT32), node("y", "Roll", ["x", "s", "a"])], "computed"),
    ([X, node("y", "Einsum", ["x"], equation="aab->ab")], "rank|diagonal"),
    ([placeholder("x", 3, 3), node("y", "Einsum", ["x"], equation="aa->a")], "diagonal"),
    ([X, node("y", "Einsum", ["x", "x", "x"], equation="abc,abc,abc->abc")], "3 operands"),
    ([X, const("a", 1, INT32), node("y", "UniqueV2", ["x", "a"])], "along an axis"),
    ([V, node("y", "MaxPool3D", ["v"], ksize=[1, 1, 2, 2, 2], strides=ONES, padding="SAME")], "batch or depth"),
    ([V, W, node("y", "Conv3D", ["v", "w"], strides=ONES, padding="SAME", data_format="NDHCW")], "NDHCW"),
    ([X, node("y", "Softplus", ["i"]), placeholder("i", 3, dtype=INT32)], "element type is int32"),
    ([X, placeholder("f", 3, dtype=10), node("y", "Reverse", ["x", "f"])], "computed"),
    (
        [X, node("y", "BatchMatMulV3", ["x", "x"], Ta=Type(FLOAT), Tb=Type(INT32), Tout=Type(FLOAT))],
        "different element types",
    ),
]


@pytest.mark.parametrize(("nodes", "reason"), REFUSED, ids=lambda v: v if isinstance(v, str) else "")
def test_instances_that_cannot_be_imported_say_why(nodes: list[Any], reason: str) -> None:
    try:
        (op,) = loaded(*nodes).ops("Opaque")
        found = op.attrs.reason
    except InvalidModelError as error:
        found = str(error)
    assert re.search(reason, found)


@pytest.mark.parametrize("kind", ["MaxPool3D", "AvgPool3D"])
def test_channels_first_volumes_are_pooled_right(kind: str) -> None:
    x = np.random.default_rng(1).normal(size=(1, 2, 4, 5, 6)).astype(np.float32)
    attrs = {"ksize": [1, 1, 2, 3, 2], "strides": [1, 1, 2, 1, 2], "padding": "VALID", "data_format": "NCDHW"}
    found = evaluated(loaded(V, node("y", kind, ["v"], **attrs)), v=x)
    windows = np.lib.stride_tricks.sliding_window_view(x, (2, 3, 2), axis=(2, 3, 4))[:, :, ::2, :, ::2]
    wanted = (np.max if kind == "MaxPool3D" else np.mean)(windows, axis=(-3, -2, -1))
    np.testing.assert_allclose(found, wanted, rtol=1e-5)


def test_channels_first_volumes_are_convolved_right() -> None:
    x = np.random.default_rng(2).normal(size=(1, 2, 4, 5, 6)).astype(np.float32)
    w = np.random.default_rng(3).normal(size=(2, 2, 2, 2, 3)).astype(np.float32)
    attrs = {"strides": ONES, "padding": "VALID", "data_format": "NCDHW"}
    found = evaluated(loaded(V, const("w", w), node("y", "Conv3D", ["v", "w"], **attrs)), v=x)
    windows = np.lib.stride_tricks.sliding_window_view(x, (2, 2, 2), axis=(2, 3, 4))
    np.testing.assert_allclose(found, np.einsum("ncdhwijk,ijkco->nodhw", windows, w), rtol=1e-4, atol=1e-5)
    small = np.ones((1, 3, 3, 4, 5), np.float32)
    sizes = const("s", [1, 2, 4, 5, 6], INT32)
    back = node("y", "Conv3DBackpropInputV2", ["s", "w", "g"], **attrs)
    made = evaluated(loaded(placeholder("g", *small.shape), sizes, const("w", w), back), g=small)
    assert made.shape == x.shape
    np.testing.assert_allclose(np.vdot(made, x), np.vdot(small, found), rtol=1e-3)  # the two are adjoint


def test_an_open_batch_stays_open_through_einsum() -> None:
    open_, w = placeholder("x", -1, 3, 4), const("w", np.ones((4, 5), np.float32))
    graph = loaded(open_, w, node("y", "Einsum", ["x", "w"], equation="abc,cd->abd"), keep_dynamic_shapes=True)
    assert graph.outputs[0].shape == (graph.inputs[0].shape[0], 3, 5)  # type: ignore[index]
    assert [op.kind for op in graph.order()] == ["BatchMatMul", "Identity"]


def test_two_open_extents_cannot_be_merged() -> None:
    x, w = placeholder("x", -1, -1, 3, 4), placeholder("w", -1, 4, 5)
    product = node("y", "Einsum", ["x", "w"], equation="zabc,zcd->zabd")
    (op,) = loaded(x, w, product, keep_dynamic_shapes=True).ops("Opaque")
    assert "unknown" in op.attrs.reason


def test_positions_of_a_top_k_of_other_widths_keep_their_names() -> None:
    graph = loaded(X, const("k", 2, INT32), node("t", "TopKV2", ["x", "k"], index_type=Type(9)), outputs=("t", "t:1"))
    assert [(a.name, str(a.dtype)) for a in graph.outputs] == [("t", "float32"), ("t:1", "int64")]
