"""Reductions of what was transposed."""

import pytest

from pytoco.compiler.testing import assert_rewrites, assert_unchanged
from pytoco.passes.general.move_transpose_behind_reduction import MoveTransposeBehindReduction
from tests.passes.graphs import graph

REWRITES = {
    "the axes are kept": (
        graph(
            "x: float32[1,2,2,3]",
            "y",
            "q = const int32[4] [0, 3, 1, 2]",
            "a = const int32[2] [-1, 2]",
            "t = Transpose(x, q)",
            "y = Sum(t, a) {keep_dims=true}",
        ),
        graph(
            "x: float32[1,2,2,3]",
            "y",
            "q = const int32[4] [0, 3, 1, 2]",
            "a = const int32[2] [1, 2]",
            "t = Sum(x, a) {keep_dims=true}",
            "y = Transpose(t, q)",
        ),
    ),
    "what is left is transposed": (
        graph(
            "x: float32[1,2,2,3]",
            "y",
            "q = const int32[4] [0, 3, 1, 2]",
            "a = const int32[] [2]",
            "t = Transpose(x, q)",
            "y = ReduceMax(t, a)",
        ),
        graph(
            "x: float32[1,2,2,3]",
            "y",
            "a = const int32[1] [1]",
            "r = const int32[3] [0, 2, 1]",
            "t = ReduceMax(x, a)",
            "y = Transpose(t, r)",
        ),
    ),
    "all axes": (
        graph(
            "x: float32[1,2,2,3]",
            "y",
            "q = const int32[4] [0, 3, 1, 2]",
            "a = const int32[4] [0, 1, 2, 3]",
            "t = Transpose(x, q)",
            "y = Mean(t, a)",
        ),
        graph("x: float32[1,2,2,3]", "y", "a = const int32[4] [0, 1, 2, 3]", "y = Mean(x, a)"),
    ),
}

NEAR_MISSES = {
    "another reader": graph(
        "x: float32[1,2,2,3]",
        "y, t",
        "q = const int32[4] [0, 3, 1, 2]",
        "a = const int32[] [2]",
        "t = Transpose(x, q)",
        "y = Sum(t, a)",
    ),
    "computed axes": graph(
        "x: float32[1,2,2,3], a: int32[1]",
        "y",
        "q = const int32[4] [0, 3, 1, 2]",
        "t = Transpose(x, q)",
        "y = Sum(t, a)",
    ),
}


@pytest.mark.parametrize("name", REWRITES)
def test_rewrites(name: str) -> None:
    before, after = REWRITES[name]
    assert_rewrites(before, after, MoveTransposeBehindReduction)


@pytest.mark.parametrize("name", NEAR_MISSES)
def test_near_misses_stay(name: str) -> None:
    assert_unchanged(NEAR_MISSES[name], MoveTransposeBehindReduction)
