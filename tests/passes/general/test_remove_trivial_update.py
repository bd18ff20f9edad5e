"""Updates of everything."""

import pytest

from pytoco.compiler.testing import assert_rewrites, assert_unchanged
from pytoco.passes.general.remove_trivial_update import RemoveTrivialUpdate
from tests.passes.graphs import graph

REWRITES = {
    "as large as the input": (
        graph("x: float32[1,4], z: float32[1,4], i: int32[2]", "y", "t = DynamicUpdateSlice(x, z, i)", "y = Exp(t)"),
        graph("x: float32[1,4], z: float32[1,4], i: int32[2]", "y", "y = Exp(z)"),
    ),
    "between promised names": (
        graph("x: float32[4], z: float32[4], i: int32[1]", "y", "y = DynamicUpdateSlice(x, z, i)"),
        graph("x: float32[4], z: float32[4], i: int32[1]", "y", "y = Identity(z)"),
    ),
}

NEAR_MISSES = {
    "a part": graph("x: float32[3,4], z: float32[1,4], i: int32[2]", "y", "y = DynamicUpdateSlice(x, z, i)"),
    "extents that are open": graph(
        "x: float32[?,4], z: float32[?,4], i: int32[2]", "y", "y = DynamicUpdateSlice(x, z, i)"
    ),
}


@pytest.mark.parametrize("name", REWRITES)
def test_rewrites(name: str) -> None:
    before, after = REWRITES[name]
    assert_rewrites(before, after, RemoveTrivialUpdate)


@pytest.mark.parametrize("name", NEAR_MISSES)
def test_near_misses_stay(name: str) -> None:
    assert_unchanged(NEAR_MISSES[name], RemoveTrivialUpdate)
