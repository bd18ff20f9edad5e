"""Clamps that are Relu, Relu1 and Relu6."""

import pytest

from pytoco.compiler.testing import assert_rewrites, assert_unchanged
from pytoco.passes.general.identify_relu import IdentifyRelu
from tests.passes.graphs import graph

REWRITES = {
    "max(x, 0)": (
        graph("x: float32[2,3]", "y", "z = const float32[] [0.0]", "y = Maximum(x, z)"),
        graph("x: float32[2,3]", "y", "y = Relu(x)"),
    ),
    "max(0, x)": (
        graph("x: float32[2,3]", "y", "z = const float32[] [0.0]", "y = Maximum(z, x)"),
        graph("x: float32[2,3]", "y", "y = Relu(x)"),
    ),
    "min(max(x, -1), 1)": (
        graph(
            "x: float32[2,3]",
            "y",
            "a = const float32[] [-1.0]",
            "b = const float32[] [1.0]",
            "t = Maximum(x, a)",
            "y = Minimum(t, b)",
        ),
        graph("x: float32[2,3]", "y", "y = Relu1(x)"),
    ),
    "max(min(x, 1), -1)": (
        graph(
            "x: float32[2,3]",
            "y",
            "a = const float32[] [-1.0]",
            "b = const float32[] [1.0]",
            "t = Minimum(x, b)",
            "y = Maximum(a, t)",
        ),
        graph("x: float32[2,3]", "y", "y = Relu1(x)"),
    ),
    "min(max(x, 0), 6)": (
        graph(
            "x: float32[2,3]",
            "y",
            "a = const float32[] [0.0]",
            "b = const float32[] [6.0]",
            "t = Maximum(x, a)",
            "y = Minimum(t, b)",
        ),
        graph("x: float32[2,3]", "y", "y = Relu6(x)"),
    ),
    "max(min(x, 6), 0)": (
        graph(
            "x: float32[2,3]",
            "y",
            "a = const float32[] [0.0]",
            "b = const float32[] [6.0]",
            "t = Minimum(x, b)",
            "y = Maximum(t, a)",
        ),
        graph("x: float32[2,3]", "y", "y = Relu6(x)"),
    ),
    "min(relu(x), 6)": (
        graph("x: float32[2,3]", "y", "b = const float32[] [6.0]", "t = Relu(x)", "y = Minimum(t, b)"),
        graph("x: float32[2,3]", "y", "y = Relu6(x)"),
    ),
    "relu(min(x, 6))": (
        graph("x: float32[2,3]", "y", "b = const float32[] [6.0]", "t = Minimum(x, b)", "y = Relu(t)"),
        graph("x: float32[2,3]", "y", "y = Relu6(x)"),
    ),
    "three clamps": (
        graph(
            "x: float32[2,3]",
            "y",
            "a = const float32[] [0.0]",
            "b = const float32[] [6.0]",
            "d = const float32[] [-2.0]",
            "t = Maximum(x, d)",
            "u = Minimum(t, b)",
            "y = Maximum(u, a)",
        ),
        graph("x: float32[2,3]", "y", "d = const float32[] [-2.0]", "t = Maximum(x, d)", "y = Relu6(t)"),
    ),
    "the inner one has other readers": (
        graph(
            "x: float32[2,3]",
            "y, z",
            "a = const float32[] [0.0]",
            "b = const float32[] [6.0]",
            "t = Maximum(x, a)",
            "z = Exp(t)",
            "y = Minimum(t, b)",
        ),
        graph(
            "x: float32[2,3]",
            "y, z",
            "b = const float32[] [6.0]",
            "t = Relu(x)",
            "z = Exp(t)",
            "y = Minimum(t, b)",
        ),
    ),
}

NEAR_MISSES = {
    "another limit": graph("x: float32[2,3]", "y", "a = const float32[] [0.5]", "y = Maximum(x, a)"),
    "an upper limit": graph("x: float32[2,3]", "y", "a = const float32[] [0.0]", "y = Minimum(x, a)"),
    "limits the wrong way round": graph(
        "x: float32[2,3]",
        "y",
        "a = const float32[] [1.0]",
        "b = const float32[] [-1.0]",
        "t = Maximum(x, a)",
        "y = Minimum(t, b)",
    ),
    "the constant widens": graph("x: float32[3]", "y", "z = const float32[1,1] [0.0]", "y = Maximum(x, z)"),
    "a limit a channel": graph("x: float32[2,3]", "y", "z = const float32[3] [0.0, 0.0, 1.0]", "y = Maximum(x, z)"),
    "integers": graph("x: int32[2]", "y", "z = const int32[] [0]", "y = Maximum(x, z)"),
    "nothing constant": graph("x: float32[2], z: float32[]", "y", "y = Maximum(x, z)"),
    "a Relu alone": graph("x: float32[2,3]", "y", "y = Relu(x)"),
}


@pytest.mark.parametrize("name", REWRITES)
def test_rewrites(name: str) -> None:
    before, after = REWRITES[name]
    assert_rewrites(before, after, IdentifyRelu)


@pytest.mark.parametrize("name", NEAR_MISSES)
def test_near_misses_stay(name: str) -> None:
    assert_unchanged(NEAR_MISSES[name], IdentifyRelu)
