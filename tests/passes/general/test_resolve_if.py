"""Conditionals on constants."""

import pytest

from pytoco.compiler.testing import assert_rewrites, assert_unchanged
from pytoco.passes.general.resolve_if import ResolveIf
from tests.passes.graphs import graph
from tests.passes.loops import CHOICE, MINUS, PLUS

INPUTS = "x: float32[2], k: float32[2]"
PASSED_ON = "graph same(a: float32[2], k: float32[2]) -> k {\n}\n"
NESTED = """
graph outer(a: float32[2], k: float32[2]) -> b {
  no = const bool[] [false]
  b: float32[2] = If(no, k, a) {then_graph="plus", else_graph="minus"}
}
"""

REWRITES = {
    "true": (
        graph(INPUTS, "y", "c = const bool[] [true]", f"y: float32[2] = {CHOICE}") + PLUS + MINUS,
        graph(INPUTS, "y", "y = Add(x, k)"),
    ),
    "false, one element in a vector": (
        graph(INPUTS, "y", "c = const bool[1] [false]", f"y: float32[2] = {CHOICE}") + PLUS + MINUS,
        graph(INPUTS, "y", "y = Sub(x, k)"),
    ),
    "a branch that only passes an operand on": (
        graph(INPUTS, "z", "c = const bool[] [false]", f"y: float32[2] = {CHOICE}", "z = Exp(y)").replace(
            "minus", "same"
        )
        + PLUS
        + PASSED_ON,
        graph(INPUTS, "z", "z = Exp(k)"),
    ),
    "one in a branch of the other": (
        graph(INPUTS, "y", "c = const bool[] [true]", f"y: float32[2] = {CHOICE}").replace('"plus"', '"outer"')
        + NESTED
        + PLUS
        + MINUS,
        graph(INPUTS, "y", "y = Sub(k, x)"),
    ),
}

NEAR_MISSES = {
    "a condition that is computed": graph("c: bool[], " + INPUTS, "y", f"y: float32[2] = {CHOICE}") + PLUS + MINUS,
}


@pytest.mark.parametrize("name", REWRITES)
def test_rewrites(name: str) -> None:
    before, after = REWRITES[name]
    assert_rewrites(before, after, ResolveIf)


@pytest.mark.parametrize("name", NEAR_MISSES)
def test_near_misses_stay(name: str) -> None:
    assert_unchanged(NEAR_MISSES[name], ResolveIf, reason="is not constant")
