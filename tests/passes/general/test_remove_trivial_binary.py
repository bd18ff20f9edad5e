"""Adding 0 and multiplying by 1, where that is all it does."""

import pytest

from pytoco.compiler.testing import assert_rewrites, assert_unchanged
from pytoco.passes.general.remove_trivial_binary import RemoveTrivialBinary
from tests.passes.graphs import graph

REWRITES = {
    "x + 0": (
        graph("x: float32[2,3]", "y", "k = const float32[] [0.0]", "t = Add(x, k)", "y = Exp(t)"),
        graph("x: float32[2,3]", "y", "y = Exp(x)"),
    ),
    "0 + x": (
        graph("x: float32[2,3]", "y", "k = const float32[1,3] [0.0, 0.0, 0.0]", "t = Add(k, x)", "y = Exp(t)"),
        graph("x: float32[2,3]", "y", "y = Exp(x)"),
    ),
    "x - 0": (
        graph("x: float32[2,3]", "y", "k = const float32[1] [0.0]", "t = Sub(x, k)", "y = Exp(t)"),
        graph("x: float32[2,3]", "y", "y = Exp(x)"),
    ),
    "x * 1": (
        graph(
            "x: float32[2,3]",
            "y",
            "k = const float32[2,3] [1.0, 1.0, 1.0, 1.0, 1.0, 1.0]",
            "t = Mul(x, k)",
            "y = Exp(t)",
        ),
        graph("x: float32[2,3]", "y", "y = Exp(x)"),
    ),
    "1 * x": (
        graph("x: float32[2,3]", "y", "k = const float32[] [1.0]", "t = Mul(k, x)", "y = Exp(t)"),
        graph("x: float32[2,3]", "y", "y = Exp(x)"),
    ),
    "x / 1": (
        graph("x: float32[2,3]", "y", "k = const float32[3] [1.0, 1.0, 1.0]", "t = Div(x, k)", "y = Exp(t)"),
        graph("x: float32[2,3]", "y", "y = Exp(x)"),
    ),
    "integers": (
        graph("x: int32[4]", "y", "k = const int32[] [0]", "t = Add(x, k)", "y = Abs(t)"),
        graph("x: int32[4]", "y", "y = Abs(x)"),
    ),
    "a splat": (
        graph("x: float32[40,30]", "y", "k = const float32[40,30] splat 1.0", "t = Mul(x, k)", "y = Exp(t)"),
        graph("x: float32[40,30]", "y", "y = Exp(x)"),
    ),
    "an unknown extent": (
        graph("x: float32[?b,3]", "y", "k = const float32[3] [0.0, 0.0, 0.0]", "t = Add(x, k)", "y = Exp(t)"),
        graph("x: float32[?b,3]", "y", "y = Exp(x)"),
    ),
    "the output keeps its name": (
        graph("x: float32[2,3]", "y", "k = const float32[] [0.0]", "t = Exp(x)", "y = Add(t, k)"),
        graph("x: float32[2,3]", "y", "y = Exp(x)"),
    ),
    "a copy between two promised names": (
        graph("x: float32[2,3]", "y", "k = const float32[] [0.0]", "y = Add(x, k)"),
        graph("x: float32[2,3]", "y", "y = Identity(x)"),
    ),
    "the range goes on": (
        graph(
            "x: float32[2,3]",
            "y",
            "k = const float32[] [0.0]",
            "t: float32[2,3] minmax(-1.0, 2.0) = Add(x, k)",
            "y = Exp(t)",
        ),
        graph("x: float32[2,3] minmax(-1.0, 2.0)", "y", "y = Exp(x)"),
    ),
}

NEAR_MISSES = {
    "the constant widens the result": graph(
        "x: float32[3]", "y", "k = const float32[4,3] splat 0.0", "t = Add(x, k)", "y = Exp(t)"
    ),
    "the constant adds an axis": graph(
        "x: float32[3]", "y", "k = const float32[1,3] [0.0, 0.0, 0.0]", "t = Add(x, k)", "y = Exp(t)"
    ),
    "an extent that may be 1": graph(
        "x: float32[?b,3]",
        "y",
        "k = const float32[2,3] [0.0, 0.0, 0.0, 0.0, 0.0, 0.0]",
        "t = Add(x, k)",
        "y = Exp(t)",
    ),
    "0 - x": graph("x: float32[2,3]", "y", "k = const float32[] [0.0]", "t = Sub(k, x)", "y = Exp(t)"),
    "1 / x": graph("x: float32[2,3]", "y", "k = const float32[] [1.0]", "t = Div(k, x)", "y = Exp(t)"),
    "x * 0 may be NaN": graph("x: float32[2,3]", "y", "k = const float32[] [0.0]", "t = Mul(x, k)", "y = Exp(t)"),
    "not all zeros": graph(
        "x: float32[2,3]", "y", "k = const float32[3] [0.0, 0.0, 1.0]", "t = Add(x, k)", "y = Exp(t)"
    ),
    "a fused activation": graph(
        "x: float32[2,3]",
        "y",
        "k = const float32[] [0.0]",
        't = Add(x, k) {activation="RELU"}',
        "y = Exp(t)",
    ),
    "nothing constant": graph("x: float32[2], k: float32[2]", "y", "t = Add(x, k)", "y = Exp(t)"),
}


@pytest.mark.parametrize("name", REWRITES)
def test_rewrites(name: str) -> None:
    before, after = REWRITES[name]
    assert_rewrites(before, after, RemoveTrivialBinary)


@pytest.mark.parametrize("name", NEAR_MISSES)
def test_near_misses_stay(name: str) -> None:
    assert_unchanged(NEAR_MISSES[name], RemoveTrivialBinary)
