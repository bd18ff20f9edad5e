"""Why a pass does not match: the check that came farthest is told, with the operator at fault; there is always one."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from pytoco.compiler.convert import import_model, run_pipeline
from pytoco.compiler.driver import Context, Look, Pass, Runner, explain
from pytoco.compiler.ir import Graph, Model, Op
from pytoco.compiler.ir.text import parse
from pytoco.compiler.options import Options
from pytoco.compiler.plugins.registry import open_registry
from pytoco.compiler.testing import docstring_graphs
from tests.driver.toys import Toy
from tests.end_to_end.running import INCEPTION, MOBILENET

TEXT = """
graph main(x: float32[2], z: float32[2]) -> y, p, q {
  k = const float32[1] [3.0]
  a: float32[2] = Abs(x)
  b: float32[2] = Neg(a)
  c: float32[2] = Exp(b)
  d: float32[2] = Abs(z)
  p: float32[2] = Sin(a)
  q: float32[2] = Cos(a)
  y: float32[2] = Add(c, d)
}
"""


@pytest.fixture
def graph() -> Graph:
    return parse(TEXT).main


def of(graph: Graph, name: str) -> Op:
    array = graph.find(name)
    assert array is not None
    op = graph.producer(array)
    assert op is not None
    return op


class ManyWays(Toy):
    """Neg of Neg behind either operand of an Add, behind an Exp."""

    name = "many-ways"
    roots = ("Add",)
    order: tuple[int, ...] = (0, 1)

    def found(self, op: Op, look: Look) -> Any:
        for side in self.order:
            outer = look.producer(op, side, ("Exp", "Log"))
            inner = None if outer is None else look.producer(outer, 0, "Neg")
            if inner is not None and look.producer(inner, 0, "Neg") is not None:
                return True
        return look.fail("{} is nothing of the kind", op)


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
def test_the_way_that_led_farthest_gives_the_reason(graph: Graph, order: tuple[int, ...]) -> None:
    rule = ManyWays()
    rule.order = order
    why = explain(rule, of(graph, "y"), graph)
    a, b, y = of(graph, "a"), of(graph, "b"), of(graph, "y")
    assert why.reason == f"{b.inputs[0]} comes from {a}, not from Neg"
    assert (why.matched, why.fault, why.steps) == (False, a, 2)
    other = f"{y.inputs[1]} comes from {of(graph, 'd')}, not from Exp or Log"
    assert [reason for reason in why.reasons if reason == other] == [other]
    assert why.reasons[-1] == f"{y} is nothing of the kind"


class AfterLook(Toy):
    """Fails of its own accord, after a look that led somewhere."""

    name = "after-look"

    def found(self, op: Op, look: Look) -> Any:
        look.producer(op, 0)
        look.producer(op, 5)
        look.producer(op, 0)
        return look.fail("no")


def test_a_check_after_a_look_that_led_somewhere_is_farther_than_a_look_that_did_not(graph: Graph) -> None:
    assert explain(AfterLook(), of(graph, "y"), graph).reason == "no"


def test_other_users_are_named(graph: Graph) -> None:
    class Shared(Toy):
        name = "shared"

        def found(self, op: Op, look: Look) -> Any:
            return look.unshared(op.inputs[0]) or None  # type: ignore[arg-type]

    why = explain(Shared(), of(graph, "b"), graph)
    assert why.reason == f"output of {of(graph, 'a')} has 3 users: b, p, q"
    assert why.fault is of(graph, "a")


def test_many_users_are_counted(graph: Graph) -> None:
    for _ in range(7):
        graph.emit("Abs", [graph.find("a")])

    class Sole(Toy):
        name = "sole"

        def found(self, op: Op, look: Look) -> Any:
            return look.sole_user(op)

    assert explain(Sole(), of(graph, "a"), graph).reason.endswith("10 users: b, p, q, Abs, Abs_1, Abs_2 and 4 more")


@pytest.mark.parametrize("failing", ["value", "constant", "scalar"])
def test_a_constant_that_is_none_is_the_fault_of_the_operator(graph: Graph, failing: str) -> None:
    class Constant(Toy):
        name = "constant"

        def found(self, op: Op, look: Look) -> Any:
            look.producer(op, 0)
            return getattr(look, failing)(op, 0)

    why = explain(Constant(), of(graph, "c"), graph)
    assert (why.reason, why.fault) == (f"operand 0 of {of(graph, 'c')} is not constant", of(graph, "c"))


def test_a_match_that_raises_is_told(graph: Graph) -> None:
    class Broken(Toy):
        name = "broken"

        def found(self, op: Op, look: Look) -> Any:
            raise KeyError("oh")

    assert explain(Broken(), of(graph, "y"), graph).reason == "the match raises KeyError: 'oh'"


def test_a_kind_of_many_names_is_told(graph: Graph) -> None:
    class Kinds(Toy):
        name = "kinds"
        roots = ("Mul", "Div", "Sub")

    assert explain(Kinds(), of(graph, "y"), graph).reason == "kinds starts at Mul, Div or Sub, not at Add"


REGISTRY = open_registry()
BACKEND = REGISTRY.backend_for("TFLITE")
RULES = [reference.load()(Context(BACKEND.target(), Options())) for reference in REGISTRY.passes().values()]
LOCAL = [rule for rule in RULES if isinstance(rule, Pass)]


def models_of(path: Path) -> Iterator[Model]:
    """A model as imported, and at the end of the pipeline."""
    model = import_model(Options(), path, REGISTRY)
    yield model
    run_pipeline(Runner(model), BACKEND, Options(), REGISTRY)
    yield model


def silent(model: Model) -> list[str]:
    """Where a pass does not say why it does not match."""
    tries = [
        (rule, op, explain(rule, op, graph))
        for graph in model.graphs.values()
        for op in graph.ops()
        for rule in LOCAL
        if not rule.roots or op.kind in rule.roots
    ]
    return [f"{rule.name} at {op}" for rule, op, why in tries if why.reason == "no reason was given"]


def test_every_pass_says_why_not_in_the_graphs_of_every_docstring() -> None:
    models = [parse(text) for rule in LOCAL for text in docstring_graphs(type(rule))]
    assert [said for model in models for said in silent(model)] == []


@pytest.mark.parametrize("path", [MOBILENET, INCEPTION], ids=lambda path: path.stem)
def test_every_pass_says_why_not_in_real_models(path: Path) -> None:
    for model in models_of(path):
        assert silent(model) == []
