"""AddN of one or two operands."""

import pytest

from pytoco.compiler.testing import assert_rewrites, assert_unchanged
from pytoco.passes.general.convert_trivial_add_n_to_add import ConvertTrivialAddNToAdd
from tests.passes.graphs import graph

REWRITES = {
    "two": (
        graph("a: float32[2], b: float32[2]", "y", "y = AddN(a, b)"),
        graph("a: float32[2], b: float32[2]", "y", "y = Add(a, b)"),
    ),
    "the same twice": (
        graph("a: float32[2]", "y", "y = AddN(a, a)"),
        graph("a: float32[2]", "y", "y = Add(a, a)"),
    ),
    "one": (
        graph("x: float32[2,3]", "y", "t = AddN(x)", "y = Exp(t)"),
        graph("x: float32[2,3]", "y", "y = Exp(x)"),
    ),
    "one between two promised names": (
        graph("x: float32[2,3]", "y", "y = AddN(x)"),
        graph("x: float32[2,3]", "y", "y = Identity(x)"),
    ),
}

NEAR_MISSES = {
    "three": graph("a: float32[2], b: float32[2]", "y", "y = AddN(a, b, a)"),
}


@pytest.mark.parametrize("name", REWRITES)
def test_rewrites(name: str) -> None:
    before, after = REWRITES[name]
    assert_rewrites(before, after, ConvertTrivialAddNToAdd)


@pytest.mark.parametrize("name", NEAR_MISSES)
def test_near_misses_stay(name: str) -> None:
    assert_unchanged(NEAR_MISSES[name], ConvertTrivialAddNToAdd)
