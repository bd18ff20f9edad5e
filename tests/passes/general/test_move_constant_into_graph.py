"""Constants that branches and bodies are given."""

import pytest

from pytoco.compiler.ir.text import parse, print_graph
from pytoco.compiler.ir.verify import verify
from pytoco.compiler.testing import assert_rewrites, assert_unchanged, evaluate, run_passes
from pytoco.passes.general.move_constant_into_graph import MoveConstantIntoGraph
from tests.passes.graphs import graph
from tests.passes.loops import BELOW, CHOICE, MINUS, PLUS, STEP

K = "k = const float32[2] [3.0, 5.0]"
SCALED = """
graph go(n: int32[], a: float32[2], w: float32[2]) -> more {
  limit = const int32[] [3]
  more = Less(n, limit)
}
graph scaled(n: int32[], a: float32[2], w: float32[2]) -> m, b, w {
  one = const int32[] [1]
  m = Add(n, one)
  b = Mul(a, w)
}
"""
FIRST = "n = const int32[] [0]"
SCALE = 'm: int32[], {}: float32[2], {}: float32[2] = While(n, x, k) {{cond_graph="go", body_graph="scaled"}}'

REWRITES = {
    "an operand of a conditional": (
        graph("c: bool[], x: float32[2]", "y", K, f"y: float32[2] = {CHOICE}") + PLUS + MINUS,
        graph("c: bool[], x: float32[2]", "y", 'y: float32[2] = If(c, x) {then_graph="plus", else_graph="minus"}')
        + PLUS.replace(", k: float32[2]", "").replace("k)", "a)")
        + MINUS.replace(", k: float32[2]", "").replace("k)", "a)"),
    ),
    "what a loop only reads": (
        graph("x: float32[2]", "y, v", FIRST, K, SCALE.format("y", "w"), "v = Exp(w)") + SCALED,
        graph(
            "x: float32[2]",
            "y, v",
            FIRST,
            K,
            'm: int32[], y: float32[2] = While(n, x) {cond_graph="below", body_graph="step"}',
            "v = Exp(k)",
        )
        .replace("below", "go")
        .replace("step", "scaled")
        + BELOW.replace("below", "go")
        + STEP.replace("step", "scaled"),
    ),
}

NEAR_MISSES = {
    "a variable that changes": graph(
        "x: float32[2]", "y", FIRST, 'm: int32[], y: float32[2] = While(n, x) {cond_graph="below", body_graph="step"}'
    )
    + BELOW
    + STEP,
    "branches that others run, too": graph(
        "c: bool[], x: float32[2]", "y, z", K, f"y: float32[2] = {CHOICE}", f"z: float32[2] = {CHOICE}"
    )
    + PLUS
    + MINUS,
}


@pytest.mark.parametrize("name", REWRITES)
def test_rewrites(name: str) -> None:
    before, after = REWRITES[name]
    assert_rewrites(before, after, MoveConstantIntoGraph)


def test_the_graphs_have_the_constant_in_the_place_of_their_input() -> None:
    model = parse(REWRITES["what a loop only reads"][0])
    values = [[1.0, 2.0]]
    before = evaluate(model.main, values)  # type: ignore[arg-type]
    run_passes(model, MoveConstantIntoGraph)
    verify(model)
    body = model.graphs["scaled"]
    assert [a.name for a in body.inputs] == ["n", "a"]
    assert [a.name for a in body.outputs] == ["m", "b"]
    assert "const float32[2] [3.0, 5.0]" in print_graph(body)
    after = evaluate(model.main, values)  # type: ignore[arg-type]
    assert before["y"].tolist() == after["y"].tolist() == [27.0, 250.0]


@pytest.mark.parametrize("name", NEAR_MISSES)
def test_near_misses_stay(name: str) -> None:
    assert_unchanged(NEAR_MISSES[name], MoveConstantIntoGraph)
