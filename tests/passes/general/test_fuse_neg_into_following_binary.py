"""Negated operands of sums and differences."""

import pytest

from pytoco.compiler.testing import assert_rewrites, assert_unchanged
from pytoco.passes.general.fuse_neg_into_following_binary import FuseNegIntoFollowingBinary
from tests.passes.graphs import graph

REWRITES = {
    "x + -a": (
        graph("x: float32[2], a: float32[2]", "y", "n = Neg(a)", "y = Add(x, n)"),
        graph("x: float32[2], a: float32[2]", "y", "y = Sub(x, a)"),
    ),
    "-a + x": (
        graph("x: float32[2], a: float32[2]", "y", "n = Neg(a)", 'y = Add(n, x) {activation="RELU"}'),
        graph("x: float32[2], a: float32[2]", "y", 'y = Sub(x, a) {activation="RELU"}'),
    ),
    "x - -a": (
        graph("x: float32[2], a: float32[2]", "y", "n = Neg(a)", "y = Sub(x, n)"),
        graph("x: float32[2], a: float32[2]", "y", "y = Add(x, a)"),
    ),
    "x + a * -b": (
        graph(
            "x: float32[2], a: float32[2], b: float32[2]",
            "y",
            "n = Neg(b)",
            "p = Mul(a, n)",
            "y = Add(x, p)",
        ),
        graph("x: float32[2], a: float32[2], b: float32[2]", "y", "p = Mul(a, b)", "y = Sub(x, p)"),
    ),
    "x - -a * b": (
        graph(
            "x: float32[2], a: float32[2], b: float32[2]",
            "y",
            "n = Neg(a)",
            "p = Mul(n, b)",
            "y = Sub(x, p)",
        ),
        graph("x: float32[2], a: float32[2], b: float32[2]", "y", "p = Mul(a, b)", "y = Add(x, p)"),
    ),
}

NEAR_MISSES = {
    "-a - x": graph("x: float32[2], a: float32[2]", "y", "n = Neg(a)", "y = Sub(n, x)"),
    "the negative has other readers": graph("x: float32[2], a: float32[2]", "y, n", "n = Neg(a)", "y = Add(x, n)"),
    "the product has other readers": graph(
        "x: float32[2], a: float32[2], b: float32[2]",
        "y, p",
        "n = Neg(a)",
        "p = Mul(n, b)",
        "y = Add(x, p)",
    ),
    "an activation between": graph(
        "x: float32[2], a: float32[2], b: float32[2]",
        "y",
        "n = Neg(a)",
        'p = Mul(n, b) {activation="RELU"}',
        "y = Add(x, p)",
    ),
    "integers": graph("x: int32[2], a: int32[2]", "y", "n = Neg(a)", "y = Add(x, n)"),
}


@pytest.mark.parametrize("name", REWRITES)
def test_rewrites(name: str) -> None:
    before, after = REWRITES[name]
    assert_rewrites(before, after, FuseNegIntoFollowingBinary)


@pytest.mark.parametrize("name", NEAR_MISSES)
def test_near_misses_stay(name: str) -> None:
    assert_unchanged(NEAR_MISSES[name], FuseNegIntoFollowingBinary)
