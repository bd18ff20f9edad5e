"""Operators that run other graphs: who runs what, and that operands and results fit."""

import pytest

from pytoco.compiler.errors import VerifyError
from pytoco.compiler.ir.subgraphs import called, callers, live_graphs
from pytoco.compiler.ir.text import parse, print_model
from pytoco.compiler.ir.verify import verify
from pytoco.compiler.testing import evaluate
from tests.passes.graphs import graph
from tests.passes.loops import BELOW, CHOICE, LOOP, MINUS, PLUS, STEP

CHOSEN = graph("c: bool[], x: float32[2], k: float32[2]", "y", f"y: float32[2] = {CHOICE}") + PLUS + MINUS
LOOPED = graph("x: float32[2], n: int32[]", "y", f"m: int32[], y: float32[2] = {LOOP}") + BELOW + STEP
WRONG = {
    "a graph that there is not": (
        CHOSEN.replace('"plus"', '"gone"'),
        "runs the graph 'gone', which the model does not",
    ),
    "too few operands": (CHOSEN.replace("If(c, x, k)", "If(c, x)"), "has 1 arrays where graph 'plus' takes 2"),
    "an operand of another type": (
        CHOSEN.replace("main(c: bool[], x: float32", "main(c: bool[], x: int32"),
        "'x' is int32",
    ),
    "an operand of another shape": (CHOSEN.replace("x: float32[2], k", "x: float32[3], k"), "has the shape [3]"),
    "a branch with other results": (CHOSEN.replace("b = Sub(a, k)", "b = Equal(a, k)"), "gives 'b' of bool"),
    "a body with too few results": (LOOPED.replace("-> m, b {", "-> m {"), "graph 'step' gives 1"),
    "a condition with two results": (LOOPED.replace("-> go {", "-> go, n {"), "must have one result"),
    "a variable that changes its rank": (LOOPED.replace("y: float32[2] =", "y: float32[2,1] ="), "it has the results"),
}


@pytest.mark.parametrize("name", WRONG)
def test_what_does_not_fit_is_found(name: str) -> None:
    text, reason = WRONG[name]
    with pytest.raises(VerifyError) as caught:
        verify(parse(text))
    assert reason in str(caught.value)


@pytest.mark.parametrize("text", [CHOSEN, LOOPED])
def test_the_text_form_names_the_graphs(text: str) -> None:
    model = parse(text)
    verify(model)
    again = parse(print_model(model))
    assert print_model(again) == print_model(model)
    (op,) = again.main.ops()
    assert list(called(op)) == [name for name in model.graphs if name != "main"]


def test_only_what_is_run_is_alive() -> None:
    model = parse(CHOSEN + BELOW)
    assert list(live_graphs(model)) == ["main", "plus", "minus"]
    assert callers(model, "plus") == model.main.ops("If")
    assert callers(model, "below") == []


def test_a_loop_is_evaluated_until_its_condition_is_false() -> None:
    found = evaluate(parse(LOOPED).main, {"x": [1.0, 2.0], "n": 1})  # type: ignore[dict-item]
    assert found["y"].tolist() == [4.0, 8.0]


def test_a_loop_without_end_is_an_error() -> None:
    endless = LOOPED.replace("m = Add(n, one)", "m = Sub(n, one)")
    with pytest.raises(ValueError, match="did not end after 10,000 iterations"):
        evaluate(parse(endless).main, {"x": [1.0, 2.0], "n": 1})  # type: ignore[dict-item]
