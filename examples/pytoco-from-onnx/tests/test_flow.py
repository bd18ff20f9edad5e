"""Conditionals, loops and quantisation, against onnxruntime."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from networks import Net
from onnx import TensorProto, helper, numpy_helper
from parity import assert_parity, convert, kinds, model, random, run
from pytoco.compiler import UnsupportedError

N = helper.make_node
X = random(2, 3)
FLOAT, INT64, BOOL = TensorProto.FLOAT, TensorProto.INT64, TensorProto.BOOL


Types = dict[str, tuple[int, Any]]


def body(nodes: list[Any], inputs: Types, outputs: Types, **constants: Any) -> Any:
    given, made = ([helper.make_tensor_value_info(k, *v) for k, v in part.items()] for part in (inputs, outputs))
    return helper.make_graph(nodes, "body", given, made, [numpy_helper.from_array(v, k) for k, v in constants.items()])


@pytest.mark.parametrize("value", [True, False])
def test_if_reads_values_from_outside(value: bool) -> None:
    then = body([N("Mul", ["x", "two"], ["t"])], {}, {"t": (FLOAT, [2, 3])})
    other = body([N("Sub", ["x", "r"], ["d"]), N("Neg", ["d"], ["e"])], {}, {"e": (FLOAT, [2, 3])})
    nodes = [
        N("Relu", ["x"], ["r"]),
        N("If", ["c"], ["i"], then_branch=then, else_branch=other),
        N("Abs", ["i"], ["y"]),
    ]
    feeds = {"c": np.array(value), "x": X}
    result = assert_parity(model(nodes, feeds, ["y"], {"two": np.array(2, np.float32)}), feeds)
    assert kinds(result)["If"] == 1


def test_a_condition_that_is_known_is_no_condition() -> None:
    branches = {
        "then_branch": body([N("Neg", ["x"], ["t"])], {}, {"t": (FLOAT, [2, 3])}),
        "else_branch": body([N("Abs", ["x"], ["e"])], {}, {"e": (FLOAT, [2, 3])}),
    }
    nodes = [N("Size", ["x"], ["s"]), N("Greater", ["s", "five"], ["c"]), N("If", ["c"], ["y"], **branches)]
    result = assert_parity(model(nodes, {"x": X}, ["y"], {"five": np.array(5)}), {"x": X})
    assert kinds(result) == {"Neg": 1}


def loop(limit: bool, condition: bool) -> Any:
    """Doubles and adds x until the sum is large, five times at most."""
    nodes = [
        N("Mul", ["v", "two"], ["m"]),
        N("Add", ["m", "x"], ["after"]),
        N("ReduceSum", ["after"], ["sum"], keepdims=0),
        N("Less", ["sum", "most"], ["go"]) if condition else N("Identity", ["c"], ["go"]),
    ]
    inner = body(
        nodes,
        {"i": (INT64, []), "c": (BOOL, []), "v": (FLOAT, [2, 3])},
        {"go": (BOOL, []), "after": (FLOAT, [2, 3])},
        two=np.array(2, np.float32),
        most=np.array(100, np.float32),
    )
    names = ["five" if limit else "", "yes", "x"]
    constants = {"five": np.array(5), "yes": np.array(True)}
    return model([N("Loop", names, ["l"], body=inner), N("Neg", ["l"], ["y"])], {"x": X}, ["y"], constants)


@pytest.mark.parametrize(("limit", "condition"), [(True, False), (False, True), (True, True)])
def test_loop(limit: bool, condition: bool) -> None:
    feeds = {"x": np.abs(X) + 0.5}
    result = assert_parity(loop(limit, condition), feeds)
    assert kinds(result)["While"] == 1


def test_a_loop_that_knows_its_iteration_and_a_computed_limit() -> None:
    nodes = [N("Cast", ["i"], ["f"], to=1), N("Add", ["v", "f"], ["after"]), N("Identity", ["c"], ["go"])]
    inner = body(
        nodes,
        {"i": (INT64, []), "c": (BOOL, []), "v": (FLOAT, [3])},
        {"go": (BOOL, []), "after": (FLOAT, [3])},
    )
    feeds = {"n": np.array(4), "v0": random(3)}
    assert_parity(model([N("Loop", ["n", "", "v0"], ["y"], body=inner)], feeds, ["y"]), feeds)


def test_a_loop_that_collects_is_refused() -> None:
    inner = body(
        [N("Add", ["v", "v"], ["after"]), N("Identity", ["c"], ["go"]), N("Neg", ["after"], ["each"])],
        {"i": (INT64, []), "c": (BOOL, []), "v": (FLOAT, [3])},
        {"go": (BOOL, []), "after": (FLOAT, [3]), "each": (FLOAT, [3])},
    )
    nodes = [N("Loop", ["n", "", "v0"], ["y", "z"], body=inner)]
    with pytest.raises(UnsupportedError, match="collects results of its iterations"):
        convert(model(nodes, {"v0": random(3)}, ["y", "z"], {"n": np.array(3)}))


@pytest.mark.parametrize("kind", [np.int8, np.uint8])
def test_quantised_and_back_is_rounded_to_the_grid(kind: Any) -> None:
    nodes = [N("QuantizeLinear", ["x", "s", "z"], ["q"]), N("DequantizeLinear", ["q", "s", "z"], ["y"])]
    constants = {"s": np.array(0.05, np.float32), "z": np.array(3, kind)}
    x = np.linspace(-9, 9, 40, dtype=np.float32).reshape(4, 10)
    result = assert_parity(model(nodes, {"x": x}, ["y"], constants), {"x": x})
    assert kinds(result) == {"FakeQuant": 1}


@pytest.mark.parametrize("axis", [None, 0])
def test_quantised_weights(axis: int | None) -> None:
    scale = np.array(0.02, np.float32) if axis is None else np.array([0.01, 0.02, 0.03], np.float32)
    codes = np.arange(-6, 6, dtype=np.int8).reshape(3, 4) * 9
    nodes = [
        N("DequantizeLinear", ["q", "s"], ["w"], axis=0),
        N("Gemm", ["x", "w"], ["y"], transB=1),
    ]
    x = random(2, 4)
    result = assert_parity(model(nodes, {"x": x}, ["y"], {"q": codes, "s": scale}), {"x": x})
    assert kinds(result) == {"FullyConnected": 1}


def test_codes_as_input_and_output() -> None:
    nodes = [
        N("DequantizeLinear", ["x", "s", "z"], ["r"]),
        N("Relu", ["r"], ["p"]),
        N("QuantizeLinear", ["p", "s", "z"], ["y"]),
    ]
    x = np.arange(-128, 127, 5, dtype=np.int8)
    proto = model(
        nodes, {"x": (TensorProto.INT8, x.shape)}, ["y"], {"s": np.array(0.5, np.float32), "z": np.array(-3, np.int8)}
    )
    result = convert(proto)
    found = run(bytes(result.data), {"x": x}, ["x"], ["y"])["y"]
    np.testing.assert_array_equal(found, np.maximum(x, -3))


def test_a_quantised_network_keeps_its_layout_and_becomes_a_quantised_model() -> None:
    net = Net()
    step, zero = net.constant(np.float32(0.03)), net.constant(np.int8(0))

    def rounded(x: str) -> str:
        return net("DequantizeLinear", net("QuantizeLinear", x, step, zero), step, zero)

    x = rounded(net("Relu", net.conv(rounded("x"), 3, 8, 3)))
    x = rounded(net.conv(x, 8, 4, 3))
    proto = net.model((1, 3, 8, 8), x)
    feeds = {"x": random(1, 3, 8, 8)}
    result = assert_parity(proto, feeds, 0.031)  # a value between two points of the grid may go either way
    assert kinds(result) == {"Conv": 2, "FakeQuant": 3, "Transpose": 2}
    quantised = convert(proto, inference_type="INT8")
    assert quantised.summary.float_operators == {}
