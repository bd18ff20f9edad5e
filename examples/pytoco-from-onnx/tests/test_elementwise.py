"""Operators that work element by element, against onnxruntime."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from onnx import TensorProto, helper
from parity import assert_parity, kinds, model, random

X = random(2, 5)
N = helper.make_node

UNARY = (
    "Abs Ceil Celu Cos Elu Exp Floor HardSigmoid HardSwish Identity LeakyRelu Neg Relu Round Selu Sigmoid Sign "
    "Sin Softplus Softsign Tan Tanh ThresholdedRelu"
)


@pytest.mark.parametrize("op", UNARY.split())
def test_unary(op: str) -> None:
    assert_parity(model([N(op, ["x"], ["y"])], {"x": X}, ["y"]), {"x": X})


@pytest.mark.parametrize(("op", "opset"), [("Gelu", 20), ("Mish", 18), ("Log", 13), ("Sqrt", 13), ("Reciprocal", 13)])
def test_unary_of_positive_numbers_and_of_late_opsets(op: str, opset: int) -> None:
    x = np.abs(X) + 0.1
    assert_parity(model([N(op, ["x"], ["y"])], {"x": x}, ["y"], opset=opset), {"x": x})


@pytest.mark.parametrize(
    ("op", "attributes"),
    [
        ("Elu", {"alpha": 0.3}),
        ("Celu", {"alpha": 2.0}),
        ("Selu", {"alpha": 1.5, "gamma": 2.0}),
        ("LeakyRelu", {"alpha": 0.3}),
        ("HardSigmoid", {"alpha": 0.5, "beta": 0.6}),
        ("HardSigmoid", {"alpha": 1 / 6, "beta": 0.5}),
        ("ThresholdedRelu", {"alpha": 0.4}),
    ],
)
def test_parameters(op: str, attributes: dict[str, Any]) -> None:
    assert_parity(model([N(op, ["x"], ["y"], **attributes)], {"x": X}, ["y"]), {"x": X})


def test_softplus_does_not_overflow() -> None:
    x = np.array([-200.0, -1.0, 0.0, 1.0, 200.0], np.float32)
    assert_parity(model([N("Softplus", ["x"], ["y"])], {"x": x}, ["y"]), {"x": x})


def test_gelu_by_tanh() -> None:
    assert_parity(model([N("Gelu", ["x"], ["y"], approximate="tanh")], {"x": X}, ["y"], opset=20), {"x": X})


def test_gelu_of_its_parts_is_one_operator() -> None:
    nodes = [
        N("Div", ["x", "root"], ["scaled"]),
        N("Erf", ["scaled"], ["erf"]),
        N("Add", ["erf", "one"], ["sum"]),
        N("Mul", ["x", "sum"], ["product"]),
        N("Mul", ["product", "half"], ["y"]),
    ]
    constants = {"root": np.float32(2**0.5), "one": np.float32(1), "half": np.float32(0.5)}
    result = assert_parity(model(nodes, {"x": X}, ["y"], constants), {"x": X})  # type: ignore[arg-type]
    assert kinds(result) == {"Gelu": 1}


def test_hard_swish_of_its_parts_is_one_operator() -> None:
    nodes = [N("HardSigmoid", ["x"], ["s"], alpha=1 / 6, beta=0.5), N("Mul", ["x", "s"], ["y"])]
    result = assert_parity(model(nodes, {"x": X}, ["y"]), {"x": X})
    assert kinds(result) == {"HardSwish": 1}


@pytest.mark.parametrize("op", ["Add", "Sub", "Mul", "Div", "Pow", "Min", "Max", "Mean", "Sum"])
def test_binary_broadcasts(op: str) -> None:
    feeds: dict[str, Any] = {"a": np.abs(X) + 0.1, "b": random(5) + (4 if op == "Div" else 0)}
    assert_parity(model([N(op, ["a", "b"], ["y"])], feeds, ["y"]), feeds)


@pytest.mark.parametrize("op", ["Min", "Max", "Mean", "Sum"])
@pytest.mark.parametrize("count", [1, 3])
def test_any_number_of_operands(op: str, count: int) -> None:
    feeds = {f"x{k}": random(2, 3, seed=k) for k in range(count)}
    assert_parity(model([N(op, list(feeds), ["s"]), N("Neg", ["s"], ["y"])], feeds, ["y"]), feeds)


@pytest.mark.parametrize("op", ["Equal", "Less", "LessOrEqual", "Greater", "GreaterOrEqual"])
def test_comparisons(op: str) -> None:
    feeds = {"a": X.round(), "b": random(5).round()}
    assert_parity(model([N(op, ["a", "b"], ["y"])], feeds, ["y"]), feeds)


@pytest.mark.parametrize("op", ["And", "Or", "Xor", "Equal"])
def test_of_two_truths(op: str) -> None:
    feeds = {"a": X > 0, "b": random(2, 5, seed=7) > 0}
    assert_parity(model([N(op, ["a", "b"], ["y"])], feeds, ["y"]), feeds)


def test_not_and_where() -> None:
    feeds: dict[str, Any] = {"c": X > 0, "a": X, "b": random(5)}
    nodes = [N("Not", ["c"], ["n"]), N("Where", ["n", "a", "b"], ["y"])]
    assert_parity(model(nodes, feeds, ["y"]), feeds)


@pytest.mark.parametrize(
    ("a", "b", "fmod"),
    [
        (np.array([-7, 7, 5], np.int32), np.array([3, -3, 2], np.int32), 0),
        (np.array([-7.5, 7.5], np.float32), np.array([3.0, -3.0], np.float32), 1),
    ],
)
def test_remainders_have_the_sign_that_onnx_says(a: Any, b: Any, fmod: int) -> None:
    feeds = {"a": a, "b": b}
    assert_parity(model([N("Mod", ["a", "b"], ["y"], fmod=fmod)], feeds, ["y"]), feeds)


def test_division_of_integers_is_cut_off() -> None:
    feeds = {"a": np.array([-7, 7], np.int32), "b": np.array([2, 2], np.int32)}
    assert_parity(model([N("Div", ["a", "b"], ["y"])], feeds, ["y"]), feeds)


@pytest.mark.parametrize("to", [TensorProto.INT32, TensorProto.INT64, TensorProto.BOOL])
def test_cast(to: int) -> None:
    x = np.array([[-1.7, 0.0, 2.9]], np.float32)
    assert_parity(model([N("Cast", ["x"], ["y"], to=to)], {"x": x}, ["y"]), {"x": x})


@pytest.mark.parametrize(
    ("opset", "low", "high"), [(6 + 1, -0.3, 0.4), (7, 0.0, 6.0), (11, -0.3, 0.4), (13, 0.0, 6.0), (13, None, 0.2)]
)
def test_clip_by_attributes_and_by_operands(opset: int, low: float | None, high: float) -> None:
    if opset < 11:
        node, constants = N("Clip", ["x"], ["y"], min=low, max=high), {}
    else:
        node = N("Clip", ["x", "low" if low is not None else "", "high"], ["y"])
        constants = {"high": np.float32(high)} | ({} if low is None else {"low": np.float32(low)})
    result = assert_parity(model([node], {"x": X}, ["y"], constants, opset=opset), {"x": X})  # type: ignore[arg-type]
    if (low, high) == (0.0, 6.0):
        assert kinds(result) == {"Relu6": 1}


@pytest.mark.parametrize(("shape", "slope"), [((1, 3, 4, 4), (3, 1, 1)), ((1, 3, 4, 4), (1,)), ((2, 5), (5,))])
def test_p_relu(shape: tuple[int, ...], slope: tuple[int, ...]) -> None:
    x = random(*shape)
    assert_parity(model([N("PRelu", ["x", "s"], ["y"])], {"x": x}, ["y"], {"s": random(*slope)}), {"x": x})


@pytest.mark.parametrize("op", ["Softmax", "LogSoftmax"])
@pytest.mark.parametrize(("opset", "axis"), [(11, 1), (11, -1), (13, 2), (13, -1)])
def test_softmax_goes_over_one_axis_or_over_the_rest(op: str, opset: int, axis: int) -> None:
    x = random(2, 3, 4)
    assert_parity(model([N(op, ["x"], ["y"], axis=axis)], {"x": x}, ["y"], opset=opset), {"x": x})


@pytest.mark.parametrize("axis", [0, 1])
def test_softmax_over_an_axis_that_is_not_the_last(axis: int) -> None:
    x = random(1, 3, 4, 5)
    assert_parity(model([N("Softmax", ["x"], ["y"], axis=axis)], {"x": x}, ["y"]), {"x": x})


def test_the_exponent_may_be_of_another_type() -> None:
    nodes = [N("Pow", ["x", "three"], ["y"])]
    assert_parity(model(nodes, {"x": X}, ["y"], {"three": np.array(3, np.int64)}), {"x": X})


def test_the_error_function_which_tensorflow_lite_lacks() -> None:
    x = np.linspace(-5, 5, 1001, dtype=np.float32)
    assert_parity(model([N("Erf", ["x"], ["y"])], {"x": x}, ["y"]), {"x": x}, 2e-6)
