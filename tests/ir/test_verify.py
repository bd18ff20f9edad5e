"""Every invariant: broken behind the mutators' back, found, and the items named."""

from collections.abc import Callable

import numpy as np
import pytest

from pytoco.compiler.errors import VerifyError
from pytoco.compiler.ir import Graph, Op, Signature, State
from pytoco.compiler.ir.items import assign
from pytoco.compiler.ir.text import parse
from pytoco.compiler.ir.verify import verify, verify_events

TEXT = """
graph main(x: float32[2]) -> y {
  k = const float32[2] [1.0, 2.0]
  a: float32[2] = Mul(x, k)
  y: float32[2] = Neg(a)
}
"""


def graph() -> Graph:
    return parse(TEXT).main


def break_value(g: Graph) -> None:
    assign(g.find("k"), "value", np.zeros(3, np.float32))


def break_dtype(g: Graph) -> None:
    assign(g.find("k"), "value", np.zeros(2, np.int32))


def value_and_producer(g: Graph) -> None:
    assign(g.find("a"), "value", np.zeros(2, np.float32))


def lose_producer(g: Graph) -> None:
    g.remove(g.ops("Mul")[0])


def rename_behind(g: Graph) -> None:
    assign(g.find("a"), "name", "other")


def swap_results(g: Graph) -> None:
    assign(g.ops("Mul")[0], "outputs", g.outputs)


def no_results(g: Graph) -> None:
    g.add(Op(99, "Neg", g.inputs, ()))


def input_with_producer(g: Graph) -> None:
    g.retarget(inputs=[*g.inputs, g.find("a")])  # type: ignore[list-item]


def output_twice(g: Graph) -> None:
    g.retarget(outputs=g.outputs * 2)


def cycle(g: Graph) -> None:
    g.rewire(g.ops("Mul")[0], [g.outputs[0], g.find("k")])


def lost_signature(g: Graph) -> None:
    g.model.signatures = (Signature("serve", "main", (("in", "x"),), (("out", "gone"),)),)


@pytest.mark.parametrize(
    ("damage", "message"),
    [
        (break_value, r"'k' is \(2,\) but its value is \(3,\)"),
        (break_dtype, "'k' is float32 but its value is int32"),
        (value_and_producer, r"'a' is a constant and the result of .*Mul\('a'\)"),
        (lose_producer, r"'a', read by .*Neg\('y'\), is neither produced, nor constant, nor an input"),
        (rename_behind, "'other' is not found by its name"),
        (swap_results, r"'a' is not among the results of .*Mul"),
        (no_results, "Neg.* has no results"),
        (input_with_producer, "input 'a' has a producer"),
        (output_twice, "'main' names an output twice"),
        (cycle, "cycle: a, y"),
        (lost_signature, "signature 'serve': 'out' refers to 'gone'"),
    ],
)
def test_a_broken_graph_is_found_and_the_item_named(damage: Callable[[Graph], None], message: str) -> None:
    g = graph()
    verify(g.model)
    damage(g)
    with pytest.raises(VerifyError, match=message):
        verify(g.model)


@pytest.mark.parametrize("damage", [lose_producer, no_results, input_with_producer, output_twice])
def test_what_a_mutator_did_is_found_from_its_events(damage: Callable[[Graph], None]) -> None:
    g = graph()
    g.model.open += 1
    damage(g)
    with pytest.raises(VerifyError):
        verify_events(g.model.log)


def test_an_undone_detour_is_fine() -> None:
    g = graph()
    g.model.open += 1
    op = g.ops("Mul")[0]
    g.remove(op)
    g.emit("Add", op.inputs, outputs=op.outputs)
    state = g.array("h", None, None)
    g.rewire(g.ops("Add")[0], [state, g.inputs[0]])
    g.retarget(states=[State(state, g.outputs[0])])
    verify_events(g.model.log)
    verify(g.model)
