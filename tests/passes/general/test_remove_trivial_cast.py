"""Casts to the type that there is."""

import pytest

from pytoco.compiler.testing import assert_rewrites, assert_unchanged
from pytoco.passes.general.remove_trivial_cast import RemoveTrivialCast
from tests.passes.graphs import graph

REWRITES = {
    "to the same type": (
        graph("x: float32[2,3]", "y", 't = Cast(x) {dtype="float32"}', "y = Exp(t)"),
        graph("x: float32[2,3]", "y", "y = Exp(x)"),
    ),
    "an output keeps its name": (
        graph("x: int32[2]", "y", "t = Neg(x)", 'y = Cast(t) {dtype="int32"}'),
        graph("x: int32[2]", "y", "y = Neg(x)"),
    ),
}

NEAR_MISSES = {
    "to another type": graph("x: int32[2]", "y", 't = Cast(x) {dtype="float32"}', "y = Exp(t)"),
    "narrower": graph("x: int64[2]", "y", 't = Cast(x) {dtype="int32"}', "y = Abs(t)"),
}


@pytest.mark.parametrize("name", REWRITES)
def test_rewrites(name: str) -> None:
    before, after = REWRITES[name]
    assert_rewrites(before, after, RemoveTrivialCast)


@pytest.mark.parametrize("name", NEAR_MISSES)
def test_near_misses_stay(name: str) -> None:
    assert_unchanged(NEAR_MISSES[name], RemoveTrivialCast)
