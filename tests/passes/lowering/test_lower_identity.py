"""Copies that must stay become a Reshape."""

import pytest

from pytoco.compiler.testing import assert_rewrites, assert_unchanged
from pytoco.passes.lowering.lower_identity import LowerIdentity
from tests.passes.graphs import graph

REWRITES = {
    "an unknown extent": (
        graph("x: float32[?b,3]", "y", "y = Identity(x)"),
        graph("x: float32[?b,3]", "y", "s = Shape(x)", "y: float32[?b,3] = Reshape(x, s)"),
    ),
    "a known shape": (
        graph("x: float32[2,3]", "y", "y = Identity(x)"),
        graph("x: float32[2,3]", "y", "s = const int32[2] [2, 3]", "y = Reshape(x, s)"),
    ),
}

NEAR_MISSES = {
    "another operator": graph("x: float32[2,3]", "y", "y = Exp(x)"),
}


@pytest.mark.parametrize("name", REWRITES)
def test_rewrites(name: str) -> None:
    before, after = REWRITES[name]
    assert_rewrites(before, after, LowerIdentity)


@pytest.mark.parametrize("name", NEAR_MISSES)
def test_near_misses_stay(name: str) -> None:
    assert_unchanged(NEAR_MISSES[name], LowerIdentity)
