"""Random typed graphs: valid, finite, of the kinds and types that are asked for; what fails on them shrinks."""

import sys
from collections.abc import Iterator
from typing import Any, ClassVar

import numpy as np
import pytest
from hypothesis import HealthCheck, find, given, settings
from hypothesis.errors import NoSuchExample

from pytoco.compiler import ops
from pytoco.compiler.driver import Look, Pass
from pytoco.compiler.errors import UsageError
from pytoco.compiler.ir import Graph, Op, TensorType
from pytoco.compiler.ir.text import print_graph
from pytoco.compiler.ir.verify import verify
from pytoco.compiler.ops.base import OpDef
from pytoco.compiler.testing import (
    Case,
    Maker,
    assert_sound_on_random_graphs,
    cases,
    evaluate,
    graphs,
    random_graph,
    run_passes,
)

QUICK = settings(max_examples=60, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
SEARCH = settings(QUICK, max_examples=300)


class Softsign(OpDef):
    kind: ClassVar[str] = "TestSoftsign"
    operands: ClassVar[tuple[str, ...]] = ("input",)
    elementwise: ClassVar[bool] = True

    @classmethod
    def infer(cls, inputs: Any, attrs: Any, /) -> list[TensorType]:
        return [TensorType(inputs[0].dtype, inputs[0].shape)]

    @classmethod
    def kernel(cls, values: Any, attrs: Any, /) -> list[Any]:
        return [values[0] / (1 + np.abs(values[0]))]


class Halves(Softsign):
    """Not elementwise: the first half along the last axis, which has to be even."""

    kind: ClassVar[str] = "TestHalves"
    elementwise: ClassVar[bool] = False

    @classmethod
    def infer(cls, inputs: Any, attrs: Any, /) -> list[TensorType]:
        *front, last = inputs[0].shape
        return [TensorType(inputs[0].dtype, (*front, last // 2))]

    @classmethod
    def kernel(cls, values: Any, attrs: Any, /) -> list[Any]:
        return [values[0][..., : values[0].shape[-1] // 2]]


@pytest.fixture
def plugin_kinds() -> Iterator[None]:
    for definition in (Softsign, Halves):
        ops.register(definition)
    yield
    for definition in (Softsign, Halves):
        ops.unregister(definition.kind)


def halves(m: Maker) -> None:
    x = m.find("f", (1, 4), lambda v: v.shape[-1] % 2 == 0)
    m.emit("TestHalves", [x])


@QUICK
@given(cases())
def test_cases_are_sound_and_finite(case: Case) -> None:
    verify(case.graph.model)
    assert 1 <= len(case.graph) <= 8
    assert case.graph.outputs
    assert list(case.inputs) == [a.name for a in case.graph.inputs]
    assert all(case.graph.user_count(a) for a in case.graph.inputs)
    for name, value in evaluate(case.graph, case.inputs).items():
        assert value.dtype.kind == "b" or np.isfinite(value).all(), name


@QUICK
@given(graphs(["Add", "Neg", "ArgMax"], max_ops=4, dtypes=["float32"]))
def test_kinds_types_and_size_are_what_is_asked_for(graph: Graph) -> None:
    assert set(graph.kinds()) <= {"Add", "Neg"}  # an ArgMax would have integers as its result
    assert len(graph) <= 4
    assert {a.dtype.name for op in graph.ops() for a in op.outputs if a.dtype} == {"float32"}


@QUICK
@given(graphs(["Add", "Relu"], accepts=lambda op: op.outputs[0].rank == 2))
def test_what_is_not_accepted_does_not_stay(graph: Graph) -> None:
    assert all(op.outputs[0].rank == 2 for op in graph.ops())


@pytest.mark.usefixtures("plugin_kinds")
def test_kinds_of_plugins_are_drawn_by_what_they_say_or_by_makers() -> None:
    case = random_graph(2, 20, kinds=["Relu", "TestSoftsign", "TestHalves"], makers={"TestHalves": halves})
    assert set(case.graph.kinds()) == {"Relu", "TestSoftsign", "TestHalves"}
    found = find(graphs(often=["TestSoftsign"], max_ops=3), lambda g: bool(g.ops("TestSoftsign")), settings=SEARCH)
    assert found.kinds() == {"TestSoftsign": 1}
    with pytest.raises(UsageError, match=r"operator 'TestHalves' \(pass makers="):
        graphs(["TestHalves"])


def test_wrong_arguments_are_usage_errors() -> None:
    with pytest.raises(UsageError, match=r"operator 'Reluu'.*Relu"):
        graphs(["Reluu"])
    with pytest.raises(UsageError, match="no random graph has elements of type 'float16'"):
        graphs(dtypes=["float16"])
    with pytest.raises(UsageError, match="max_ops is 0"):
        graphs(max_ops=0)


def test_without_hypothesis_the_error_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "hypothesis", None)
    for make in (graphs, cases, lambda: assert_sound_on_random_graphs(Clamp)):
        with pytest.raises(UsageError, match="pip install hypothesis"):
            make()


def test_graphs_shrink_to_what_matters() -> None:
    found = find(graphs(["Add", "Tanh"], max_ops=4), lambda g: len(g.ops("Add")) >= 2, settings=QUICK)
    assert found.kinds() == {"Add": 2}
    assert all(op.outputs[0].size == 1 for op in found.ops())


def test_values_shrink_to_what_matters() -> None:
    found = find(cases(["Neg"]), lambda c: any((v > 2).any() for v in c.inputs.values()), settings=SEARCH)
    (value,) = found.inputs.values()
    assert found.graph.kinds() == {"Neg": 1}
    assert value.max() == 2.25  # the next quarter
    assert np.count_nonzero(value) == 1


def test_a_case_shows_itself_as_text() -> None:
    case = random_graph(1, 3, kinds=["Add"])
    assert print_graph(case.graph) in repr(case)
    assert all(f"\n{name} = " in repr(case) for name in case.inputs)


def test_a_seed_gives_the_same_graph() -> None:
    one, other = random_graph(5), random_graph(5)
    assert print_graph(one.graph) == print_graph(other.graph)
    assert all(np.array_equal(value, other.inputs[name]) for name, value in one.inputs.items())
    assert print_graph(one.graph) != print_graph(random_graph(6).graph)


# Passes ---------------------------------------------------------------------------------------------------------------


class Clamp(Pass):
    """A Relu of a Relu goes."""

    name = "clamp"
    stage = "test"
    roots = ("Relu",)

    def match(self, op: Op, look: Look) -> Any:
        first = look.producer(op, 0, "Relu")
        return first if first is not None and look.graph.can_replace(op.outputs[0], first.outputs[0]) else None

    def rewrite(self, op: Op, found: Op, graph: Graph) -> None:
        graph.replace(op.outputs[0], found.outputs[0])
        graph.remove(op)


class ClampWrongly(Clamp):
    """Wrong: the Relu of an Add goes, too."""

    name = "clamp-wrongly"

    def match(self, op: Op, look: Look) -> Any:
        first = look.producer(op, 0, ("Relu", "Add"))
        return first if first is not None and look.graph.can_replace(op.outputs[0], first.outputs[0]) else None


class Restless(Clamp):
    """Wrong: it never comes to rest."""

    name = "restless"
    roots = ("Add",)

    def match(self, op: Op, look: Look) -> Any:
        return op.inputs[0] is not op.inputs[1] or None

    def rewrite(self, op: Op, found: Any, graph: Graph) -> None:
        graph.rewire(op, op.inputs[::-1])


def test_a_sound_pass_passes() -> None:
    assert_sound_on_random_graphs(Clamp, kinds=["Add"], examples=40)


def test_an_unsound_pass_is_shown_on_a_small_graph() -> None:
    with pytest.raises(AssertionError, match="Not equal") as caught:
        assert_sound_on_random_graphs(ClampWrongly, kinds=["Add", "Tanh"])
    (shown, *_) = caught.value.__notes__
    assert "Add(" in shown
    assert "Relu(" in shown
    assert "Tanh(" not in shown


def test_endless_rewriting_is_found() -> None:
    with pytest.raises(Exception, match="restless"):
        assert_sound_on_random_graphs(Restless, kinds=["Mul"], examples=40)


def test_a_pass_that_never_applies_shows_nothing() -> None:
    with pytest.raises(AssertionError, match=r"clamp: 0 rewrites in 5 random graphs; name the kinds"):
        assert_sound_on_random_graphs(Clamp, kinds=["Neg"], examples=5, makers={"Relu": lambda m: None})
    assert_sound_on_random_graphs(Clamp, kinds=["Neg"], examples=5, makers={"Relu": lambda m: None}, least_rewrites=0)


def test_the_passes_run_as_in_run_passes() -> None:
    case = random_graph(3, 12, kinds=["Relu"])
    assert run_passes(case.graph.model, Clamp).rewrites.get("clamp", 0) > 0


def test_search_ends_where_there_is_nothing() -> None:
    with pytest.raises(NoSuchExample):
        find(graphs(["Add"]), lambda g: bool(g.ops("Mul")), settings=QUICK)
