"""Two operators that are one."""

import pytest

from pytoco.compiler.testing import assert_rewrites, assert_unchanged
from pytoco.passes.general.identify_elementwise import IdentifyElementwise
from tests.passes.graphs import graph

REWRITES = {
    "square(x - z)": (
        graph("x: float32[2], z: float32[2]", "y", "t = Sub(x, z)", "y = Square(t)"),
        graph("x: float32[2], z: float32[2]", "y", "y = SquaredDifference(x, z)"),
    ),
    "(x - z) * (x - z)": (
        graph("x: float32[2], z: float32[2]", "y", "t = Sub(x, z)", "y = Mul(t, t)"),
        graph("x: float32[2], z: float32[2]", "y", "y = SquaredDifference(x, z)"),
    ),
    "1 / sqrt(x)": (
        graph("x: float32[2,3]", "y", "one = const float32[] [1.0]", "t = Sqrt(x)", "y = Div(one, t)"),
        graph("x: float32[2,3]", "y", "y = Rsqrt(x)"),
    ),
    "x ** 2": (
        graph("x: float32[2,3]", "y", "two = const float32[] [2.0]", "y = Pow(x, two)"),
        graph("x: float32[2,3]", "y", "y = Square(x)"),
    ),
}

NEAR_MISSES = {
    "the difference has other readers": graph("x: float32[2], z: float32[2]", "y, t", "t = Sub(x, z)", "y = Square(t)"),
    "a fused activation": graph(
        "x: float32[2], z: float32[2]", "y", 't = Sub(x, z) {activation="RELU"}', "y = Square(t)"
    ),
    "a product of two": graph("x: float32[2], z: float32[2]", "y", "t = Sub(x, z)", "y = Mul(t, x)"),
    "x ** 3": graph("x: float32[2,3]", "y", "three = const float32[] [3.0]", "y = Pow(x, three)"),
    "2 ** x": graph("x: float32[2,3]", "y", "two = const float32[] [2.0]", "y = Pow(two, x)"),
    "2 / sqrt(x)": graph("x: float32[2,3]", "y", "two = const float32[] [2.0]", "t = Sqrt(x)", "y = Div(two, t)"),
    "sqrt(x) / 1": graph("x: float32[2,3]", "y", "one = const float32[] [1.0]", "t = Sqrt(x)", "y = Div(t, one)"),
    "x * x": graph("x: float32[2,3]", "y", "y = Mul(x, x)"),
    "the one widens": graph("x: float32[3]", "y", "one = const float32[1,1] [1.0]", "t = Sqrt(x)", "y = Div(one, t)"),
    "integers": graph("x: int32[2], z: int32[2]", "y", "t = Sub(x, z)", "y = Square(t)"),
}


@pytest.mark.parametrize("name", REWRITES)
def test_rewrites(name: str) -> None:
    before, after = REWRITES[name]
    assert_rewrites(before, after, IdentifyElementwise)


@pytest.mark.parametrize("name", NEAR_MISSES)
def test_near_misses_stay(name: str) -> None:
    assert_unchanged(NEAR_MISSES[name], IdentifyElementwise)
