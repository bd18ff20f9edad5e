"""Looking around: every step answers or says why not, constants are read with care, `explain` gives the reason."""

from typing import Any

import numpy as np
import pytest

from pytoco.compiler.driver import Look, explain
from pytoco.compiler.ir import Graph, Op
from pytoco.compiler.ir.text import parse
from tests.driver.toys import FuseRelu, RemoveIdentity, Toy, chain

TEXT = """
graph main(x: float32[2], z: float32[2]) -> y, a {
  k = const float32[1] [3.0]
  big = const float32[300,300] splat 2.0
  a: float32[2] = Add(x, z)
  b: float32[2] = Mul(a, k)
  c: float32[2] = Abs(b)
  d: float32[2] = Neg(b)
  y: float32[2] = Relu(c)
  e: float32[300,300] = Abs(big)
  opaque = Opaque(x, _) {source_kind="Foo"}
}
"""


@pytest.fixture
def graph() -> Graph:
    return parse(TEXT).main


def by_name(graph: Graph, name: str) -> Op:
    array = graph.find(name)
    assert array is not None
    op = graph.producer(array)
    assert op is not None
    return op


class Reasons(Look):
    """A look that keeps what it is told."""

    __slots__ = ("reasons",)

    def __init__(self, graph: Graph) -> None:
        super().__init__(graph)
        self.reasons: list[str] = []

    def fail(self, reason: str, *items: object) -> Any:
        self.reasons.append(reason.format(*(", ".join(map(repr, i)) if isinstance(i, dict) else i for i in items)))


def test_steps_lead_to_the_neighbours(graph: Graph) -> None:
    look = Look(graph)
    mul = by_name(graph, "b")
    look.begin(mul)
    assert look.producer(mul) is by_name(graph, "a")
    assert look.producer(mul, 0, "Add") is look.producer(mul, 0, ("Sub", "Add")) is by_name(graph, "a")
    assert look.users(mul) == [by_name(graph, "c"), by_name(graph, "d")]
    assert look.sole_user(by_name(graph, "c"), 0, "Relu") is by_name(graph, "y")
    assert look.value(mul, 1) is not None
    assert look.scalar(mul, 1) == 3.0
    constant = look.constant(mul, 1)
    assert constant is not None
    assert constant.tolist() == [3.0]


@pytest.mark.parametrize(
    ("step", "reason"),
    [
        (lambda look, op: look.producer(op("y"), 5), "%{y} Relu('y') has no operand 5"),
        (lambda look, op: look.producer(op("opaque"), 1), "operand 1 of %{opaque} Opaque('opaque') is left out"),
        (lambda look, op: look.producer(op("a"), 0), "'x' has no producer"),
        (lambda look, op: look.producer(op("b"), 0, "Sub"), "Add('a'), not from Sub"),
        (lambda look, op: look.sole_user(op("b"), 0), "Mul('b') has 2 users: %{c} Abs('c'), %{d} Neg('d')"),
        (lambda look, op: look.sole_user(op("a"), 0), "'a' is an input, an output or a state"),
        (lambda look, op: look.sole_user(op("c"), 0, "Abs"), "is read by %{y} Relu('y'), not by Abs"),
        (lambda look, op: look.sole_user(op("y"), 0), "nothing reads %"),
        (lambda look, op: look.sole_user(op("y"), 1), "has no result 1"),
        (lambda look, op: look.value(op("b"), 0), "operand 0 of %{b} Mul('b') is not constant"),
        (lambda look, op: look.value(op("b"), 2), "operand 2 of %{b} Mul('b') is not constant"),
        (lambda look, op: look.constant(op("e"), 0), "operand 0 of %{e} Abs('e') is too large to look into"),
        (lambda look, op: look.scalar(op("e"), 0), "is too large to look into"),
    ],
)
def test_a_step_that_leads_nowhere_says_why(graph: Graph, step: Any, reason: str) -> None:
    look = Reasons(graph)
    ops = {op.name: op for op in graph.ops()}
    look.begin(ops["y"])
    assert step(look, lambda name: ops[name]) is None
    for name, op in ops.items():
        reason = reason.replace(f"{{{name}}}", str(op.id))
    assert reason in look.reasons[-1]


def test_a_scalar_has_one_element(graph: Graph) -> None:
    graph.emit("Abs", [graph.constant(np.ones(2, np.float32), "two")], name="pair")
    look = Reasons(graph)
    assert look.scalar(by_name(graph, "pair"), 0) is None
    assert look.reasons == [f"operand 0 of {by_name(graph, 'pair')!r} has 2 elements"]


def test_a_look_notes_how_far_it_went() -> None:
    model = chain(["Abs"] * 6)
    ops = model.main.order()
    look = Look(model.main)
    look.begin(ops[3])
    assert (look.up, look.down) == (1, 1)
    at: Op | None = ops[3]
    while at is not None:
        at = look.producer(at)
    assert look.up == 4  # the last step found no producer, but a new one would have been seen
    second = look.sole_user(ops[3])
    assert second is not None
    look.users(second)
    assert look.down == 2
    look.begin(ops[0])
    assert (look.up, look.down) == (1, 1)


def test_explain_gives_the_reason() -> None:
    model = chain(["Abs", "Relu"])
    relu = model.main.ops("Relu")[0]
    why = explain(FuseRelu(), relu, model.main)
    assert not why.matched
    assert "comes from" in why.reason
    assert "not from Add" in why.reason
    assert explain(FuseRelu(), model.main.ops("Abs")[0], model.main).reason == "fuse-relu starts at Relu, not at Abs"


def test_explain_says_that_it_matches_and_changes_nothing() -> None:
    model = chain(["Identity", "Abs"])
    why = explain(RemoveIdentity(), model.main.ops("Identity")[0], model.main)
    assert (why.matched, why.reason) == (True, "")
    assert len(model.main) == 2


@pytest.mark.parametrize("answer", [None, False])
def test_explain_of_a_pass_without_reasons(answer: Any) -> None:
    class Silent(Toy):
        name = "silent"

        def found(self, op: Op, look: Look) -> Any:
            return answer

    model = chain(["Abs"])
    why = explain(Silent(), model.main.ops()[0], model.main)
    assert (why.matched, why.reason) == (False, "no reason was given")
