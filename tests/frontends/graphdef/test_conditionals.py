"""TensorFlow 1's conditionals become functional ones, where they are plain."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import pytoco
from pytoco.compiler.errors import UnsupportedError
from pytoco.compiler.ir import Model
from pytoco.compiler.ir.verify import verify
from pytoco.compiler.testing import evaluate
from pytoco.frontends.graphdef import load
from tests.graphdefs import FLOAT, Type, const, data, node, placeholder

BOOL = 10
F, B = Type(FLOAT), Type(BOOL)


def conditional(*, scope: str = "cond", source: str = "x", condition: str = "c") -> list[Any]:
    """The nodes of: -source if condition, else source + 10."""
    s = f"{scope}/"
    return [
        node(f"{s}Switch", "Switch", [condition, condition], T=B),
        node(f"{s}switch_f", "Identity", [f"{s}Switch"], T=B),
        node(f"{s}pred_id", "Identity", [condition], T=B),
        node(f"{s}x/Switch", "Switch", [source, f"{s}pred_id"], T=F),
        node(f"{s}Neg", "Neg", [f"{s}x/Switch:1"], T=F),
        node(f"{s}ten", "Const", [f"^{s}switch_f"], dtype=F, value=const("", 10.0).attr["value"].tensor),
        node(f"{s}add", "AddV2", [f"{s}x/Switch", f"{s}ten"], T=F),
        node(f"{s}Merge", "Merge", [f"{s}add", f"{s}Neg"], T=F),
    ]


def loaded(*nodes: Any, **options: Any) -> Model:
    """The model of these nodes, verified."""
    model = load(data(placeholder("x", 1), placeholder("c", dtype=BOOL), *nodes), options)
    verify(model)
    return model


def run(model: Model, condition: bool) -> float:
    """What the model makes of 1."""
    (found,) = evaluate(model.main, {"x": np.ones(1, np.float32), "c": np.array(condition)}).values()
    return float(found[0])


def test_a_conditional_becomes_an_if() -> None:
    model = loaded(*conditional(), node("y", "Exp", ["cond/Merge"], T=F))
    assert list(model.graphs) == ["main", "cond/then", "cond/else"]
    assert [out.name for out in model.main.outputs] == ["y"]
    assert model.main.kinds() == {"Exp": 1, "Identity": 1, "If": 1}
    np.testing.assert_allclose([run(model, True), run(model, False)], np.exp([-1.0, 11.0]), rtol=1e-6)


def test_the_merge_may_be_the_output() -> None:
    model = loaded(*conditional())
    assert [out.name for out in model.main.outputs] == ["cond/Merge"]
    assert [run(model, True), run(model, False)] == [-1.0, 11.0]


def test_results_of_one_condition_come_from_one_if() -> None:
    more = [
        node("cond/Abs", "Abs", ["cond/x/Switch:1"], T=F),
        node("cond/Merge_1", "Merge", ["cond/x/Switch", "cond/Abs"], T=F),
        node("y", "Sub", ["cond/Merge", "cond/Merge_1"], T=F),
    ]
    model = loaded(*conditional(), *more)
    assert model.main.kinds()["If"] == 1
    assert [run(model, True), run(model, False)] == [-2.0, 10.0]


def test_one_conditional_may_need_another_on_the_same_condition() -> None:
    model = loaded(*conditional(), *conditional(scope="more", source="cond/Merge"))
    assert model.main.kinds()["If"] == 2
    assert [run(model, True), run(model, False)] == [1.0, 21.0]


def test_a_branch_of_constants() -> None:
    ten = node("ten", "Const", ["^cond/switch_f"], dtype=F, value=const("", [10.0]).attr["value"].tensor)
    model = loaded(*conditional(), ten, node("y", "Merge", ["ten", "cond/Neg"], T=F), output_arrays=["y"])
    assert [run(model, True), run(model, False)] == [-1.0, 10.0]


def test_an_array_inside_of_a_branch_can_be_had() -> None:
    model = loaded(*conditional(), output_arrays=["cond/Neg"])
    assert model.main.kinds() == {"Identity": 1, "Neg": 1, "Switch": 1}


def test_a_constant_condition_is_left_to_the_passes() -> None:
    yes = node("yes", "Const", dtype=B, value=const("", np.array(True), BOOL).attr["value"].tensor)
    assert loaded(yes, *conditional(condition="yes"), output_arrays=["cond/Merge"]).main.kinds()["Switch"] == 1


def test_what_is_no_plain_conditional_is_refused_by_name() -> None:
    mixed = [node("y", "Merge", ["cond/add", "x"], T=F)]
    graph = data(placeholder("x", 1), placeholder("c", dtype=BOOL), *conditional(), *mixed)
    with pytest.raises(
        UnsupportedError, match="Merge x1: the condition of this TensorFlow 1 conditional is no constant; at y"
    ):
        pytoco.convert(graph, output_arrays=["y"])
