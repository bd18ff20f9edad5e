"""TensorFlow 1's loops become functional ones, where they are plain."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from pytoco.compiler.errors import UnsupportedError
from pytoco.compiler.ir import Model
from pytoco.compiler.ir.verify import verify
from pytoco.compiler.testing import evaluate
from pytoco.frontends.graphdef import load
from tests.graphdefs import FLOAT, INT32, Type, const, data, node, placeholder

F, N = Type(FLOAT), Type(INT32)


def frame(*, name: str = "f", scope: str = "loop", source: str = "x", limit: str = "limit") -> list[Any]:
    """The nodes of a loop that doubles `source` as often as `limit` says."""
    s = f"{scope}/"
    return [
        node(f"{s}Enter", "Enter", ["start"], frame_name=name, T=N),
        node(f"{s}Enter_1", "Enter", [source], frame_name=name, T=F),
        node(f"{s}Merge", "Merge", [f"{s}Enter", f"{s}NextIteration"], T=N),
        node(f"{s}Merge_1", "Merge", [f"{s}Enter_1", f"{s}NextIteration_1"], T=F),
        node(f"{s}Less/Enter", "Enter", [limit], frame_name=name, is_constant=True, T=N),
        node(f"{s}Less", "Less", [f"{s}Merge", f"{s}Less/Enter"], T=N),
        node(f"{s}LoopCond", "LoopCond", [f"{s}Less"]),
        node(f"{s}Switch", "Switch", [f"{s}Merge", f"{s}LoopCond"], T=N),
        node(f"{s}Switch_1", "Switch", [f"{s}Merge_1", f"{s}LoopCond"], T=F),
        node(f"{s}one", "Const", [f"^{s}Switch"], dtype=N, value=const("", 1, INT32).attr["value"].tensor),
        node(f"{s}add", "AddV2", [f"{s}Switch:1", f"{s}one"], T=N),
        node(f"{s}twice", "AddV2", [f"{s}Switch_1:1", f"{s}Switch_1:1"], T=F),
        node(f"{s}NextIteration", "NextIteration", [f"{s}add"], T=N),
        node(f"{s}NextIteration_1", "NextIteration", [f"{s}twice"], T=F),
        node(f"{s}Exit", "Exit", [f"{s}Switch_1"], T=F),
    ]


COUNTS = (const("start", 0, INT32), placeholder("limit", dtype=INT32), placeholder("x", 2))


def loaded(*nodes: Any, outputs: list[str] | None = None, **options: Any) -> Model:
    """The model of these nodes, verified."""
    model = load(data(*COUNTS, *nodes), {"output_arrays": outputs or ["y"], **options})
    verify(model)
    return model


def run(model: Model, limit: int) -> list[float]:
    """What the model makes of [1, 3]."""
    given = {"x": np.array([1.0, 3.0], np.float32), "limit": np.array(limit, np.int32)}
    (found,) = evaluate(model.main, given).values()
    values: list[float] = found.tolist()
    return values


def test_a_frame_becomes_a_loop() -> None:
    model = loaded(*frame(), node("y", "Neg", ["loop/Exit"], T=F))
    assert list(model.graphs) == ["main", "loop/cond", "loop/body"]
    assert model.main.kinds() == {"Identity": 1, "Neg": 1, "While": 1}
    assert run(model, 0) == [-1.0, -3.0]
    assert run(model, 3) == [-8.0, -24.0]


def test_the_exit_may_be_the_output() -> None:
    assert run(loaded(*frame(), outputs=["loop/Exit"]), 2) == [4.0, 12.0]


def test_loops_behind_each_other() -> None:
    model = loaded(*frame(), *frame(name="g", scope="more", source="loop/Exit"), node("y", "Neg", ["more/Exit"], T=F))
    assert model.main.kinds()["While"] == 2
    assert run(model, 2) == [-16.0, -48.0]


def test_two_frames_of_one_scope_get_names_of_their_own() -> None:
    renamed = []
    for each in frame(name="g"):
        each.name = each.name.replace("loop/", "loop/_")
        each.input[:] = [text.replace("loop/", "loop/_") for text in each.input]
        renamed.append(each)
    total = node("y", "AddV2", ["loop/Exit", "loop/_Exit"], T=F)
    assert run(loaded(*frame(), *renamed, total), 1) == [4.0, 12.0]


def test_a_frame_within_which_an_array_is_asked_for_is_not_touched() -> None:
    model = loaded(*frame(), outputs=["loop/twice"], input_arrays=["loop/Switch_1:1"], input_shapes=[(2,)])
    assert model.main.kinds() == {"Add": 1}


def without(name: str) -> list[Any]:
    """The frame without one of its nodes, which is read as `x` instead."""
    kept = [each for each in frame() if each.name != name]
    for each in kept:
        each.input[:] = ["x" if text.partition(":")[0] == name else text for text in each.input]
    return kept


@pytest.mark.parametrize("name", ["loop/LoopCond", "loop/Switch"])
def test_an_irregular_frame_is_refused_by_its_name(name: str) -> None:
    with pytest.raises(UnsupportedError, match=r"the graph has a while loop in 'f', 'loop': 'loop/NextIteration"):
        loaded(*without(name), node("y", "Neg", ["loop/Exit"], T=F))
