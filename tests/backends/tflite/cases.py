"""One small instance or more of every kind that TFLite can express, for tests that run or inspect them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from pytoco.backends.tflite.exporters import Exporter, Exporters
from pytoco.compiler.ir import Array, Model, Op
from pytoco.compiler.ir.types import BOOL, FLOAT32, INT32, INT64, UINT8, dtype_named, dtype_of
from pytoco.compiler.ops import get


class Const(NamedTuple):
    """An operand that is a constant."""

    value: Any


class Case(NamedTuple):
    """An operator: operands are shapes of inputs (of the case's type), arrays (such inputs) or constants."""

    kind: str
    operands: tuple[Any, ...]
    attrs: tuple[Any, ...] | None = None
    tag: str = ""


def ints(*values: int) -> NDArray[np.int32]:
    return np.array(values, np.int32)


_A = (2, 4, 6, 8)
_W = np.linspace(-1, 1, 5 * 3 * 3 * 8, dtype="f4").reshape(5, 3, 3, 8)
_BIAS = np.linspace(-1, 1, 5, dtype="f4")
_PADS = Const(np.array([[0, 0], [1, 2], [0, 1], [0, 0]], "i4"))
_CONV = (2, 1, "SAME")
_POOL = (2, 3, 2, 1, "VALID")
_BOOLS = np.arange(2 * 4 * 6 * 8).reshape(_A) % 3 == 0
_VOLUME = (1, 5, 4, 6, 2)
_W3 = np.linspace(-1, 1, 3 * 2 * 2 * 2 * 3, dtype="f4").reshape(3, 2, 2, 2, 3)
_CORNERS = np.random.default_rng(5).uniform(0, 1, (12, 4)).astype("f4")
_SCORES = np.random.default_rng(6).permutation(12).astype("f4") / 10
_PARTS = Const(ints(2, 0, -1, 2))

CASES = [
    Case("Conv", (_A, Const(_W), Const(_BIAS)), _CONV),
    Case("Conv", (_A, Const(_W), None), (1, 1, "VALID", 1, 2, "RELU6"), "no bias"),
    Case("DepthwiseConv", (_A, Const(_W[:1].repeat(2, 3)), None), _CONV),
    Case("DepthwiseConv", (_A, Const(_W[:1]), Const(_W[0, 0, 0])), (1, 1, "SAME", 2, 2, "RELU"), "dilated"),
    Case("TransposeConv", (Const(ints(2, 8, 12, 5)), Const(_W), _A), (2, 2, "SAME")),
    Case("TransposeConv", (Const(ints(2, 8, 12, 5)), Const(_W), _A, Const(_BIAS)), (2, 2, "SAME"), "bias"),
    Case("TransposeConv", (Const(ints(2, 8, 12, 5)), Const(_W), _A, Const(_BIAS)), (2, 2, "SAME", "RELU"), "bias relu"),
    *(Case(kind, (_A,), _POOL) for kind in ("AveragePool", "MaxPool", "L2Pool")),
    *(Case(kind, (_A,), (*_POOL, "RELU6"), "relu6") for kind in ("AveragePool", "MaxPool", "L2Pool")),
    Case("FullyConnected", ((3, 8), Const(_W[:, 0, 0]), Const(_BIAS)), ("RELU",), "bias"),
    Case("FullyConnected", ((3, 8), Const(_W[:, 0, 0]), None), ()),
    Case("FullyConnected", ((2, 3, 8), Const(_W[:, 0, 0]), None), ("NONE", True), "keep"),
    Case("FullyConnected", ((3, 8), (4, 8), None), (), "dynamic"),
    Case("MatMul", ((3, 4), (5, 4)), (False, True)),
    Case("BatchMatMul", ((2, 3, 4), (2, 4, 5)), ()),
    Case("BatchMatMul", ((2, 4, 3), (2, 5, 4)), (True, True), "adjoint"),
    *(Case(kind, (_A, _A), ("NONE",)) for kind in ("Add", "Sub", "Mul", "Div")),
    *(Case(kind, (_A, (8,)), ("RELU",), "broadcast relu") for kind in ("Add", "Sub", "Mul", "Div")),
    *(Case(kind, ((2, *_A), (8,)), ("NONE",), "broadcast5") for kind in ("Add", "Sub", "Mul", "Div")),
    *(Case(kind, (_A, (6, 1))) for kind in ("FloorDiv", "FloorMod", "Maximum", "Minimum", "SquaredDifference")),
    Case("Pow", (_A, _A)),
    *(Case(kind, (_A, (8,))) for kind in ("Less", "LessEqual", "Greater", "GreaterEqual", "Equal", "NotEqual")),
    *(Case(kind, (_A, _A)) for kind in ("LogicalAnd", "LogicalOr")),
    Case("AddN", (_A, _A, _A)),
    *(
        Case(kind, (_A,))
        for kind in (
            "Abs", "Ceil", "Cos", "Exp", "Floor", "LogicalNot", "Neg", "Round", "Sign", "Sin", "Square", "Log", "Rsqrt",
            "Sqrt", "Relu", "Relu1", "Relu6", "Elu", "Logistic", "Tanh", "HardSwish", "LogSoftmax",
        )
    ),
    Case("LeakyRelu", (_A,), (0.3,)),
    Case("PRelu", (_A, Const(np.linspace(-1, 1, 8, dtype="f4")))),
    Case("Softmax", (_A,), (1.5,)),
    Case("Gelu", (_A,), (False,)),
    Case("Gelu", (_A,), (True,), "approximate"),
    *(
        Case(kind, (_A, Const(ints(1, -1))), (keep,), "keep" * keep)
        for kind in ("Mean", "Sum", "ReduceMax", "ReduceMin", "ReduceProd", "Any", "All")
        for keep in (False, True)
    ),
    *(Case(kind, (_A, Const(ints(2))), (INT32,)) for kind in ("ArgMax", "ArgMin")),
    Case("ArgMax", (_A, Const(ints(-1))), (INT64,), "int64"),
    Case("Reshape", (_A, Const(ints(8, -1)))),
    Case("Reshape", ((1, 1), Const(np.zeros(0, "i4"))), None, "scalar"),
    Case("Squeeze", ((2, 1, 3, 1),), ((1,),)),
    Case("Squeeze", ((2, 1, 3, 1),), ((),), "all"),
    Case("ExpandDims", ((2, 3), Const(np.int32(1)))),
    Case("Shape", (_A,), ()),
    Case("Shape", (_A,), (INT64,), "int64"),
    Case("Rank", (_A,)),
    Case("Tile", (_A, Const(ints(1, 2, 1, 3)))),
    Case("BroadcastTo", ((4, 1, 8), Const(ints(*_A)))),
    Case("Fill", (Const(ints(2, 3)), ())),
    Case("Range", ((), (), ())),
    Case("ZerosLike", (_A,)),
    Case("Slice", (_A, Const(ints(0, 1, 2, 0)), Const(ints(2, 2, -1, 3)))),
    Case("Slice", ((2, *_A), Const(ints(0, 0, 1, 2, 0)), Const(ints(1, 2, 2, -1, 3))), None, "rank5"),
    Case("StridedSlice", (_A, Const(ints(0, 3, 0)), Const(ints(2, 0, 0)), Const(ints(1, -1, 2))), (1, 4)),
    Case("StridedSlice", (_A, Const(ints(1, 1)), Const(ints(2, 3)), Const(ints(1, 1))), (0, 0, 0, 0, 1), "shrink"),
    Case("StridedSlice", (_A, Const(ints(1, 1)), Const(ints(2, 3)), Const(ints(1, 1))), (3, 3, 0, 0, 1), "masked"),
    Case("StridedSlice", (_A, Const(ints(0, 1)), Const(ints(2, 3)), Const(ints(1, 2))), (0, 0, 1), "ellipsis"),
    Case("StridedSlice", (_A[1:], Const(ints(0, 0)), Const(ints(1, 3)), Const(ints(1, 2))), (0, 0, 0, 1), "new axis"),
    Case("Split", (Const(np.int32(1)), _A), (2,)),
    Case("SplitV", (_A, Const(ints(1, 3)), Const(np.int32(1))), (2,)),
    Case("Concatenation", (_A, _A), (1,)),
    Case("Concatenation", (_A, _A, _A), (-1,), "last"),
    Case("Pack", (_A, _A), (1,)),
    Case("Unpack", (_A,), (4, 1)),
    Case("Gather", (_A, Const(ints(1, 0, 3))), (1,)),
    Case("Gather", (_A, Const(np.array([[1, 0], [2, 3]], "i4"))), (1, 1), "batch"),
    Case("GatherNd", (_A, Const(np.array([[1, 0], [0, 3]], "i4")))),
    Case("ReverseV2", (_A, Const(ints(2)))),
    Case("ReverseSequence", (_A, Const(ints(3, 4))), (1, 0)),
    Case("Pad", (_A, _PADS)),
    Case("PadV2", (_A, _PADS, ())),
    *(Case("MirrorPad", (_A, _PADS), (mode,), mode) for mode in ("REFLECT", "SYMMETRIC")),
    Case("Transpose", (_A, Const(ints(0, 2, 3, 1)))),
    Case("Transpose", ((2, *_A), Const(ints(4, 0, 2, 3, 1))), None, "rank5"),
    Case("SpaceToDepth", (_A,), (2,)),
    Case("DepthToSpace", (_A,), (2,)),
    Case("SpaceToBatchND", (_A, Const(ints(2, 3)), Const(np.array([[0, 0], [1, 2]], "i4")))),
    Case("SpaceToBatchND", (_A[1:], Const(ints(2)), Const(np.array([[0, 0]], "i4"))), None, "rank3"),
    Case("BatchToSpaceND", ((4, 2, 3, 5), Const(ints(2, 2)), Const(np.array([[0, 1], [1, 0]], "i4")))),
    Case("BatchToSpaceND", ((4, 2, 3), Const(ints(2)), Const(np.array([[0, 1]], "i4"))), None, "rank3"),
    Case("L2Normalization", (_A,), ()),
    Case("LocalResponseNormalization", (_A,), (2, 1.0, 0.5, 0.75)),
    *(
        Case(kind, (_A, Const(ints(9, 5))), flags, tag)
        for kind in ("ResizeBilinear", "ResizeNearestNeighbor")
        for flags, tag in (((), ""), ((True,), "align"), ((False, True), "half"))
    ),
    Case("Select", (_BOOLS, _A, _A)),
    Case("SelectV2", (_BOOLS[0, 0, 0], _A, _A)),
    Case("Where", (_A,)),
    Case("OneHot", (Const(ints(0, 2, 4)), Const(np.int32(5)), (), ()), (-1,)),
    Case("TopKV2", ((3, 7), Const(np.int32(4)))),
    Case("FakeQuant", (_A,), (-1.0, 1.5)),
    *(
        Case("Cast", (_A,), (dtype_named(name),), name)
        for name in ("float32", "float64", "int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "bool")
    ),
    Case("Cast", (np.array([-1.9, -0.5, 0.5, 1.9, 200.7], "f4"),), (INT32,), "towards zero"),
    Case("Dequantize", (np.array([[1.5, -2, 0.25]], "f2"),)),
    Case("ScatterNd", (Const(np.array([[2], [0], [2]], "i4")), (3, 8), Const(ints(4, 8)))),
    Case("ScatterNd", (Const(np.array([[[0, 1], [1, 2]]], "i4")), (1, 2), Const(ints(2, 3))), None, "points"),
    Case("SparseToDense", (Const(np.array([[0, 1], [1, 2]], "i4")), Const(ints(2, 3)), (2,), ()), ()),
    Case("SparseToDense", (Const(ints(1, 3)), Const(ints(5)), (2,), ()), (), "vector"),
    Case("SparseToDense", (Const(np.int32(2)), Const(ints(4)), (), ()), (False,), "scalar"),
    Case("DynamicUpdateSlice", (_A, (1, 2, 3, 4), Const(ints(0, 1, 2, 3)))),
    Case("DynamicUpdateSlice", (_A, (1, 2, 3, 4), Const(ints(5, -1, 5, 5))), None, "clamped"),
    Case("SegmentSum", ((4, 3), Const(ints(0, 0, 1, 2)))),
    *(Case(f"UnsortedSegment{name}", ((4, 3), _PARTS, Const(np.int32(4)))) for name in ("Sum", "Prod", "Max", "Min")),
    Case("MatrixDiag", ((2, 3),)),
    Case("MatrixSetDiag", ((2, 3, 4), (2, 3))),
    Case("MatrixSetDiag", ((2, 4, 3), (2, 3)), None, "tall"),
    *(
        Case("Cumsum", (_A, Const(np.int32(axis))), flags, f"{axis} {flags}")
        for axis, flags in ((1, ()), (-1, (True, False)), (0, (False, True)), (2, (True, True)))
    ),
    Case("Unique", ((9,),), ()),
    Case("Unique", ((9,),), (INT64,), "int64"),
    Case("Bucketize", (_A,), ((0.5, 1.0, 1.0, 3.0),)),
    *(
        Case("NonMaxSuppressionV4", (_CORNERS, _SCORES, Const(np.int32(n)), Const(t), Const(s)), None, tag)
        for n, t, s, tag in ((4, np.float32(0.3), np.float32(0.2), ""), (15, np.float32(0.6), np.float32(-1), "all"))
    ),
    *(
        Case("NonMaxSuppressionV5", (_CORNERS, _SCORES, Const(np.int32(5)), *(Const(v) for v in limits)), None, tag)
        for limits, tag in ((np.array([0.4, 0.1, 0], "f4"), ""), (np.array([0.8, 0.1, 0.5], "f4"), "soft"))
    ),
    Case("BitwiseXor", (_A, _A)),
    Case("BitwiseXor", (_A, (8,)), None, "broadcast"),
    Case("RightShift", (_A, _A)),
    Case("RightShift", (np.array([-9, 9, -1], "i4"), np.array([1, 31, 2], "i4")), None, "negative"),
    Case("Bitcast", ((2, 3, 4),), (UINT8,)),
    Case("Bitcast", (np.arange(6, dtype="i2").reshape(3, 2),), (INT32,), "larger"),
    *(Case(kind, (_A,)) for kind in ("ComplexAbs", "Real", "Imag")),
    Case("RFFT2D", ((2, 4, 8), Const(ints(4, 8)))),
    Case("RFFT2D", ((2, 3, 5), Const(ints(4, 8))), None, "padded"),
    Case("RFFT2D", ((2, 1, 8), Const(ints(1, 8))), None, "row"),
    Case("Conv3D", (_VOLUME, Const(_W3), None), (2, 1, 2, "SAME")),
    Case("Conv3D", (_VOLUME, Const(_W3), Const(_BIAS[:3])), (1, 2, 1, "VALID", 1, 1, 1, "RELU"), "bias relu"),
    Case("Conv3D", (_VOLUME, Const(_W3), None), (1, 1, 1, "SAME", 2, 1, 2), "dilated"),
    Case("Conv3DTranspose", (Const(ints(1, 6, 4, 6, 2)), Const(_W3), (1, 3, 4, 3, 3)), (2, 1, 2, "SAME")),
    Case("Conv3DTranspose", (Const(ints(1, 7, 5, 6, 2)), Const(_W3), (1, 3, 4, 3, 3)), (2, 1, 2, "VALID"), "valid"),
    Case("Atan2", (_A, _A)),
    Case("BroadcastArgs", (ints(5, 1, 3), ints(4, 1))),
]  # fmt: skip

_TABLES = Exporters()


def exporter(kind: str) -> Exporter:
    found = _TABLES.of(kind)
    assert found is not None, kind
    return found


def dtypes(case: Case) -> Iterator[str]:
    """The types to try: all that the exporter declares for plain (not quantised) tensors."""
    row = exporter(case.kind)
    plain = row.dtypes.partition("|")[0].split()
    fixed = any(isinstance(o, Const) and o.value.dtype.kind == "f" for o in case.operands)
    yield from plain if plain and not fixed else ["float32"]


def values(shape: tuple[int, ...], dtype: str, seed: int) -> NDArray[Any]:
    """Values that no operator refuses: positive where the type allows, without zeros, and small."""
    random = np.random.default_rng(seed)
    if dtype == "bool":
        return np.asarray(random.integers(0, 2, shape), "?")
    if dtype == "string":
        return np.array([b"s%d" % i for i in random.integers(0, 3, int(np.prod(shape)))], object).reshape(shape)
    numpy = dtype_named(dtype).numpy
    if numpy is not None and numpy.kind == "c":
        return np.asarray(random.uniform(0.1, 2.0, shape) - 1j * random.uniform(0.1, 2.0, shape), numpy)
    if numpy is not None and numpy.kind == "f":
        return np.asarray(random.uniform(0.1, 2.0, shape), numpy)
    return np.asarray(random.integers(1, 5, shape), numpy)


def build(case: Case, dtype: str) -> tuple[Model, Op, list[NDArray[Any]], list[NDArray[Any]]]:
    """A model of just this operator, the operator, its inputs, and what its numpy kernel makes of them."""
    model = Model()
    graph = model.graph()
    definition = get(case.kind)
    operands: list[Array | None] = []
    inputs: list[tuple[Array, NDArray[Any]]] = []
    given: list[NDArray[Any] | None] = []
    for k, operand in enumerate(case.operands):
        if operand is None:
            operands.append(None)
            given.append(None)
            continue
        if isinstance(operand, Const):
            array = graph.constant(np.asarray(operand.value), f"const{k}")
            given.append(np.asarray(operand.value))
        else:
            value = operand if isinstance(operand, np.ndarray) else values(operand, dtype, k)
            if case.kind == "Range":
                value = np.asarray((1, 9, 2)[k], value.dtype)
            array = graph.array(f"in{k}", dtype_of(value.dtype), value.shape)
            inputs.append((array, value))
            given.append(value)
        operands.append(array)
    graph.retarget(inputs=[a for a, _ in inputs])
    attrs = None if case.attrs is None else definition.Attrs(*case.attrs)
    op = graph.emit(case.kind, operands, attrs, name="result")
    graph.retarget(outputs=op.outputs)
    return model, op, [v for _, v in inputs], definition.kernel(given, attrs)


__all__ = ["BOOL", "CASES", "FLOAT32", "Case", "Const", "build", "dtypes", "exporter"]
