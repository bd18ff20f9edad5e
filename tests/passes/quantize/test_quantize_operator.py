"""Operators compute with quantised numbers where operands, ranges and kernels allow it."""

from typing import Any

import pytest

from pytoco.backends.tflite.target import TfliteTarget
from pytoco.compiler.options import Options
from pytoco.compiler.testing import assert_rewrites, assert_unchanged
from pytoco.passes.quantize.quantize_operator import QuantizeOperator
from tests.passes.graphs import graph

Q = "q: uint8[1,2] quant[[0.5], [10], null]"
X = "x = Dequantize(q)"
TARGET = TfliteTarget()


def options(**more: Any) -> Options:
    return Options(**{"inference_type": "QUANTIZED_UINT8", **more})


REWRITES = {
    "weights from their values, the bias in the product of the scales": (
        graph(
            Q,
            "y",
            X,
            "w = const float32[1,2] [-1.0, 1.55]",
            "b = const float32[1] [0.1]",
            "t: float32[1,1] minmax(-1.0, 1.55) = FullyConnected(x, w, b)",
            "y = Neg(t)",
        ),
        graph(
            Q,
            "y",
            X,
            "w = const uint8[1,2] quant[[0.01], [100], null] [0, 255]",
            "b = const int32[1] quant[[0.005], [0], null] [20]",
            "t: uint8[1,1] quant[[0.01], [100], null] = FullyConnected(q, w, b)",
            "u: float32[1,1] minmax(-1.0, 1.55) = Dequantize(t)",
            "y = Neg(u)",
        ),
    ),
    "weights from the range that training gave them, without the least code": (
        graph(
            Q,
            "y",
            X,
            "w = const float32[1,2] minmax(-1.27, 1.27, true, 8) [-0.5, 0.5]",
            "y: float32[1,1] minmax(0.0, 2.55) = FullyConnected(x, w)",
        ),
        graph(
            Q,
            "y",
            X,
            "w = const uint8[1,2] quant[[0.01], [128], null] [78, 178]",
            "y: uint8[1,1] quant[[0.01], [0], null] = FullyConnected(q, w)",
        ),
    ),
    "a grid that the kind fixes": (
        graph(Q, "y", X, "y: float32[1,2] = Softmax(x)"),
        graph(Q, "y", X, "y: uint8[1,2] quant[[0.00390625], [0], null] = Softmax(q)"),
    ),
    "a kernel that only moves numbers keeps their grid, whatever the range": (
        graph(Q, "y", X, "s = const int32[1] [2]", "y: float32[2] minmax(0.0, 1.0) = Reshape(x, s)"),
        graph(Q, "y", X, "s = const int32[1] [2]", "y: uint8[2] quant[[0.5], [10], null] = Reshape(q, s)"),
    ),
    "a result has its own grid, not its operand's": (
        graph(Q, "y", X, "y: float32[1,2] minmax(0.0, 2.55) = Relu(x)"),
        graph(Q, "y", X, "y: uint8[1,2] quant[[0.01], [0], null] = Relu(q)"),
    ),
    "a constant operand": (
        graph(Q, "y", X, "k = const float32[2] [0.0, 2.55]", "y: float32[1,2] minmax(0.0, 2.55) = Add(x, k)"),
        graph(
            Q,
            "y",
            X,
            "k = const uint8[2] quant[[0.01], [0], null] [0, 255]",
            "y: uint8[1,2] quant[[0.01], [0], null] = Add(q, k)",
        ),
    ),
    "integer results have no grid": (
        graph(Q, "y", X, "a = const int32[] [1]", "y = ArgMax(x, a)"),
        graph(Q, "y", X, "a = const int32[] [1]", "y = ArgMax(q, a)"),
    ),
    "operands of different grids are brought to the result's": (
        graph(
            f"{Q}, r: uint8[1,2] quant[[0.25], [0], null]",
            "y",
            X,
            "z = Dequantize(r)",
            "y: float32[1,2] minmax(0.0, 2.55) = Maximum(x, z)",
        ),
        graph(
            f"{Q}, r: uint8[1,2] quant[[0.25], [0], null]",
            "y",
            X,
            "z = Dequantize(r)",
            'a: uint8[1,2] quant[[0.01], [0], null] = Quantize(q) {dtype="uint8"}',
            'b: uint8[1,2] quant[[0.01], [0], null] = Quantize(r) {dtype="uint8"}',
            "y: uint8[1,2] quant[[0.01], [0], null] = Maximum(a, b)",
        ),
    ),
    "a change of range stays one": (
        graph(Q, "y", X, "y: float32[1,2] minmax(0.0, 2.55) = FakeQuant(x) {min=0.0, max=2.55}"),
        graph(Q, "y", X, 'y: uint8[1,2] quant[[0.01], [0], null] = Quantize(q) {dtype="uint8"}'),
    ),
}


@pytest.mark.parametrize("case", REWRITES)
def test_rewrites(case: str) -> None:
    before, after = REWRITES[case]
    assert_rewrites(before, after, QuantizeOperator, target=TARGET, options=options(), numeric=False)


def test_int8_weights_have_a_scale_for_each_channel() -> None:
    assert_rewrites(
        graph(
            "q: int8[1,1,1,2] quant[[0.5], [0], null]",
            "y",
            "x = Dequantize(q)",
            "w = const float32[2,1,1,2] [1.27, 0.0, 0.0, -2.54]",
            "b = const float32[2] [1.0, 1.0]",
            'y: float32[1,1,1,2] minmax(-1.28, 1.27) = Conv(x, w, b) {stride_h=1, stride_w=1, padding="VALID"}',
        ),
        graph(
            "q: int8[1,1,1,2] quant[[0.5], [0], null]",
            "y",
            "x = Dequantize(q)",
            "w = const int8[2,1,1,2] quant[[0.01, 0.02], [0, 0], 0] [127, 0, 0, -127]",
            "b = const int32[2] quant[[0.005, 0.01], [0, 0], 0] [200, 100]",
            'y: int8[1,1,1,2] quant[[0.01], [0], null] = Conv(q, w, b) {stride_h=1, stride_w=1, padding="VALID"}',
        ),
        QuantizeOperator,
        target=TARGET,
        options=options(inference_type="INT8"),
        numeric=False,
    )


NEAR = {
    "the operand is float": (
        graph("x: float32[2] minmax(0.0, 1.0)", "y", "y: float32[2] minmax(0.0, 1.0) = Relu(x)"),
        "is not quantized",
    ),
    "the range of the result is unknown": (graph(Q, "y", X, "y = Relu(x)"), "is unknown"),
    "there is no such kernel": (graph(Q, "y", X, "y: float32[1,2] minmax(0.0, 1.0) = Elu(x)"), "no uint8 kernel"),
    "nothing is known about the kind": (graph(Q, "y", X, "y: float32[1,2] minmax(0.0, 1.0) = Cos(x)"), "no rule"),
    "the bias is computed": (
        graph(
            f"{Q}, b: float32[1]",
            "y",
            X,
            "w = const float32[1,2] [1.0, 2.0]",
            "y: float32[1,1] minmax(0.0, 1.0) = FullyConnected(x, w, b)",
        ),
        "is not constant",
    ),
}


@pytest.mark.parametrize("case", NEAR)
def test_near_misses(case: str) -> None:
    text, reason = NEAR[case]
    assert_unchanged(text, QuantizeOperator, target=TARGET, options=options(), reason=reason)
