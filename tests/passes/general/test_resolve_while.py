"""Loops that never run."""

import pytest

from pytoco.compiler.testing import assert_rewrites, assert_unchanged
from pytoco.passes.general.resolve_while import ResolveWhile
from tests.passes.graphs import graph
from tests.passes.loops import BELOW, LOOP, STEP, loop

NEVER = "graph below(n: int32[], a: float32[2]) -> go {\n  go = const bool[] [false]\n}\n"

REWRITES = {
    "a count that is too high at first": (
        loop(3, f"m: int32[], t: float32[2] = {LOOP}", "y = Exp(t)"),
        graph("x: float32[2]", "y", "y = Exp(x)"),
    ),
    "its count is read": (
        loop(7, f"m: int32[], y: float32[2] = {LOOP}", outputs="m"),
        graph("x: float32[2]", "m", "m = const int32[] [7]"),
    ),
    "a condition that is always false": (
        graph("x: float32[2], n: int32[]", "y", f"m: int32[], t: float32[2] = {LOOP}", "y = Exp(t)") + NEVER + STEP,
        graph("x: float32[2], n: int32[]", "y", "y = Exp(x)"),
    ),
}

NEAR_MISSES = {
    "a loop that runs once": (loop(2, f"m: int32[], y: float32[2] = {LOOP}"), "runs at least once"),
    "a count that is not known": (
        graph("x: float32[2], n: int32[]", "y", f"m: int32[], y: float32[2] = {LOOP}") + BELOW + STEP,
        "is not known",
    ),
}


@pytest.mark.parametrize("name", REWRITES)
def test_rewrites(name: str) -> None:
    before, after = REWRITES[name]
    assert_rewrites(before, after, ResolveWhile)


@pytest.mark.parametrize("name", NEAR_MISSES)
def test_near_misses_stay(name: str) -> None:
    text, reason = NEAR_MISSES[name]
    assert_unchanged(text, ResolveWhile, reason=reason)
