"""A Relu that changes nothing."""

import pytest

from pytoco.compiler.testing import assert_rewrites, assert_unchanged
from pytoco.passes.general.remove_trivial_relu import RemoveTrivialRelu
from tests.passes.graphs import graph

REWRITES = {
    "of Exp": (
        graph("x: float32[2,3]", "y", "t = Exp(x)", "y = Relu(t)"),
        graph("x: float32[2,3]", "y", "y = Exp(x)"),
    ),
    "of a sum of probabilities": (
        graph("x: float32[2,3]", "y", "a = const int32[] [0]", "t = Softmax(x)", "u = Sum(t, a)", "y = Relu(u)"),
        graph("x: float32[2,3]", "y", "a = const int32[] [0]", "t = Softmax(x)", "y = Sum(t, a)"),
    ),
    "of a fused RELU6, reshaped": (
        graph(
            "x: float32[2,3]",
            "y",
            "s = const int32[1] [6]",
            't = Add(x, x) {activation="RELU6"}',
            "u = Reshape(t, s)",
            "y = Relu(u)",
        ),
        graph(
            "x: float32[2,3]", "y", "s = const int32[1] [6]", 't = Add(x, x) {activation="RELU6"}', "y = Reshape(t, s)"
        ),
    ),
}

NEAR_MISSES = {
    "of Tanh": graph("x: float32[2,3]", "y", "t = Tanh(x)", "y = Relu(t)"),
    "of a product": graph("x: float32[2,3]", "y", "t = Abs(x)", "u = Mul(t, x)", "y = Relu(u)"),
    "of an input": graph("x: float32[2,3]", "y", "y = Relu(x)"),
    "of a negative": graph("x: float32[2,3]", "y", "t = Abs(x)", "u = Neg(t)", "y = Relu(u)"),
    "Relu6 of Exp": graph("x: float32[2,3]", "y", "t = Exp(x)", "y = Relu6(t)"),
    "padded with what may be negative": graph(
        "x: float32[2,3]",
        "y",
        "p = const int32[2,2] [0, 1, 0, 0]",
        "k = const float32[] [-1.0]",
        "t = Exp(x)",
        "u = PadV2(t, p, k)",
        "y = Relu(u)",
    ),
}


@pytest.mark.parametrize("name", REWRITES)
def test_rewrites(name: str) -> None:
    before, after = REWRITES[name]
    assert_rewrites(before, after, RemoveTrivialRelu)


@pytest.mark.parametrize("name", NEAR_MISSES)
def test_near_misses_stay(name: str) -> None:
    assert_unchanged(NEAR_MISSES[name], RemoveTrivialRelu)
