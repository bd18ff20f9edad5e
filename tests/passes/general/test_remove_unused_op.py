"""Operators whose results nobody needs go."""

import pytest

from pytoco.compiler.testing import assert_rewrites, assert_unchanged
from pytoco.passes.general.remove_unused_op import RemoveUnusedOp
from tests.passes.graphs import graph

REWRITES = {
    "one": (
        graph("x: float32[2,3]", "y", "t = Neg(x)", "y = Exp(x)"),
        graph("x: float32[2,3]", "y", "y = Exp(x)"),
    ),
    "a chain": (
        graph("x: float32[2,3]", "y", "a = Neg(x)", "b = Abs(a)", "c = Add(b, a)", "y = Exp(x)"),
        graph("x: float32[2,3]", "y", "y = Exp(x)"),
    ),
    "all of several results": (
        graph(
            "x: float32[4]",
            "y",
            "a = const int32[] [0]",
            "p, q = Split(a, x) {num=2}",
            "r = Neg(q)",
            "y = Exp(x)",
        ),
        graph("x: float32[4]", "y", "y = Exp(x)"),
    ),
}

NEAR_MISSES = {
    "one of several results is read": graph(
        "x: float32[4]", "y", "a = const int32[] [0]", "p, q = Split(a, x) {num=2}", "y = Exp(q)"
    ),
    "a second output": graph("x: float32[2,3]", "y, t", "t = Neg(x)", "y = Exp(x)"),
    "an operator that is there for its effect": graph("x: float32[2], c: bool[]", "y", "Assert(c, x)", "y = Exp(x)"),
}


@pytest.mark.parametrize("name", REWRITES)
def test_rewrites(name: str) -> None:
    before, after = REWRITES[name]
    assert_rewrites(before, after, RemoveUnusedOp)


@pytest.mark.parametrize("name", NEAR_MISSES)
def test_near_misses_stay(name: str) -> None:
    assert_unchanged(NEAR_MISSES[name], RemoveUnusedOp)


def test_what_a_state_is_fed_from_is_needed() -> None:
    text = graph("x: float32[2]", "y", "state h: float32[2] <- n", "n = Add(x, h)", "y = Exp(x)")
    assert_unchanged(text, RemoveUnusedOp)
