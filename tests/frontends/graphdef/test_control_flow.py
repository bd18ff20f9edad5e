"""Conditionals and loops as graphs of the model: what comes in, and what is refused."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import pytest

from pytoco.compiler.errors import InvalidModelError, UnsupportedError
from pytoco.compiler.ir import Model, shape_text
from pytoco.compiler.ir.verify import verify
from pytoco.compiler.testing import evaluate
from pytoco.frontends.graphdef import load
from tests.graphdefs import FLOAT, INT32, Shape, Type, const, data, func, function, node, placeholder

BOOL = 10
COUNT = node("one", "Const", dtype=Type(INT32), value=const("", 1, INT32).attr["value"].tensor)
STEP = function(
    "step",
    ["n", "a"],
    {"m": "next:z:0", "b": "twice:z:0"},
    [
        COUNT,
        node("next", "AddV2", ["n", "one:output:0"], T=Type(INT32)),
        node("twice", "AddV2", ["a", "a"], T=Type(FLOAT)),
    ],
)
LIMIT = node("limit", "Const", dtype=Type(INT32), value=const("", 3, INT32).attr["value"].tensor)
BELOW = function(
    "below", ["n", "a"], {"go": "less:z:0"}, [LIMIT, node("less", "Less", ["n", "limit:output:0"], T=Type(INT32))]
)
TYPES = [Type(INT32), Type(FLOAT)]


def branch(name: str, op: str, *more: str) -> Any:
    """A function of one operator with one operand."""
    return function(name, ["a", *more], {"b": "it:y:0"}, [node("it", op, ["a"], T=Type(FLOAT))])


def chosen(
    condition: Any,
    branches: Sequence[Any] = (),
    inputs: Sequence[str] = ("x",),
    sizes: Sequence[int] = (2,),
    **attrs: Any,
) -> Model:
    """The model of an If between Neg and Abs."""
    wanted = {"then_branch": func("neg"), "else_branch": func("abs"), "Tout": [Type(FLOAT)], **attrs}
    made = node("y", "StatelessIf", ["c", *inputs], **wanted)
    functions = branches or [branch("neg", "Neg"), branch("abs", "Abs")]
    return load(data(placeholder("x", *sizes), condition, made, functions=functions))


def looped(functions: Sequence[Any] = (STEP, BELOW), start: Any = None, op: str = "While", **attrs: Any) -> Model:
    """The model of a loop that doubles `x` until a count is 3."""
    wanted = {"cond": func("below"), "body": func("step"), "T": TYPES, **attrs}
    loop = node("loop", op, ["n", "x"], **wanted)
    result = node("y", "Identity", ["loop:1"], T=Type(FLOAT))
    return load(data(placeholder("x", 2), start or const("n", 0, INT32), loop, result, functions=functions))


def test_a_conditional_runs_one_of_two_graphs() -> None:
    model = chosen(placeholder("c", dtype=BOOL))
    verify(model)
    assert list(model.graphs) == ["main", "y/then", "y/else"]
    assert [model.graphs[name].kinds() for name in model.graphs] == [{"If": 1}, {"Neg": 1}, {"Abs": 1}]
    for condition, wanted in ((True, [1.0, -2.0]), (False, [1.0, 2.0])):
        given = {"x": np.array([-1.0, 2.0], np.float32), "c": np.array(condition)}
        assert evaluate(model.main, given)["y"].tolist() == wanted


def test_a_number_is_true_unless_it_is_zero() -> None:
    model = chosen(placeholder("c", dtype=INT32))
    for condition, wanted in ((2, [1.0, -2.0]), (0, [1.0, 2.0])):
        given = {"x": np.array([-1.0, 2.0], np.float32), "c": np.array(condition, np.int32)}
        assert evaluate(model.main, given)["y"].tolist() == wanted


def test_a_condition_that_is_no_scalar_is_carried_along() -> None:
    assert chosen(placeholder("c", 3, dtype=INT32)).main.kinds() == {"Opaque": 1}


def test_a_loop_runs_two_graphs() -> None:
    for op in ("While", "StatelessWhile"):
        model = looped(op=op)
        verify(model)
        assert list(model.graphs) == ["main", "loop/cond", "loop/body"]
        assert evaluate(model.main, [np.array([1.0, 3.0], np.float32)])["y"].tolist() == [8.0, 24.0]


def test_the_last_branch_is_taken_for_any_other_index() -> None:
    functions = [branch(name.lower(), name) for name in ("Neg", "Abs", "Exp")]
    cases = node("y", "Case", ["k", "x"], branches=_functions("neg", "abs", "exp"), Tout=[Type(FLOAT)])
    model = load(data(placeholder("k", dtype=INT32), placeholder("x", 1), cases, functions=functions))
    verify(model)
    for index, wanted in ((0, 2.0), (1, 2.0), (2, np.exp(-2.0)), (-1, np.exp(-2.0)), (9, np.exp(-2.0))):
        found = evaluate(model.main, {"k": np.array(index, np.int32), "x": np.array([-2.0], np.float32)})["y"]
        np.testing.assert_allclose(found, [wanted], rtol=1e-6)


def _functions(*names: str) -> Any:
    attr = func("").__class__()
    for name in names:
        attr.list.func.add(name=name)
    return attr


def test_what_a_loop_only_reads_is_a_constant_of_its_body() -> None:
    inputs = ["n", "a", "w"]
    body = function("step", inputs, {"m": "next:z:0", "b": "add:z:0", "w": "w"}, [
        COUNT,
        node("next", "AddV2", ["n", "one:output:0"], T=Type(INT32)),
        node("add", "AddV2", ["a", "w"], T=Type(FLOAT)),
    ])  # fmt: skip
    go = function(
        "below", inputs, {"go": "less:z:0"}, [LIMIT, node("less", "Less", ["n", "limit:output:0"], T=Type(INT32))]
    )
    loop = node("y", "While", ["n", "x", "w"], cond=func("below"), body=func("step"), T=[*TYPES, Type(FLOAT)])
    nodes = (placeholder("x", 2), const("n", 0, INT32), const("w", [1.0, 2.0]), loop)
    model = load(data(*nodes, functions=[body, go]), {"output_arrays": ["y:1", "y:2"]})
    verify(model)
    assert [len(op.inputs) for op in model.main.ops("While")] == [2]
    found = evaluate(model.main, [np.zeros(2, np.float32)])
    assert {name: value.tolist() for name, value in found.items()} == {"y:1": [3.0, 6.0], "y:2": [1.0, 2.0]}


def test_shapes_that_a_loop_declares_are_those_of_its_variables() -> None:
    model = looped(output_shapes=[Shape(()), Shape((-1,))])
    assert [shape_text(a.shape) for a in model.graphs["loop/body"].inputs] == ["[]", "[?]"]


def calling(name: str, callee: str) -> Any:
    """A branch that has a conditional of its own."""
    inner = node("it", "If", ["a", "a"], then_branch=func(callee), else_branch=func(callee), Tout=[Type(FLOAT)])
    return function(name, ["a"], {"b": "it:output:0"}, [inner])


BAD: dict[str, tuple[Callable[[], object], str]] = {
    "a function that is missing": (
        lambda: looped([STEP]), "node 'loop' (While): it runs the function 'below', which",
    ),
    "a function that runs itself": (
        lambda: chosen(placeholder("c", dtype=BOOL), [calling("neg", "abs"), calling("abs", "neg")], sizes=()),
        "calls itself (neg -> abs -> neg)",
    ),
    "a wrong number of operands": (
        lambda: chosen(placeholder("c", dtype=BOOL), inputs=("x", "x")), "with 2 tensors, expected 1",
    ),
    "branches with different results": (
        lambda: chosen(placeholder("c", dtype=BOOL), [
            branch("neg", "Neg"),
            function("abs", ["a"], {"b": "a", "c": "it:y:0"}, [node("it", "Abs", ["a"], T=Type(FLOAT))]),
        ]),
        "its branches have 1 and 2 results",
    ),
    "a body that returns too little": (
        lambda: looped([function("step", ["n", "a"], {"m": "n"}, []), BELOW]), "2 inputs, but its body returns 1",
    ),
    "a body that returns another type": (
        lambda: looped([function("step", ["n", "a"], {"m": "a", "b": "a"}, []), BELOW]), "its body does not fit",
    ),
    "a result that is not computed": (
        lambda: looped([function("step", ["n", "a"], {"m": "n", "b": "nothing:y:0"}, []), BELOW]), "'nothing:y:0'",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", BAD)
def test_what_makes_no_sense_is_refused_by_name(name: str) -> None:
    make, text = BAD[name]
    with pytest.raises(InvalidModelError) as caught:
        make()
    assert text in str(caught.value)


def test_bodies_that_multiply_without_bound_are_refused() -> None:
    def twice(name: str, callee: str) -> Any:
        made = [
            node(f"it{k}", "If", ["a", "a"], then_branch=func(callee), else_branch=func(callee), Tout=[Type(FLOAT)])
            for k in range(2)
        ]
        total = node("sum", "AddV2", ["it0:output:0", "it1:output:0"], T=Type(FLOAT))
        return function(name, ["a"], {"b": "sum:z:0"}, [*made, total])

    functions = [twice(f"f{k}", f"f{k + 1}") for k in range(12)] + [branch("f12", "Neg")]
    attrs = {"then_branch": func("f0"), "else_branch": func("f0")}
    with pytest.raises(UnsupportedError, match="more than 2,000 bodies"):
        chosen(placeholder("c", dtype=BOOL), functions, sizes=(), **attrs)


def test_nesting_without_bound_is_refused() -> None:
    functions = [calling(f"f{k}", f"f{k + 1}") for k in range(70)] + [branch("f70", "Neg")]
    attrs = {"then_branch": func("f0"), "else_branch": func("f0")}
    with pytest.raises(UnsupportedError, match="nested more than 64 deep"):
        chosen(placeholder("c", dtype=BOOL), functions, sizes=(), **attrs)
