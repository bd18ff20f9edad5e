"""Arithmetic with a constant first, reshapes after."""

import pytest

from pytoco.compiler.testing import assert_rewrites, assert_unchanged
from pytoco.passes.general.move_binary_operator_before_reshape import MoveBinaryOperatorBeforeReshape
from tests.passes.graphs import graph

REWRITES = {
    "the constant's axes are joined before": (
        graph(
            "x: float32[2,4]",
            "y",
            "s = const int32[3] [2, 2, 2]",
            "k = const float32[2,2] [1.0, 2.0, 3.0, 4.0]",
            "t = Reshape(x, s)",
            "y = Mul(t, k)",
        ),
        graph(
            "x: float32[2,4]",
            "y",
            "s = const int32[3] [2, 2, 2]",
            "k = const float32[4] [1.0, 2.0, 3.0, 4.0]",
            "t = Mul(x, k)",
            "y = Reshape(t, s)",
        ),
    ),
    "the constant's axes are split before": (
        graph(
            "x: float32[2,3,4]",
            "y",
            "s = const int32[2] [2, 12]",
            "k = const float32[12] splat 2.0",
            "t = Reshape(x, s)",
            "y = Add(t, k)",
        ),
        graph(
            "x: float32[2,3,4]",
            "y",
            "s = const int32[2] [2, 12]",
            "k = const float32[3,4] splat 2.0",
            "t = Add(x, k)",
            "y = Reshape(t, s)",
        ),
    ),
    "the constant has more axes than there were": (
        graph(
            "x: float32[4]",
            "y",
            "s = const int32[2] [1, 4]",
            "k = const float32[1,4] [1.0, 2.0, 3.0, 4.0]",
            "t = Reshape(x, s)",
            "y = Add(t, k)",
        ),
        graph(
            "x: float32[4]",
            "y",
            "s = const int32[2] [1, 4]",
            "k = const float32[4] [1.0, 2.0, 3.0, 4.0]",
            "t = Add(x, k)",
            "y = Reshape(t, s)",
        ),
    ),
    "a vector": (
        graph(
            "x: float32[2,3,4]",
            "y",
            "s = const int32[2] [6, 4]",
            "k = const float32[1,4] [1.0, 2.0, 3.0, 4.0]",
            "t = Reshape(x, s)",
            "y = Sub(k, t)",
        ),
        graph(
            "x: float32[2,3,4]",
            "y",
            "s = const int32[2] [6, 4]",
            "k = const float32[1,4] [1.0, 2.0, 3.0, 4.0]",
            "t = Sub(k, x)",
            "y = Reshape(t, s)",
        ),
    ),
    "a scalar": (
        graph(
            "x: float32[2,3,4]",
            "y",
            "s = const int32[1] [24]",
            "k = const float32[] [2.0]",
            "t = Reshape(x, s)",
            "y = Maximum(t, k)",
        ),
        graph(
            "x: float32[2,3,4]",
            "y",
            "s = const int32[1] [24]",
            "k = const float32[] [2.0]",
            "t = Maximum(x, k)",
            "y = Reshape(t, s)",
        ),
    ),
    "with its activation": (
        graph(
            "x: float32[2,3,4]",
            "y",
            "s = const int32[1] [24]",
            "k = const float32[1] [2.0]",
            "t = Reshape(x, s)",
            'y = Mul(t, k) {activation="RELU"}',
        ),
        graph(
            "x: float32[2,3,4]",
            "y",
            "s = const int32[1] [24]",
            "k = const float32[1] [2.0]",
            't = Mul(x, k) {activation="RELU"}',
            "y = Reshape(t, s)",
        ),
    ),
}

NEAR_MISSES = {
    "the last axis changes": graph(
        "x: float32[2,3,4]",
        "y",
        "s = const int32[2] [8, 3]",
        "k = const float32[3] [1.0, 2.0, 3.0]",
        "t = Reshape(x, s)",
        "y = Add(t, k)",
    ),
    "the constant widens": graph(
        "x: float32[4,1]",
        "y",
        "s = const int32[3] [2, 2, 1]",
        "k = const float32[3] [1.0, 2.0, 3.0]",
        "t = Reshape(x, s)",
        "y = Add(t, k)",
    ),
    "another reader": graph(
        "x: float32[2,3,4]",
        "y, z",
        "s = const int32[1] [24]",
        "k = const float32[] [2.0]",
        "t = Reshape(x, s)",
        "z = Neg(t)",
        "y = Add(t, k)",
    ),
    "the intermediate is an output": graph(
        "x: float32[2,3,4]",
        "y, t",
        "s = const int32[1] [24]",
        "k = const float32[] [2.0]",
        "t = Reshape(x, s)",
        "y = Add(t, k)",
    ),
    "nothing constant": graph(
        "x: float32[2,3,4], k: float32[4]",
        "y",
        "s = const int32[2] [6, 4]",
        "t = Reshape(x, s)",
        "y = Add(t, k)",
    ),
    "the constant widens after the reshape": graph(
        "x: float32[2,4]",
        "y",
        "s = const int32[2] [8, 1]",
        "k = const float32[4] [1.0, 2.0, 3.0, 4.0]",
        "t = Reshape(x, s)",
        "y = Add(t, k)",
    ),
    "a constant is folded": graph(
        "x: float32[4]",
        "y, z",
        "c = const float32[2,2] [1.0, 2.0, 3.0, 4.0]",
        "s = const int32[1] [4]",
        "k = const float32[] [2.0]",
        "t = Reshape(c, s)",
        "y = Add(t, k)",
        "z = Exp(x)",
    ),
}


@pytest.mark.parametrize("name", REWRITES)
def test_rewrites(name: str) -> None:
    before, after = REWRITES[name]
    assert_rewrites(before, after, MoveBinaryOperatorBeforeReshape)


@pytest.mark.parametrize("name", NEAR_MISSES)
def test_near_misses_stay(name: str) -> None:
    assert_unchanged(NEAR_MISSES[name], MoveBinaryOperatorBeforeReshape)
