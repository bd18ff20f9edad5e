"""Repetitions that repeat nothing."""

import pytest

from pytoco.compiler.testing import assert_rewrites, assert_unchanged
from pytoco.passes.general.remove_trivial_tile import RemoveTrivialTile
from tests.passes.graphs import graph

REWRITES = {
    "Tile": (
        graph("x: float32[2,3]", "y", "m = const int32[2] [1, 1]", "t = Tile(x, m)", "y = Exp(t)"),
        graph("x: float32[2,3]", "y", "y = Exp(x)"),
    ),
    "BroadcastTo": (
        graph("x: float32[2,3]", "y", "s = const int32[2] [2, 3]", "t = BroadcastTo(x, s)", "y = Exp(t)"),
        graph("x: float32[2,3]", "y", "y = Exp(x)"),
    ),
}

NEAR_MISSES = {
    "twice": graph("x: float32[2,3]", "y", "m = const int32[2] [1, 2]", "t = Tile(x, m)", "y = Exp(t)"),
    "an axis more": graph(
        "x: float32[2,3]", "y", "s = const int32[3] [1, 2, 3]", "t = BroadcastTo(x, s)", "y = Exp(t)"
    ),
    "unknown multiples": graph("x: float32[2], m: int32[1]", "y", "t = Tile(x, m)", "y = Exp(t)"),
}


@pytest.mark.parametrize("name", REWRITES)
def test_rewrites(name: str) -> None:
    before, after = REWRITES[name]
    assert_rewrites(before, after, RemoveTrivialTile)


@pytest.mark.parametrize("name", NEAR_MISSES)
def test_near_misses_stay(name: str) -> None:
    assert_unchanged(NEAR_MISSES[name], RemoveTrivialTile)
