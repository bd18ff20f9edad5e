"""Joins that only one operand comes to."""

import pytest

from pytoco.compiler.testing import assert_rewrites, assert_unchanged
from pytoco.passes.general.resolve_merge import ResolveMerge
from tests.passes.graphs import graph

REWRITES = {
    "one operand": (
        graph("x: float32[2,3]", "y", "m, i = Merge(x)", "y = Exp(m)"),
        graph("x: float32[2,3]", "y", "y = Exp(x)"),
    ),
    "its index": (
        graph("x: float32[2,3]", "y, i", "m, i = Merge(x)", "y = Exp(m)"),
        graph("x: float32[2,3]", "y, i", "y = Exp(x)", "i = const int32[] [0]"),
    ),
    "between two promised names": (
        graph("x: float32[2,3]", "m", "m, i = Merge(x)"),
        graph("x: float32[2,3]", "m", "m = Identity(x)"),
    ),
}

NEAR_MISSES = {
    "two operands": graph("x: float32[2], z: float32[2]", "y", "y, i = Merge(x, z)"),
}


@pytest.mark.parametrize("name", REWRITES)
def test_rewrites(name: str) -> None:
    before, after = REWRITES[name]
    assert_rewrites(before, after, ResolveMerge, numeric=False)


@pytest.mark.parametrize("name", NEAR_MISSES)
def test_near_misses_stay(name: str) -> None:
    assert_unchanged(NEAR_MISSES[name], ResolveMerge)
