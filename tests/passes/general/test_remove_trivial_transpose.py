"""Transposes that leave every axis in its place."""

import pytest

from pytoco.compiler.testing import assert_rewrites, assert_unchanged
from pytoco.passes.general.remove_trivial_transpose import RemoveTrivialTranspose
from tests.passes.graphs import graph

REWRITES = {
    "identity": (
        graph("x: float32[2,3]", "y", "p = const int32[2] [0, 1]", "t = Transpose(x, p)", "y = Exp(t)"),
        graph("x: float32[2,3]", "y", "y = Exp(x)"),
    ),
    "unknown extents": (
        graph("x: float32[?a,?b]", "y", "p = const int32[2] [0, 1]", "t = Transpose(x, p)", "y = Exp(t)"),
        graph("x: float32[?a,?b]", "y", "y = Exp(x)"),
    ),
}

NEAR_MISSES = {
    "axes change places": graph(
        "x: float32[2,3]", "y", "p = const int32[2] [1, 0]", "t = Transpose(x, p)", "y = Exp(t)"
    ),
    "a square is still turned": graph(
        "x: float32[3,3]", "y", "p = const int32[2] [1, 0]", "t = Transpose(x, p)", "y = Exp(t)"
    ),
    "computed permutation": graph("x: float32[2,2], p: int32[2]", "y", "t = Transpose(x, p)", "y = Exp(t)"),
}


@pytest.mark.parametrize("name", REWRITES)
def test_rewrites(name: str) -> None:
    before, after = REWRITES[name]
    assert_rewrites(before, after, RemoveTrivialTranspose)


@pytest.mark.parametrize("name", NEAR_MISSES)
def test_near_misses_stay(name: str) -> None:
    assert_unchanged(NEAR_MISSES[name], RemoveTrivialTranspose)
