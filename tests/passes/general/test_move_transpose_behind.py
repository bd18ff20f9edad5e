"""Operands that are transposed alike."""

import pytest

from pytoco.compiler.testing import assert_rewrites, assert_unchanged
from pytoco.passes.general.move_transpose_behind import MoveTransposeBehind
from tests.passes.graphs import graph

REWRITES = {
    "Add": (
        graph(
            "a: float32[1,2,2,3], b: float32[1,2,2,3]",
            "y",
            "p = const int32[4] [0, 3, 1, 2]",
            "t = Transpose(a, p)",
            "u = Transpose(b, p)",
            'y = Add(t, u) {activation="RELU"}',
        ),
        graph(
            "a: float32[1,2,2,3], b: float32[1,2,2,3]",
            "y",
            "p = const int32[4] [0, 3, 1, 2]",
            'c = Add(a, b) {activation="RELU"}',
            "y = Transpose(c, p)",
        ),
    ),
    "Concatenation of columns": (
        graph(
            "a: float32[1,2,2,3], b: float32[1,2,2,3]",
            "y",
            "p = const int32[4] [0, 3, 1, 2]",
            "t = Transpose(a, p)",
            "u = Transpose(b, p)",
            "y = Concatenation(t, u) {axis=-1}",
        ),
        graph(
            "a: float32[1,2,2,3], b: float32[1,2,2,3]",
            "y",
            "p = const int32[4] [0, 3, 1, 2]",
            "c = Concatenation(a, b) {axis=2}",
            "y = Transpose(c, p)",
        ),
    ),
    "operands that broadcast": (
        graph(
            "a: float32[1,2,2,3], b: float32[1,2,1,3]",
            "y",
            "p = const int32[4] [0, 3, 1, 2]",
            "t = Transpose(a, p)",
            "u = Transpose(b, p)",
            "y = Mul(t, u)",
        ),
        graph(
            "a: float32[1,2,2,3], b: float32[1,2,1,3]",
            "y",
            "p = const int32[4] [0, 3, 1, 2]",
            "c = Mul(a, b)",
            "y = Transpose(c, p)",
        ),
    ),
}

NEAR_MISSES = {
    "one transpose moves no elements and will be a reshape": graph(
        "a: float32[1,2,2,3], b: float32[1,1,1,3]",
        "y",
        "p = const int32[4] [0, 3, 1, 2]",
        "t = Transpose(a, p)",
        "u = Transpose(b, p)",
        "y = Mul(t, u)",
    ),
    "transposed differently": graph(
        "a: float32[1,2,2,2], b: float32[1,2,2,2]",
        "y",
        "p = const int32[4] [0, 3, 1, 2]",
        "q = const int32[4] [0, 2, 3, 1]",
        "t = Transpose(a, p)",
        "u = Transpose(b, q)",
        "y = Add(t, u)",
    ),
    "only one is transposed": graph(
        "a: float32[1,2,2,2], b: float32[1,2,2,2]",
        "y",
        "p = const int32[4] [0, 3, 1, 2]",
        "t = Transpose(a, p)",
        "y = Add(t, b)",
    ),
    "another reader": graph(
        "a: float32[1,2,2,3], b: float32[1,2,2,3]",
        "y, u",
        "p = const int32[4] [0, 3, 1, 2]",
        "t = Transpose(a, p)",
        "u = Transpose(b, p)",
        "y = Add(t, u)",
    ),
    "another rank": graph(
        "a: float32[2,3], b: float32[1,2,3]",
        "y",
        "p = const int32[2] [1, 0]",
        "q = const int32[3] [0, 2, 1]",
        "t = Transpose(a, p)",
        "u = Transpose(b, q)",
        "y = Add(t, u)",
    ),
    "one with itself": graph(
        "a: float32[1,2,2,3]",
        "y",
        "p = const int32[4] [0, 3, 1, 2]",
        "t = Transpose(a, p)",
        "y = Add(t, t)",
    ),
}


@pytest.mark.parametrize("name", REWRITES)
def test_rewrites(name: str) -> None:
    before, after = REWRITES[name]
    assert_rewrites(before, after, MoveTransposeBehind)


@pytest.mark.parametrize("name", NEAR_MISSES)
def test_near_misses_stay(name: str) -> None:
    assert_unchanged(NEAR_MISSES[name], MoveTransposeBehind)
