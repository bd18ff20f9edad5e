"""x * relu6(x + 3) / 6, however it is written."""

import pytest

from pytoco.compiler.testing import assert_rewrites, assert_unchanged
from pytoco.passes.general.identify_hard_swish import IdentifyHardSwish
from tests.passes.graphs import graph

REWRITES = {
    "x * relu6(x + 3) / 6": (
        graph(
            "x: float32[2,3]",
            "y",
            "three = const float32[] [3.0]",
            "six = const float32[] [6.0]",
            "a = Add(x, three)",
            "b = Relu6(a)",
            "t = Mul(x, b)",
            "y = Div(t, six)",
        ),
        graph("x: float32[2,3]", "y", "y = HardSwish(x)"),
    ),
    "relu6(3 + x) / 6 * x": (
        graph(
            "x: float32[2,3]",
            "y",
            "three = const float32[] [3.0]",
            "six = const float32[] [6.0]",
            "a = Add(three, x)",
            "b = Relu6(a)",
            "t = Div(b, six)",
            "y = Mul(t, x)",
        ),
        graph("x: float32[2,3]", "y", "y = HardSwish(x)"),
    ),
    "x / 6 * relu6(x + 3)": (
        graph(
            "x: float32[2,3]",
            "y",
            "three = const float32[] [3.0]",
            "sixth = const float32[] [0.16666667]",
            "a = Add(x, three)",
            "b = Relu6(a)",
            "t = Mul(sixth, x)",
            "y = Mul(t, b)",
        ),
        graph("x: float32[2,3]", "y", "y = HardSwish(x)"),
    ),
    "what gates has other readers": (
        graph(
            "x: float32[2,3]",
            "y, z",
            "three = const float32[] [3.0]",
            "sixth = const float32[] [0.16666667]",
            "a = Add(x, three)",
            "z = Relu6(a)",
            "t = Mul(x, z)",
            "y = Mul(t, sixth)",
        ),
        graph(
            "x: float32[2,3]",
            "y, z",
            "three = const float32[] [3.0]",
            "a = Add(x, three)",
            "z = Relu6(a)",
            "y = HardSwish(x)",
        ),
    ),
}

NEAR_MISSES = {
    "a fifth": graph(
        "x: float32[2,3]",
        "y",
        "three = const float32[] [3.0]",
        "five = const float32[] [5.0]",
        "a = Add(x, three)",
        "b = Relu6(a)",
        "t = Mul(x, b)",
        "y = Div(t, five)",
    ),
    "x + 2": graph(
        "x: float32[2,3]",
        "y",
        "two = const float32[] [2.0]",
        "sixth = const float32[] [0.16666667]",
        "a = Add(x, two)",
        "b = Relu6(a)",
        "t = Mul(x, b)",
        "y = Mul(t, sixth)",
    ),
    "another array is multiplied": graph(
        "x: float32[2], z: float32[2]",
        "y",
        "three = const float32[] [3.0]",
        "sixth = const float32[] [0.16666667]",
        "a = Add(x, three)",
        "b = Relu6(a)",
        "t = Mul(z, b)",
        "y = Mul(t, sixth)",
    ),
    "a Relu": graph(
        "x: float32[2,3]",
        "y",
        "three = const float32[] [3.0]",
        "sixth = const float32[] [0.16666667]",
        "a = Add(x, three)",
        "b = Relu(a)",
        "t = Mul(x, b)",
        "y = Mul(t, sixth)",
    ),
    "the product has other readers": graph(
        "x: float32[2,3]",
        "y, t",
        "three = const float32[] [3.0]",
        "sixth = const float32[] [0.16666667]",
        "a = Add(x, three)",
        "b = Relu6(a)",
        "t = Mul(x, b)",
        "y = Mul(t, sixth)",
    ),
    "6 / (x * relu6(x + 3))": graph(
        "x: float32[2,3]",
        "y",
        "three = const float32[] [3.0]",
        "six = const float32[] [6.0]",
        "a = Add(x, three)",
        "b = Relu6(a)",
        "t = Mul(x, b)",
        "y = Div(six, t)",
    ),
}


@pytest.mark.parametrize("name", REWRITES)
def test_rewrites(name: str) -> None:
    before, after = REWRITES[name]
    assert_rewrites(before, after, IdentifyHardSwish)


@pytest.mark.parametrize("name", NEAR_MISSES)
def test_near_misses_stay(name: str) -> None:
    assert_unchanged(NEAR_MISSES[name], IdentifyHardSwish)
