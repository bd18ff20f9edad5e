"""x times the normal distribution, however it is written."""

import pytest

from pytoco.compiler.testing import assert_rewrites, assert_unchanged
from pytoco.passes.general.identify_gelu import IdentifyGelu
from tests.passes.graphs import graph

REWRITES = {
    "x / 2 * (1 + erf(x * r))": (
        graph(
            "x: float32[2,3]",
            "y",
            "half = const float32[] [0.5]",
            "one = const float32[] [1.0]",
            "r = const float32[] [0.70710678]",
            "a = Mul(x, r)",
            "b = Erf(a)",
            "d = Add(one, b)",
            "f = Mul(x, half)",
            "y = Mul(f, d)",
        ),
        graph("x: float32[2,3]", "y", "y = Gelu(x)"),
    ),
    "x * (1 + erf(x / s)) / 2": (
        graph(
            "x: float32[2,3]",
            "y",
            "two = const float32[] [2.0]",
            "one = const float32[] [1.0]",
            "s = const float32[] [1.4142135]",
            "a = Div(x, s)",
            "b = Erf(a)",
            "d = Add(b, one)",
            "f = Mul(x, d)",
            "y = Div(f, two)",
        ),
        graph("x: float32[2,3]", "y", "y = Gelu(x)"),
    ),
    "x / 2 * erfc(-x * r)": (
        graph(
            "x: float32[2,3]",
            "y",
            "half = const float32[] [0.5]",
            "r = const float32[] [0.70710678]",
            "n = Neg(x)",
            "a = Mul(n, r)",
            "b = Erfc(a)",
            "f = Mul(half, x)",
            "y = Mul(f, b)",
        ),
        graph("x: float32[2,3]", "y", "y = Gelu(x)"),
    ),
    "with tanh and x * x * x": (
        graph(
            "x: float32[2,3]",
            "y",
            "half = const float32[] [0.5]",
            "one = const float32[] [1.0]",
            "r = const float32[] [0.7978846]",
            "k = const float32[] [0.044715]",
            "p = Mul(x, x)",
            "q = Mul(p, x)",
            "a = Mul(k, q)",
            "b = Add(x, a)",
            "d = Mul(r, b)",
            "e = Tanh(d)",
            "f = Add(one, e)",
            "g = Mul(half, x)",
            "y = Mul(g, f)",
        ),
        graph("x: float32[2,3]", "y", "y = Gelu(x) {approximate=true}"),
    ),
}

NEAR_MISSES = {
    "a whole": graph(
        "x: float32[2,3]",
        "y",
        "one = const float32[] [1.0]",
        "r = const float32[] [0.70710678]",
        "a = Mul(x, r)",
        "b = Erf(a)",
        "d = Add(one, b)",
        "y = Mul(x, d)",
    ),
    "erf of another multiple": graph(
        "x: float32[2,3]",
        "y",
        "half = const float32[] [0.5]",
        "one = const float32[] [1.0]",
        "r = const float32[] [0.5]",
        "a = Mul(x, r)",
        "b = Erf(a)",
        "d = Add(one, b)",
        "f = Mul(x, half)",
        "y = Mul(f, d)",
    ),
    "erf of another array": graph(
        "x: float32[2], z: float32[2]",
        "y",
        "half = const float32[] [0.5]",
        "one = const float32[] [1.0]",
        "r = const float32[] [0.70710678]",
        "a = Mul(z, r)",
        "b = Erf(a)",
        "d = Add(one, b)",
        "f = Mul(x, half)",
        "y = Mul(f, d)",
    ),
    "erfc of x": graph(
        "x: float32[2,3]",
        "y",
        "half = const float32[] [0.5]",
        "r = const float32[] [0.70710678]",
        "a = Mul(x, r)",
        "b = Erfc(a)",
        "f = Mul(half, x)",
        "y = Mul(f, b)",
    ),
    "2 + erf": graph(
        "x: float32[2,3]",
        "y",
        "half = const float32[] [0.5]",
        "two = const float32[] [2.0]",
        "r = const float32[] [0.70710678]",
        "a = Mul(x, r)",
        "b = Erf(a)",
        "d = Add(two, b)",
        "f = Mul(x, half)",
        "y = Mul(f, d)",
    ),
    "the square instead of the cube": graph(
        "x: float32[2,3]",
        "y",
        "half = const float32[] [0.5]",
        "one = const float32[] [1.0]",
        "r = const float32[] [0.7978846]",
        "k = const float32[] [0.044715]",
        "q = Mul(x, x)",
        "a = Mul(k, q)",
        "b = Add(x, a)",
        "d = Mul(r, b)",
        "e = Tanh(d)",
        "f = Add(one, e)",
        "g = Mul(half, x)",
        "y = Mul(g, f)",
    ),
}


@pytest.mark.parametrize("name", REWRITES)
def test_rewrites(name: str) -> None:
    before, after = REWRITES[name]
    assert_rewrites(before, after, IdentifyGelu)


@pytest.mark.parametrize("name", NEAR_MISSES)
def test_near_misses_stay(name: str) -> None:
    assert_unchanged(NEAR_MISSES[name], IdentifyGelu)
