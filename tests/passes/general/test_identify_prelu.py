"""Slopes below 0, however they are written."""

import pytest

from pytoco.compiler.testing import assert_rewrites, assert_unchanged
from pytoco.passes.general.identify_prelu import IdentifyPrelu
from tests.passes.graphs import graph

REWRITES = {
    "relu(x) + k * relu(-x)": (
        graph(
            "x: float32[2,3]",
            "y",
            "k = const float32[3] [-0.5, -1.0, 2.0]",
            "a = Relu(x)",
            "n = Neg(x)",
            "b = Relu(n)",
            "d = Mul(k, b)",
            "y = Add(a, d)",
        ),
        graph("x: float32[2,3]", "y", "k = const float32[3] [0.5, 1.0, -2.0]", "y = PRelu(x, k)"),
    ),
    "relu(-x) * k + relu(x)": (
        graph(
            "x: float32[2,3]",
            "y",
            "k = const float32[3] [-0.5, -1.0, 2.0]",
            "a = Relu(x)",
            "n = Neg(x)",
            "b = Relu(n)",
            "d = Mul(b, k)",
            "y = Add(d, a)",
        ),
        graph("x: float32[2,3]", "y", "k = const float32[3] [0.5, 1.0, -2.0]", "y = PRelu(x, k)"),
    ),
    "relu(x) - k * relu(-x)": (
        graph(
            "x: float32[2,3]",
            "y",
            "k = const float32[3] [0.5, 1.0, -2.0]",
            "a = Relu(x)",
            "n = Neg(x)",
            "b = Relu(n)",
            "d = Mul(k, b)",
            "y = Sub(a, d)",
        ),
        graph("x: float32[2,3]", "y", "k = const float32[3] [0.5, 1.0, -2.0]", "y = PRelu(x, k)"),
    ),
    "relu(x) + k * (x - |x|)": (
        graph(
            "x: float32[2,3]",
            "y",
            "k = const float32[3] [0.25, 0.5, -1.0]",
            "a = Relu(x)",
            "n = Abs(x)",
            "b = Sub(x, n)",
            "d = Mul(k, b)",
            "y = Add(a, d)",
        ),
        graph("x: float32[2,3]", "y", "k = const float32[3] [0.5, 1.0, -2.0]", "y = PRelu(x, k)"),
    ),
    "one number": (
        graph(
            "x: float32[2,3]",
            "y",
            "k = const float32[] [-0.25]",
            "a = Relu(x)",
            "n = Neg(x)",
            "b = Relu(n)",
            "d = Mul(k, b)",
            "y = Add(a, d)",
        ),
        graph("x: float32[2,3]", "y", "y = LeakyRelu(x) {alpha=0.25}"),
    ),
}

NEAR_MISSES = {
    "k * relu(-x) - relu(x)": graph(
        "x: float32[2,3]",
        "y",
        "k = const float32[3] [-0.5, -1.0, 2.0]",
        "a = Relu(x)",
        "n = Neg(x)",
        "b = Relu(n)",
        "d = Mul(k, b)",
        "y = Sub(d, a)",
    ),
    "another array": graph(
        "x: float32[3], z: float32[3]",
        "y",
        "k = const float32[3] [-0.5, -1.0, 2.0]",
        "a = Relu(x)",
        "n = Neg(z)",
        "b = Relu(n)",
        "d = Mul(k, b)",
        "y = Add(a, d)",
    ),
    "no Neg": graph(
        "x: float32[2,3]",
        "y",
        "k = const float32[3] [-0.5, -1.0, 2.0]",
        "a = Relu(x)",
        "n = Exp(x)",
        "b = Relu(n)",
        "d = Mul(k, b)",
        "y = Add(a, d)",
    ),
    "a computed slope": graph(
        "x: float32[2,3], k: float32[3]",
        "y",
        "a = Relu(x)",
        "n = Neg(x)",
        "b = Relu(n)",
        "d = Mul(k, b)",
        "y = Add(a, d)",
    ),
    "the slope widens": graph(
        "x: float32[3]",
        "y",
        "k = const float32[2,3] [0.1, 0.2, 0.3, 0.4, 0.5, 0.6]",
        "a = Relu(x)",
        "n = Neg(x)",
        "b = Relu(n)",
        "d = Mul(k, b)",
        "y = Add(a, d)",
    ),
}


@pytest.mark.parametrize("name", REWRITES)
def test_rewrites(name: str) -> None:
    before, after = REWRITES[name]
    assert_rewrites(before, after, IdentifyPrelu)


@pytest.mark.parametrize("name", NEAR_MISSES)
def test_near_misses_stay(name: str) -> None:
    assert_unchanged(NEAR_MISSES[name], IdentifyPrelu)
