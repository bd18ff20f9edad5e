"""Constants meet what was transposed."""

import pytest

from pytoco.compiler.testing import assert_rewrites, assert_unchanged
from pytoco.passes.general.move_binary_operator_before_transpose import MoveBinaryOperatorBeforeTranspose
from tests.passes.graphs import graph

REWRITES = {
    "one number": (
        graph(
            "x: float32[1,2,2,3]",
            "y",
            "p = const int32[4] [0, 3, 1, 2]",
            "k = const float32[] [2.0]",
            "t = Transpose(x, p)",
            "y = Mul(t, k)",
        ),
        graph(
            "x: float32[1,2,2,3]",
            "y",
            "p = const int32[4] [0, 3, 1, 2]",
            "k = const float32[] [2.0]",
            "t = Mul(x, k)",
            "y = Transpose(t, p)",
        ),
    ),
    "one a channel, first": (
        graph(
            "x: float32[1,2,2,3]",
            "y",
            "p = const int32[4] [0, 3, 1, 2]",
            "k = const float32[1,3,1,1] [1.0, 2.0, 3.0]",
            "t = Transpose(x, p)",
            "y = Sub(k, t)",
        ),
        graph(
            "x: float32[1,2,2,3]",
            "y",
            "p = const int32[4] [0, 3, 1, 2]",
            "k = const float32[1,1,1,3] [1.0, 2.0, 3.0]",
            "t = Sub(k, x)",
            "y = Transpose(t, p)",
        ),
    ),
    "one a column": (
        graph(
            "x: float32[1,2,2,3]",
            "y",
            "p = const int32[4] [0, 3, 1, 2]",
            "k = const float32[2] [1.0, 2.0]",
            "t = Transpose(x, p)",
            'y = Add(t, k) {activation="RELU"}',
        ),
        graph(
            "x: float32[1,2,2,3]",
            "y",
            "p = const int32[4] [0, 3, 1, 2]",
            "k = const float32[1,1,2,1] [1.0, 2.0]",
            't = Add(x, k) {activation="RELU"}',
            "y = Transpose(t, p)",
        ),
    ),
}

NEAR_MISSES = {
    "another reader": graph(
        "x: float32[1,2,2,3]",
        "y, t",
        "p = const int32[4] [0, 3, 1, 2]",
        "k = const float32[] [2.0]",
        "t = Transpose(x, p)",
        "y = Mul(t, k)",
    ),
    "the constant widens": graph(
        "x: float32[1,2]",
        "y",
        "p = const int32[2] [1, 0]",
        "k = const float32[2,3] [1.0, 2.0, 3.0, 4.0, 5.0, 6.0]",
        "t = Transpose(x, p)",
        "y = Mul(t, k)",
    ),
    "the constant adds an axis": graph(
        "x: float32[3,2]",
        "y",
        "p = const int32[2] [1, 0]",
        "k = const float32[1,1,3] [1.0, 2.0, 3.0]",
        "t = Transpose(x, p)",
        "y = Mul(t, k)",
    ),
    "nothing constant": graph(
        "x: float32[1,2,2,3], k: float32[]",
        "y",
        "p = const int32[4] [0, 3, 1, 2]",
        "t = Transpose(x, p)",
        "y = Mul(t, k)",
    ),
}


@pytest.mark.parametrize("name", REWRITES)
def test_rewrites(name: str) -> None:
    before, after = REWRITES[name]
    assert_rewrites(before, after, MoveBinaryOperatorBeforeTranspose)


@pytest.mark.parametrize("name", NEAR_MISSES)
def test_near_misses_stay(name: str) -> None:
    assert_unchanged(NEAR_MISSES[name], MoveBinaryOperatorBeforeTranspose)
