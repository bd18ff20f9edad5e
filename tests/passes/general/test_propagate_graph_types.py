"""Types across the border between callers and the graphs that they run."""

import pytest

from pytoco.compiler.ir import Graph, shape_text
from pytoco.compiler.ir.text import parse
from pytoco.compiler.testing import run_passes
from pytoco.passes.general.propagate_fixed_sizes import PropagateFixedSizes
from pytoco.passes.general.propagate_graph_types import PropagateGraphTypes
from tests.passes.graphs import graph

CONDITION = """
graph below(n: int32[], a: {0}) -> go {{
  limit = const int32[] [3]
  go = Less(n, limit)
}}
"""
BODY = """
graph step(n: int32[], a: {0}) -> m, b {{
  one = const int32[] [1]
  m = Add(n, one)
  {1}
}}
"""
LOOP = 'm: int32[], y: {0} = While(n, x) {{cond_graph="below", body_graph="step"}}'


def looped(first: str, own: str, body: str) -> str:
    """A loop whose variable starts with the type `first` and is known as `own` inside."""
    main = graph(f"x: {first}, n: int32[]", "y", LOOP.format(own))
    return main + CONDITION.format(own) + BODY.format(own, body)


def shapes(text: str) -> dict[str, str]:
    """Shapes of the result and of the variable inside, after the pass and inference."""
    model = parse(text)
    run_passes(model, [PropagateGraphTypes, PropagateFixedSizes])
    step: Graph = model.graphs["step"]
    arrays = {"y": model.main.outputs[0], "a": step.inputs[1], "b": step.outputs[1]}
    return {name: shape_text(array.shape) for name, array in arrays.items()}


@pytest.mark.parametrize(
    ("own", "body"),
    [
        ("float32[?,?]", "b = Neg(a)"),
        ("float32[*]", "b = Neg(a)"),
        ("?[?,3]", "b = Add(a, a)"),
        ("float32[?,?]", "s = Shape(a)\n  b: float32[?,?] = Reshape(a, s)"),
    ],
)
def test_a_variable_keeps_the_shape_it_has_at_first(own: str, body: str) -> None:
    found = shapes(looped("float32[2,3]", own, body))
    assert (found["y"], found["a"]) == ("[2, 3]", "[2, 3]")


def test_an_extent_that_changes_stays_open() -> None:
    found = shapes(looped("float32[1,3]", "float32[?,?]", "b = Concatenation(a, a) {axis=0}"))
    assert found == {"y": "[?, 3]", "a": "[?, 3]", "b": "[?, 3]"}


def test_a_rank_that_changes_stays_open() -> None:
    body = "zero = const int32[] [0]\n  b = ExpandDims(a, zero)"
    assert shapes(looped("float32[1,3]", "float32[*]", body))["y"] == "[*]"


def test_a_body_that_refuses_the_first_shape_is_left_alone() -> None:
    body = "k = const float32[4,4] splat 1.0\n  t = MatMul(a, k) {transpose_a=false, transpose_b=false}\n  b = Neg(a)"
    assert shapes(looped("float32[2,3]", "float32[?,?]", body)) == {"y": "[?, ?]", "a": "[?, ?]", "b": "[?, ?]"}


def test_the_result_of_a_conditional_is_what_both_branches_give() -> None:
    branch = "graph {0}(a: float32[?,?]) -> b {{\n  {1}\n}}\n"
    main = graph("c: bool[], x: float32[2,3]", "y", 'y: float32[*] = If(c, x) {then_graph="one", else_graph="other"}')
    grown = branch.format("other", "b = Concatenation(a, a) {axis=0}")
    model = parse(main + branch.format("one", "b = Neg(a)") + grown)
    run_passes(model, [PropagateGraphTypes, PropagateFixedSizes])
    assert shape_text(model.main.outputs[0].shape) == "[?, 3]"
    assert shape_text(model.graphs["other"].outputs[0].shape) == "[4, 3]"


def test_an_open_extent_keeps_its_identity() -> None:
    model = parse(looped("float32[?b,3]", "float32[?,?]", "b = Neg(a)"))
    run_passes(model, [PropagateGraphTypes, PropagateFixedSizes])
    (x, _), (y,) = model.main.inputs, model.main.outputs
    assert x.shape is not None
    assert x.shape == y.shape == model.graphs["step"].outputs[1].shape
