"""Types and shapes where they have become known."""

import pytest

from pytoco.compiler.testing import assert_rewrites, assert_unchanged
from pytoco.passes.general.propagate_fixed_sizes import PropagateFixedSizes
from tests.passes.graphs import graph

REWRITES = {
    "along a chain": (
        graph("x: float32[2,3]", "y", "t: ?[*] = Neg(x)", "u: ?[*] = Relu(t)", "y: ?[*] = Exp(u)"),
        graph("x: float32[2,3]", "y", "t = Neg(x)", "u = Relu(t)", "y = Exp(u)"),
    ),
    "an unknown extent turns out to be a number": (
        graph("x: float32[2,3]", "y", "s = const int32[1] [-1]", "y: float32[?n] = Reshape(x, s)"),
        graph("x: float32[2,3]", "y", "s = const int32[1] [-1]", "y = Reshape(x, s)"),
    ),
    "broadcasting": (
        graph("x: float32[2,1], z: float32[3]", "y", "y: ?[?a,?b] = Add(x, z)"),
        graph("x: float32[2,1], z: float32[3]", "y", "y: float32[2,3] = Add(x, z)"),
    ),
    "an open extent is that of the operand": (
        graph("x: float32[?a,3]", "y", "y: float32[?,3] = Exp(x)"),
        graph("x: float32[?a,3]", "y", "y: float32[?a,3] = Exp(x)"),
    ),
    "comparison": (
        graph("x: float32[2,3]", "y", "y: ?[*] = Less(x, x)"),
        graph("x: float32[2,3]", "y", "y: bool[2,3] = Less(x, x)"),
    ),
}

NEAR_MISSES = {
    "all is known": graph("x: float32[2,3]", "y", "y = Exp(x)"),
    "nothing can be known": graph("x: float32[*]", "y", "y = Exp(x)"),
    "what the importer knew is kept": graph("x: float32[?a,3], s: int32[2]", "y", "y: float32[6,?b] = Reshape(x, s)"),
}


@pytest.mark.parametrize("name", REWRITES)
def test_rewrites(name: str) -> None:
    before, after = REWRITES[name]
    assert_rewrites(before, after, PropagateFixedSizes)


@pytest.mark.parametrize("name", NEAR_MISSES)
def test_near_misses_stay(name: str) -> None:
    assert_unchanged(NEAR_MISSES[name], PropagateFixedSizes)
