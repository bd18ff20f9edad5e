"""Slices that take everything."""

import pytest

from pytoco.compiler.testing import assert_rewrites, assert_unchanged
from pytoco.passes.general.remove_trivial_slice import RemoveTrivialSlice
from tests.passes.graphs import graph

REWRITES = {
    "by its size": (
        graph(
            "x: float32[2,3]",
            "y",
            "b = const int32[2] [0, 0]",
            "s = const int32[2] [2, 3]",
            "t = Slice(x, b, s)",
            "y = Exp(t)",
        ),
        graph("x: float32[2,3]", "y", "y = Exp(x)"),
    ),
    "by -1": (
        graph(
            "x: float32[2,3]",
            "y",
            "b = const int32[2] [0, 0]",
            "s = const int32[2] [-1, -1]",
            "t = Slice(x, b, s)",
            "y = Exp(t)",
        ),
        graph("x: float32[2,3]", "y", "y = Exp(x)"),
    ),
    "strided, by masks": (
        graph(
            "x: float32[2,3]",
            "y",
            "b = const int32[2] [1, 1]",
            "s = const int32[2] [1, 1]",
            "t = StridedSlice(x, b, b, s) {begin_mask=3, end_mask=3}",
            "y = Exp(t)",
        ),
        graph("x: float32[2,3]", "y", "y = Exp(x)"),
    ),
    "strided, by bounds": (
        graph(
            "x: float32[2,3]",
            "y",
            "b = const int32[2] [0, -3]",
            "e = const int32[2] [9, 9]",
            "s = const int32[2] [1, 1]",
            "t = StridedSlice(x, b, e, s)",
            "y = Exp(t)",
        ),
        graph("x: float32[2,3]", "y", "y = Exp(x)"),
    ),
    "an unknown extent taken whole": (
        graph(
            "x: float32[?b,3]",
            "y",
            "b = const int32[2] [0, 0]",
            "s = const int32[2] [-1, 3]",
            "t = Slice(x, b, s)",
            "y = Exp(t)",
        ),
        graph("x: float32[?b,3]", "y", "y = Exp(x)"),
    ),
}

NEAR_MISSES = {
    "a part": graph(
        "x: float32[2,3]",
        "y",
        "b = const int32[2] [0, 1]",
        "s = const int32[2] [2, 2]",
        "t = Slice(x, b, s)",
        "y = Exp(t)",
    ),
    "backwards": graph(
        "x: float32[2,3]",
        "y",
        "b = const int32[2] [0, 2]",
        "e = const int32[2] [2, -4]",
        "s = const int32[2] [1, -1]",
        "t = StridedSlice(x, b, e, s)",
        "y = Exp(t)",
    ),
    "an unknown rest": graph(
        "x: float32[?b,3]",
        "y",
        "b = const int32[2] [1, 0]",
        "s = const int32[2] [-1, 3]",
        "t = Slice(x, b, s)",
        "y = Exp(t)",
    ),
    "computed strides": graph(
        "x: float32[2,3], s: int32[2]",
        "y",
        "b = const int32[2] [0, 0]",
        "t: float32[2,3] = StridedSlice(x, b, b, s) {begin_mask=3, end_mask=3}",
        "y = Exp(t)",
    ),
}


@pytest.mark.parametrize("name", REWRITES)
def test_rewrites(name: str) -> None:
    before, after = REWRITES[name]
    assert_rewrites(before, after, RemoveTrivialSlice)


@pytest.mark.parametrize("name", NEAR_MISSES)
def test_near_misses_stay(name: str) -> None:
    assert_unchanged(NEAR_MISSES[name], RemoveTrivialSlice)
