"""Operators over constants are computed."""

import pytest

from pytoco.compiler.testing import assert_rewrites, assert_unchanged
from pytoco.passes.general.resolve_constant import ResolveConstant
from tests.passes.graphs import graph

REWRITES = {
    "floor division rounds down": (
        graph(
            "x: int32[1]",
            "y",
            "a = const int32[1] [-7]",
            "b = const int32[1] [2]",
            "c = FloorDiv(a, b)",
            "y = Mul(x, c)",
        ),
        graph("x: int32[1]", "y", "c = const int32[1] [-4]", "y = Mul(x, c)"),
    ),
    "the remainder has the divisor's sign": (
        graph(
            "x: int32[1]",
            "y",
            "a = const int32[1] [-7]",
            "b = const int32[1] [2]",
            "c = FloorMod(a, b)",
            "y = Mul(x, c)",
        ),
        graph("x: int32[1]", "y", "c = const int32[1] [1]", "y = Mul(x, c)"),
    ),
    "a range that does not divide": (
        graph(
            "x: int32[3]",
            "y",
            "a = const int32[] [0]",
            "b = const int32[] [5]",
            "d = const int32[] [2]",
            "c = Range(a, b, d)",
            "y = Mul(x, c)",
        ),
        graph("x: int32[3]", "y", "c = const int32[3] [0, 2, 4]", "y = Mul(x, c)"),
    ),
    "booleans": (
        graph(
            "x: bool[2]",
            "y",
            "a = const bool[2] [true, false]",
            "c = LogicalNot(a)",
            "y = LogicalAnd(x, c)",
        ),
        graph("x: bool[2]", "y", "c = const bool[2] [false, true]", "y = LogicalAnd(x, c)"),
    ),
    "a transpose of weights": (
        graph(
            "x: float32[1,2]",
            "y",
            "w = const float32[2,3] [1.0, 2.0, 3.0, 4.0, 5.0, 6.0]",
            "p = const int32[2] [1, 0]",
            "t = Transpose(w, p)",
            "y = FullyConnected(x, t)",
        ),
        graph(
            "x: float32[1,2]",
            "y",
            "w = const float32[3,2] [1.0, 4.0, 2.0, 5.0, 3.0, 6.0]",
            "y = FullyConnected(x, w)",
        ),
    ),
    "HWIO to OHWI": (
        graph(
            "x: float32[1,1,1,2]",
            "y",
            "w = const float32[1,1,2,3] [1.0, 2.0, 3.0, 4.0, 5.0, 6.0]",
            'r = ReorderAxes(w) {source="HWIO", target="OHWI"}',
            'y = Conv(x, r) {stride_h=1, stride_w=1, padding="VALID"}',
        ),
        graph(
            "x: float32[1,1,1,2]",
            "y",
            "w = const float32[3,1,1,2] [1.0, 4.0, 2.0, 5.0, 3.0, 6.0]",
            'y = Conv(x, w) {stride_h=1, stride_w=1, padding="VALID"}',
        ),
    ),
    "an activation in the operator": (
        graph(
            "x: float32[2]",
            "y",
            "a = const float32[2] [-3.0, 2.0]",
            'c = Add(a, a) {activation="RELU"}',
            "y = Mul(x, c)",
        ),
        graph("x: float32[2]", "y", "c = const float32[2] [0.0, 4.0]", "y = Mul(x, c)"),
    ),
    "large weights times a factor each": (
        graph(
            "x: float32[1,40]",
            "y",
            "w = const float32[500,40] splat 2.0",
            "f = const float32[500,1] splat 3.0",
            "m = Mul(w, f)",
            "y = FullyConnected(x, m)",
        ),
        graph("x: float32[1,40]", "y", "m = const float32[500,40] splat 6.0", "y = FullyConnected(x, m)"),
    ),
    "the output itself": (
        graph("x: float32[2]", "y, z", "k = const float32[2] [1.0, 2.0]", "z = Neg(k)", "y = Exp(x)"),
        graph("x: float32[2]", "y, z", "z = const float32[2] [-1.0, -2.0]", "y = Exp(x)"),
    ),
    "a constant with another reader stays": (
        graph(
            "x: float32[2]",
            "y",
            "k = const float32[2] [1.0, 2.0]",
            "c = Square(k)",
            "d = Mul(x, c)",
            "y = Add(d, k)",
        ),
        graph(
            "x: float32[2]",
            "y",
            "c = const float32[2] [1.0, 4.0]",
            "k = const float32[2] [1.0, 2.0]",
            "d = Mul(x, c)",
            "y = Add(d, k)",
        ),
    ),
}

NEAR_MISSES = {
    "one operand is computed": graph("x: float32[2]", "y", "k = const float32[2] [1.0, 2.0]", "y = Add(x, k)"),
    "integer division by zero": graph(
        "x: int32[1]",
        "y",
        "a = const int32[1] [1]",
        "b = const int32[1] [0]",
        "c = FloorDiv(a, b)",
        "y = Mul(x, c)",
    ),
    "the stored numbers are quantized values": graph(
        "x: uint8[2] quant[[0.5], [10], null]",
        "y",
        "a = const uint8[2] quant[[0.5], [10], null] [12, 14]",
        "c: uint8[2] quant[[0.5], [10], null] = Relu(a)",
        "y: uint8[2] quant[[0.5], [10], null] = Add(x, c)",
    ),
    "random numbers": graph("x: float32[2]", "y", "s = const int32[1] [2]", "r = RandomUniform(s)", "y = Mul(x, r)"),
    "a result much larger than its operands": graph(
        "x: float32[1]",
        "y",
        "s = const int32[2] [2000, 1000]",
        "v = const float32[] [1.0]",
        "f = Fill(s, v)",
        "y = Mul(x, f)",
    ),
}


@pytest.mark.parametrize("name", REWRITES)
def test_rewrites(name: str) -> None:
    before, after = REWRITES[name]
    assert_rewrites(before, after, ResolveConstant)


@pytest.mark.parametrize("name", NEAR_MISSES)
def test_near_misses_stay(name: str) -> None:
    assert_unchanged(NEAR_MISSES[name], ResolveConstant)
