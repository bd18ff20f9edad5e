"""Operands and results of conditionals and loops that nothing depends on."""

import pytest

from pytoco.compiler.ir.text import parse
from pytoco.compiler.ir.verify import verify
from pytoco.compiler.testing import assert_rewrites, assert_unchanged, run_passes
from pytoco.passes.general.remove_unused_variable import RemoveUnusedVariable
from tests.passes.graphs import graph
from tests.passes.loops import BELOW, CHOICE, LOOP, MINUS, PLUS, STEP

ONLY_FIRST = "graph minus(a: float32[2], k: float32[2]) -> b {\n  b = Neg(a)\n}\n"
THREE = """
graph go(n: int32[], a: float32[2], w: float32[2]) -> more {
  limit = const int32[] [3]
  more = Less(n, limit)
}
graph turn(n: int32[], a: float32[2], w: float32[2]) -> m, b, v {
  one = const int32[] [1]
  m = Add(n, one)
  b = Neg(a)
  v = Add(w, a)
}
"""
INPUTS = "x: float32[2], z: float32[2], n: int32[]"
TURN = 'm: int32[], y: float32[2], w: float32[2] = While(n, x, z) {cond_graph="go", body_graph="turn"}'

REWRITES = {
    "a variable that nobody reads": (
        graph(INPUTS, "y", TURN) + THREE,
        graph(INPUTS, "y", 'm: int32[], y: float32[2] = While(n, x) {cond_graph="below", body_graph="step"}')
        .replace("below", "go")
        .replace("step", "turn")
        + BELOW.replace("below", "go")
        + STEP.replace("step", "turn"),
    ),
    "an operand that neither branch reads": (
        graph("c: bool[], x: float32[2], k: float32[2]", "y", f"y: float32[2] = {CHOICE}")
        + ONLY_FIRST.replace("minus", "plus")
        + ONLY_FIRST,
        graph(
            "c: bool[], x: float32[2], k: float32[2]",
            "y",
            'y: float32[2] = If(c, x) {then_graph="plus", else_graph="minus"}',
        )
        + ONLY_FIRST.replace("minus", "plus").replace(", k: float32[2]", "")
        + ONLY_FIRST.replace(", k: float32[2]", ""),
    ),
}

NEAR_MISSES = {
    "a variable that another one depends on": graph(INPUTS, "w", TURN) + THREE,
    "a count that only the condition reads": graph(
        "x: float32[2], n: int32[]", "y", f"m: int32[], y: float32[2] = {LOOP}"
    )
    + BELOW
    + STEP,
    "an operand that one branch reads": graph(
        "c: bool[], x: float32[2], k: float32[2]", "y", f"y: float32[2] = {CHOICE}"
    )
    + PLUS
    + ONLY_FIRST,
    "both read both": graph("c: bool[], x: float32[2], k: float32[2]", "y", f"y: float32[2] = {CHOICE}") + PLUS + MINUS,
}


@pytest.mark.parametrize("name", REWRITES)
def test_rewrites(name: str) -> None:
    before, after = REWRITES[name]
    assert_rewrites(before, after, RemoveUnusedVariable)


def test_the_body_loses_what_made_it() -> None:
    model = parse(REWRITES["a variable that nobody reads"][0])
    run_passes(model, RemoveUnusedVariable)
    verify(model)
    assert model.graphs["turn"].kinds() == {"Add": 1, "Neg": 1}
    assert [len(model.graphs[name].inputs) for name in ("go", "turn")] == [2, 2]


@pytest.mark.parametrize("name", NEAR_MISSES)
def test_near_misses_stay(name: str) -> None:
    assert_unchanged(NEAR_MISSES[name], RemoveUnusedVariable)
