"""Identity operators go."""

import pytest

from pytoco.compiler.testing import assert_rewrites, assert_unchanged
from pytoco.passes.clean_up.remove_identity import RemoveIdentity
from tests.passes.graphs import graph

REWRITES = {
    "in the middle": (
        graph("x: float32[2,3]", "y", "t = Identity(x)", "y = Exp(t)"),
        graph("x: float32[2,3]", "y", "y = Exp(x)"),
    ),
    "the output keeps its name": (
        graph("x: float32[2,3]", "y", "t = Exp(x)", "y = Identity(t)"),
        graph("x: float32[2,3]", "y", "y = Exp(x)"),
    ),
    "a chain": (
        graph("x: float32[2,3]", "y", "a = Identity(x)", "b = Identity(a)", "y = Exp(b)"),
        graph("x: float32[2,3]", "y", "y = Exp(x)"),
    ),
    "the range goes on": (
        graph("x: float32[2,3]", "y", "t: float32[2,3] minmax(-1.0, 2.0) = Identity(x)", "y = Exp(t)"),
        graph("x: float32[2,3] minmax(-1.0, 2.0)", "y", "y = Exp(x)"),
    ),
    "of a constant": (
        graph("x: float32[2]", "y", "k = const float32[2] [1.0, 2.0]", "t = Identity(k)", "y = Mul(x, t)"),
        graph("x: float32[2]", "y", "k = const float32[2] [1.0, 2.0]", "y = Mul(x, k)"),
    ),
}

NEAR_MISSES = {
    "between two promised names": graph("x: float32[2,3]", "y", "y = Identity(x)"),
    "between two outputs": graph("x: float32[2,3]", "t, y", "t = Exp(x)", "y = Identity(t)"),
}


@pytest.mark.parametrize("name", REWRITES)
def test_rewrites(name: str) -> None:
    before, after = REWRITES[name]
    assert_rewrites(before, after, RemoveIdentity)


@pytest.mark.parametrize("name", NEAR_MISSES)
def test_near_misses_stay(name: str) -> None:
    assert_unchanged(NEAR_MISSES[name], RemoveIdentity)
