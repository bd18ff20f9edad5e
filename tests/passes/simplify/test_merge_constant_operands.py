"""Constants one after the other."""

import pytest

from pytoco.compiler.testing import assert_rewrites, assert_unchanged
from pytoco.passes.simplify.merge_constant_operands import MergeConstantOperands
from tests.passes.graphs import graph

REWRITES = {
    "(x + a) + b": (
        graph(
            "x: float32[2,3]",
            "y",
            "a = const float32[] [1.0]",
            "b = const float32[3] [1.0, 2.0, 3.0]",
            "t = Add(x, a)",
            "y = Add(b, t)",
        ),
        graph("x: float32[2,3]", "y", "b = const float32[3] [2.0, 3.0, 4.0]", "y = Add(x, b)"),
    ),
    "(x - a) - b": (
        graph(
            "x: float32[2,3]",
            "y",
            "a = const float32[] [1.0]",
            "b = const float32[] [2.0]",
            "t = Sub(x, a)",
            "y = Sub(t, b)",
        ),
        graph("x: float32[2,3]", "y", "b = const float32[] [3.0]", "y = Sub(x, b)"),
    ),
    "(x - a) + b": (
        graph(
            "x: float32[2,3]",
            "y",
            "a = const float32[] [1.0]",
            "b = const float32[] [3.0]",
            "t = Sub(x, a)",
            "y = Add(t, b)",
        ),
        graph("x: float32[2,3]", "y", "b = const float32[] [2.0]", "y = Add(x, b)"),
    ),
    "(x * a) / b": (
        graph(
            "x: float32[2,3]",
            "y",
            "a = const float32[] [6.0]",
            "b = const float32[] [2.0]",
            "t = Mul(x, a)",
            "y = Div(t, b)",
        ),
        graph("x: float32[2,3]", "y", "b = const float32[] [3.0]", "y = Mul(x, b)"),
    ),
    "(x / a) / b": (
        graph(
            "x: float32[2,3]",
            "y",
            "a = const float32[] [4.0]",
            "b = const float32[] [2.0]",
            "t = Div(x, a)",
            "y = Div(t, b)",
        ),
        graph("x: float32[2,3]", "y", "b = const float32[] [8.0]", "y = Div(x, b)"),
    ),
    "three": (
        graph(
            "x: float32[2,3]",
            "y",
            "a = const float32[] [2.0]",
            "b = const float32[] [3.0]",
            "d = const float32[] [4.0]",
            "t = Mul(x, a)",
            "u = Mul(t, b)",
            "y = Mul(u, d)",
        ),
        graph("x: float32[2,3]", "y", "d = const float32[] [24.0]", "y = Mul(x, d)"),
    ),
}

NEAR_MISSES = {
    "a sum and a product": graph(
        "x: float32[2,3]",
        "y",
        "a = const float32[] [1.0]",
        "b = const float32[] [2.0]",
        "t = Add(x, a)",
        "y = Mul(t, b)",
    ),
    "a - x": graph(
        "x: float32[2,3]",
        "y",
        "a = const float32[] [1.0]",
        "b = const float32[] [2.0]",
        "t = Sub(a, x)",
        "y = Add(t, b)",
    ),
    "another reader": graph(
        "x: float32[2,3]",
        "y, t",
        "a = const float32[] [1.0]",
        "b = const float32[] [2.0]",
        "t = Add(x, a)",
        "y = Add(t, b)",
    ),
    "an activation between": graph(
        "x: float32[2,3]",
        "y",
        "a = const float32[] [1.0]",
        "b = const float32[] [2.0]",
        't = Add(x, a) {activation="RELU"}',
        "y = Add(t, b)",
    ),
    "a constant widens": graph(
        "x: float32[3]",
        "y",
        "a = const float32[] [1.0]",
        "b = const float32[2,3] splat 1.0",
        "t = Add(x, a)",
        "y = Add(t, b)",
    ),
    "neither broadcasts to the other": graph(
        "x: float32[2,3]",
        "y",
        "a = const float32[2,1] [1.0, 2.0]",
        "b = const float32[3] [1.0, 2.0, 3.0]",
        "t = Add(x, a)",
        "y = Add(t, b)",
    ),
    "the product would overflow": graph(
        "x: float32[2,3]",
        "y",
        "a = const float32[] [1e30]",
        "b = const float32[] [1e30]",
        "t = Mul(x, a)",
        "y = Mul(t, b)",
    ),
    "integers": graph("x: int32[2]", "y", "a = const int32[] [1]", "t = Add(x, a)", "y = Add(t, a)"),
    "a recorded range": graph(
        "x: float32[2,3]",
        "y",
        "a = const float32[] [1.0]",
        "b = const float32[] [2.0]",
        "t: float32[2,3] minmax(0.0, 1.0) = Add(x, a)",
        "y = Add(t, b)",
    ),
}


@pytest.mark.parametrize("name", REWRITES)
def test_rewrites(name: str) -> None:
    before, after = REWRITES[name]
    assert_rewrites(before, after, MergeConstantOperands)


@pytest.mark.parametrize("name", NEAR_MISSES)
def test_near_misses_stay(name: str) -> None:
    assert_unchanged(NEAR_MISSES[name], MergeConstantOperands)
