"""Maxima and minima of x and a multiple of it."""

import pytest

from pytoco.compiler.testing import assert_rewrites, assert_unchanged
from pytoco.passes.general.identify_leaky_relu import IdentifyLeakyRelu
from tests.passes.graphs import graph

REWRITES = {
    "max(a * x, x)": (
        graph("x: float32[2,3]", "y", "a = const float32[] [0.25]", "t = Mul(x, a)", "y = Maximum(t, x)"),
        graph("x: float32[2,3]", "y", "y = LeakyRelu(x) {alpha=0.25}"),
    ),
    "max(x, a * x)": (
        graph("x: float32[2,3]", "y", "a = const float32[] [0.25]", "t = Mul(a, x)", "y = Maximum(x, t)"),
        graph("x: float32[2,3]", "y", "y = LeakyRelu(x) {alpha=0.25}"),
    ),
    "min(x, a * x)": (
        graph("x: float32[2,3]", "y", "a = const float32[] [4.0]", "t = Mul(a, x)", "y = Minimum(x, t)"),
        graph("x: float32[2,3]", "y", "y = LeakyRelu(x) {alpha=4.0}"),
    ),
    "the product has other readers": (
        graph("x: float32[2,3]", "y, z", "a = const float32[] [0.25]", "z = Mul(x, a)", "y = Maximum(z, x)"),
        graph(
            "x: float32[2,3]",
            "y, z",
            "a = const float32[] [0.25]",
            "z = Mul(x, a)",
            "y = LeakyRelu(x) {alpha=0.25}",
        ),
    ),
}

NEAR_MISSES = {
    "a slope above 1": graph("x: float32[2,3]", "y", "a = const float32[] [2.0]", "t = Mul(x, a)", "y = Maximum(t, x)"),
    "a slope of 0, which makes infinities NaN": graph(
        "x: float32[2,3]", "y", "a = const float32[] [0.0]", "t = Mul(x, a)", "y = Maximum(t, x)"
    ),
    "a negative slope": graph(
        "x: float32[2,3]", "y", "a = const float32[] [-0.5]", "t = Mul(x, a)", "y = Maximum(t, x)"
    ),
    "the smaller one": graph(
        "x: float32[2,3]", "y", "a = const float32[] [0.25]", "t = Mul(x, a)", "y = Minimum(t, x)"
    ),
    "another array": graph(
        "x: float32[2], z: float32[2]",
        "y",
        "a = const float32[] [0.25]",
        "t = Mul(x, a)",
        "y = Maximum(t, z)",
    ),
    "a slope a channel": graph(
        "x: float32[2,3]", "y", "a = const float32[3] [0.1, 0.2, 0.3]", "t = Mul(x, a)", "y = Maximum(t, x)"
    ),
    "an activation between": graph(
        "x: float32[2,3]",
        "y",
        "a = const float32[] [0.25]",
        't = Mul(x, a) {activation="RELU6"}',
        "y = Maximum(t, x)",
    ),
}


@pytest.mark.parametrize("name", REWRITES)
def test_rewrites(name: str) -> None:
    before, after = REWRITES[name]
    assert_rewrites(before, after, IdentifyLeakyRelu)


@pytest.mark.parametrize("name", NEAR_MISSES)
def test_near_misses_stay(name: str) -> None:
    assert_unchanged(NEAR_MISSES[name], IdentifyLeakyRelu)
