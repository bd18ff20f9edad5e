"""Reductions, products, shapes, parts, padding and choices, against onnxruntime, in the opsets that differ."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from onnx import helper
from parity import assert_parity, convert, kinds, model, random

N = helper.make_node
X = random(1, 3, 8, 8)
X2 = random(2, 5)


def i64(*values: int) -> Any:
    return np.array(values, np.int64)


REDUCTIONS = (
    "ReduceL1 ReduceL2 ReduceLogSum ReduceLogSumExp ReduceMax ReduceMean ReduceMin ReduceProd ReduceSum ReduceSumSquare"
)


@pytest.mark.parametrize("op", REDUCTIONS.split())
@pytest.mark.parametrize("opset", [11, 13, 18])
def test_reductions(op: str, opset: int) -> None:
    x = np.abs(random(2, 3, 4)) + 0.1
    if opset < (13 if op == "ReduceSum" else 18):
        node, constants = N(op, ["x"], ["y"], axes=[0, -1], keepdims=0), {}
    else:
        node, constants = N(op, ["x", "axes"], ["y"], keepdims=0), {"axes": i64(0, -1)}
    assert_parity(model([node], {"x": x}, ["y"], constants, opset=opset), {"x": x})


@pytest.mark.parametrize("keep", [0, 1])
def test_a_reduction_over_everything(keep: int) -> None:
    x = random(2, 3, 4)
    assert_parity(model([N("ReduceMean", ["x"], ["y"], keepdims=keep)], {"x": x}, ["y"], opset=18), {"x": x})


@pytest.mark.parametrize("op", ["ArgMax", "ArgMin"])
@pytest.mark.parametrize("attributes", [{"axis": 1}, {"axis": -1, "keepdims": 0}, {"axis": 0, "select_last_index": 1}])
def test_places_of_extremes(op: str, attributes: dict[str, Any]) -> None:
    x = random(3, 3, 4).round()
    assert_parity(model([N(op, ["x"], ["y"], **attributes)], {"x": x}, ["y"]), {"x": x})


@pytest.mark.parametrize(
    ("attributes", "shapes"),
    [
        ({}, [(2, 5), (5, 4), (4,)]),
        ({"transB": 1, "alpha": 0.5, "beta": 2.0}, [(2, 5), (4, 5), (4,)]),
        ({"transA": 1}, [(5, 2), (5, 4)]),
        ({"transA": 1, "transB": 1, "beta": 0.0}, [(5, 2), (4, 5), (2, 4)]),
    ],
)
def test_gemm(attributes: dict[str, Any], shapes: list[tuple[int, ...]]) -> None:
    values = {name: random(*shape) for name, shape in zip("abc", shapes, strict=False)}
    feeds = {"a": values.pop("a")}
    names = ["a", *values]
    assert_parity(model([N("Gemm", names, ["y"], **attributes)], feeds, ["y"], values), feeds)


@pytest.mark.parametrize(
    ("a", "b"),
    [((2, 5), (5, 4)), ((2, 3, 5), (5, 4)), ((2, 3, 5), (2, 5, 4)), ((5,), (5, 4)), ((2, 3, 5), (5,)), ((5,), (5,))],
)
@pytest.mark.parametrize("constant", [True, False])
def test_mat_mul(a: tuple[int, ...], b: tuple[int, ...], constant: bool) -> None:
    feeds = {"a": random(*a)} if constant else {"a": random(*a), "b": random(*b)}
    constants = {"b": random(*b)} if constant else {}
    assert_parity(model([N("MatMul", ["a", "b"], ["y"])], feeds, ["y"], constants), feeds)


CASES: dict[str, tuple[list[Any], dict[str, Any], int]] = {
    "reshape with 0 and -1": ([N("Reshape", ["x", "s"], ["y"])], {"s": i64(0, -1, 4)}, 13),
    "flatten": ([N("Flatten", ["x"], ["y"])], {}, 9),
    "flatten all": ([N("Flatten", ["x"], ["y"], axis=0)], {}, 13),
    "flatten from behind": ([N("Flatten", ["x"], ["y"], axis=-1)], {}, 11),
    "squeeze attribute": ([N("Squeeze", ["x"], ["y"], axes=[0])], {}, 11),
    "squeeze operand": ([N("Squeeze", ["x", "a"], ["y"])], {"a": i64(0)}, 13),
    "squeeze all": ([N("Squeeze", ["x"], ["y"])], {}, 13),
    "unsqueeze attribute": ([N("Unsqueeze", ["x"], ["y"], axes=[0])], {}, 11),
    "unsqueeze operand": ([N("Unsqueeze", ["x", "a"], ["y"])], {"a": i64(-1)}, 13),
    "expand": ([N("ReduceMax", ["x"], ["m"]), N("Expand", ["m", "s"], ["y"])], {"s": i64(2, 3, 1, 4)}, 13),
    "tile": ([N("Tile", ["x", "s"], ["y"])], {"s": i64(1, 2, 1, 3)}, 13),
    "transpose": ([N("Transpose", ["x"], ["y"])], {}, 13),
    "shape arithmetic": (
        [
            N("Shape", ["x"], ["shape"]),
            N("Gather", ["shape", "zero"], ["batch"]),
            N("Unsqueeze", ["batch", "axis"], ["first"]),
            N("Concat", ["first", "rest"], ["wanted"], axis=0),
            N("Reshape", ["x", "wanted"], ["y"]),
        ],
        {"zero": np.array(0), "axis": i64(0), "rest": i64(-1)},
        13,
    ),
    "part of a shape": ([N("Shape", ["x"], ["s"], start=1, end=-1), N("ConstantOfShape", ["s"], ["y"])], {}, 15),
    "size": ([N("Size", ["x"], ["s"]), N("Cast", ["s"], ["c"], to=1), N("Div", ["x", "c"], ["y"])], {}, 13),
    "dropout 7": ([N("Dropout", ["x"], ["d"], ratio=0.5), N("Relu", ["d"], ["y"])], {}, 7),
    "dropout 13": ([N("Dropout", ["x"], ["d"]), N("Relu", ["d"], ["y"])], {}, 13),
    "constants": ([N("Constant", [], ["c"], value_floats=[1.0] * 8), N("Add", ["x", "c"], ["y"])], {}, 13),
    "range": (
        [N("Range", ["a", "b", "c"], ["r"]), N("Cast", ["r"], ["f"], to=1), N("Add", ["x", "f"], ["y"])],
        {"a": np.array(0), "b": np.array(16), "c": np.array(2)},
        13,
    ),
    "slice attributes": ([N("Slice", ["x"], ["y"], starts=[1], ends=[3], axes=[1])], {}, 9),
    "slice steps": (
        [N("Slice", ["x", "s", "e", "a", "t"], ["y"])],
        {"s": i64(1, 0), "e": i64(-1, 2**63 - 1), "a": i64(2, 1), "t": i64(1, 2)},
        10,
    ),
    "slice backwards": (
        [N("Slice", ["x", "s", "e", "a", "t"], ["y"])],
        {"s": i64(-1, 5), "e": i64(-(2**63) + 1, 1), "a": i64(3, 2), "t": i64(-1, -2)},
        13,
    ),
    "slice from the end": ([N("Slice", ["x", "s", "e", "a"], ["y"])], {"s": i64(-3), "e": i64(100), "a": i64(-1)}, 13),
    "concat": ([N("Relu", ["x"], ["r"]), N("Concat", ["x", "r"], ["y"], axis=-2)], {}, 13),
    "gather from the end": ([N("Gather", ["x", "i"], ["y"], axis=2)], {"i": i64(0, -1, 3)}, 13),
    "gather one": ([N("Gather", ["x", "i"], ["y"], axis=1)], {"i": np.array(-1)}, 13),
    "gather nd": ([N("GatherND", ["x", "i"], ["y"])], {"i": np.array([[0, -1], [0, 0]])}, 13),
    "cumsum": ([N("CumSum", ["x", "a"], ["y"])], {"a": np.array(1)}, 13),
    "cumsum reverse": ([N("CumSum", ["x", "a"], ["y"], reverse=1, exclusive=1)], {"a": np.array(-1)}, 13),
    "pad attributes": ([N("Pad", ["x"], ["y"], pads=[0, 1, 0, 0, 0, 0, 2, 0], value=1.5)], {}, 10),
    "pad": (
        [N("Pad", ["x", "p", "v"], ["y"])],
        {"p": i64(0, 0, 1, 2, 0, 1, 0, 1), "v": np.array(2, np.float32)},
        13,
    ),
    "pad reflect": ([N("Pad", ["x", "p"], ["y"], mode="reflect")], {"p": i64(0, 0, 1, 2, 0, 0, 2, 1)}, 13),
    "pad axes": ([N("Pad", ["x", "p", "", "a"], ["y"])], {"p": i64(1, 2, 0, 1), "a": i64(2, -1)}, 18),
    "pad crops": ([N("Pad", ["x", "p"], ["y"])], {"p": i64(0, 0, -1, 2, 0, 0, 0, -1)}, 13),
}


@pytest.mark.parametrize("name", CASES)
def test_case(name: str) -> None:
    nodes, constants, opset = CASES[name]
    assert_parity(model(nodes, {"x": X}, ["y"], constants, opset=opset), {"x": X})


@pytest.mark.parametrize(
    ("opset", "node", "constants"),
    [
        (11, N("Split", ["x"], ["y", "z"], axis=3, split=[3, 5]), {}),
        (13, N("Split", ["x", "s"], ["y", "z"], axis=1), {"s": i64(1, 2)}),
        (13, N("Split", ["x"], ["y", "z"], axis=-1), {}),
        (18, N("Split", ["x"], ["y", "z"], axis=2, num_outputs=2), {}),
    ],
)
def test_split(opset: int, node: Any, constants: dict[str, Any]) -> None:
    assert_parity(model([node], {"x": X}, ["y", "z"], constants, opset=opset), {"x": X})


def test_scatter() -> None:
    feeds = {"x": random(5, 4), "u": random(2, 4)}
    constants = {"i": np.array([[1], [-1]], np.int64)}
    assert_parity(model([N("ScatterND", ["x", "i", "u"], ["y"])], feeds, ["y"], constants), feeds)


def test_one_hot_counts_from_the_end_too() -> None:
    feeds = {"i": i64(0, -1, 2)}
    constants = {"d": i64(4), "v": np.array([-1, 3], np.float32)}
    assert_parity(model([N("OneHot", ["i", "d", "v"], ["y"], axis=1)], feeds, ["y"], constants), feeds)


@pytest.mark.parametrize(
    ("opset", "node"),
    [
        (9, N("TopK", ["x"], ["y", "i"], k=2)),
        (11, N("TopK", ["x", "k"], ["y", "i"])),
        (13, N("TopK", ["x", "k"], ["y", "i"], largest=0, axis=0)),
    ],
)
def test_top_k(opset: int, node: Any) -> None:
    x = random(3, 6)
    constants = {"k": i64(2)} if opset > 9 else {}
    assert_parity(model([node], {"x": x}, ["y", "i"], constants, opset=opset), {"x": x})


def test_shapes_cost_nothing_at_run_time() -> None:
    nodes, constants, opset = CASES["shape arithmetic"]
    assert kinds(convert(model(nodes, {"x": X}, ["y"], constants, opset=opset))) == {"Reshape": 1}
