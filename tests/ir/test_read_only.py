"""Nothing but the mutators changes arrays, operators and graphs; a wrong write says at once which one to use."""

from typing import Any

import numpy as np
import pytest

from pytoco.compiler.errors import InternalError
from pytoco.compiler.ir import Graph, MinMax, Model, Op, Quantization, State
from pytoco.compiler.ir.text import parse, print_graph
from pytoco.compiler.ir.values import Lazy

TEXT = """
graph main(x: float32[2]) -> y {
  k = const float32[2] [1.0, 2.0]
  a: float32[2] = Mul(x, k)
  y: float32[2] = Neg(a)
}
"""

ARRAY = ("id", "name", "dtype", "shape", "value", "minmax", "quantization")
OP = ("id", "kind", "inputs", "outputs", "attrs", "origin", "rank")


@pytest.fixture
def graph() -> Graph:
    return parse(TEXT).main


def array(graph: Graph, name: str) -> Any:
    return graph.find(name)


@pytest.mark.parametrize("field", ARRAY)
def test_fields_of_arrays_are_written_by_mutators_alone(graph: Graph, field: str) -> None:
    before = print_graph(graph)
    hint = "no mutator" if field == "id" else f"use graph.update\\(array, {field}=...\\)"
    with pytest.raises(InternalError, match=f"{field!r} of %. 'a' cannot be assigned.*{hint}"):
        setattr(array(graph, "a"), field, None)
    with pytest.raises(InternalError, match="cannot be assigned"):
        delattr(array(graph, "a"), field)
    assert print_graph(graph) == before


@pytest.mark.parametrize("field", OP)
def test_fields_of_operators_are_written_by_mutators_alone(graph: Graph, field: str) -> None:
    before = print_graph(graph)
    op: Any = graph.ops("Mul")[0]
    with pytest.raises(InternalError, match=r"of %\d+ Mul\('a'\) cannot be assigned.*\(use "):
        setattr(op, field, None)
    with pytest.raises(InternalError, match="cannot be assigned"):
        delattr(op, field)
    assert print_graph(graph) == before


@pytest.mark.parametrize("field", ["inputs", "outputs", "states"])
def test_roles_are_written_by_retarget_alone(graph: Graph, field: str) -> None:
    before = print_graph(graph)
    with pytest.raises(InternalError, match=rf"use graph\.retarget\({field}=\.\.\.\)"):
        setattr(graph, field, ())
    assert print_graph(graph) == before


def test_a_misspelt_field_is_an_attribute_error(graph: Graph) -> None:
    items: list[Any] = [array(graph, "a"), graph.ops()[0], graph]
    for item in items:
        with pytest.raises(AttributeError, match="shpae"):
            item.shpae = ()
    with pytest.raises(AttributeError):
        del array(graph, "a").shpae


def test_values_cannot_be_written_to_and_the_callers_array_stays_his(graph: Graph) -> None:
    own = np.arange(3, dtype=np.float32)
    made: Any = graph.constant(own, "c")
    with pytest.raises(ValueError, match="read-only"):
        made.value[0] = 7
    with pytest.raises(ValueError, match="read-only"):
        made.numpy()[0] = 7
    own[0] = 7
    assert made.value.base is own
    array(graph, "x")
    op = graph.emit("Neg", graph.inputs)
    graph.remove(op)
    late = graph.array("late", made.dtype, (3,))
    graph.emit("Neg", [late])
    graph.update(late, value=own)
    with pytest.raises(ValueError, match="read-only"):
        array(graph, "late").value[0] = 1
    assert own.flags.writeable


def test_values_of_parsed_graphs_cannot_be_written_to(graph: Graph) -> None:
    with pytest.raises(ValueError, match="read-only"):
        array(graph, "k").value[...] = 3


def test_values_that_are_views_or_recipes_are_kept_as_they_are(graph: Graph) -> None:
    splat = np.broadcast_to(np.float32(1), (4, 4))
    assert graph.constant(splat, "splat").value is splat
    recipe = Lazy(np.multiply, splat, np.ones(4, np.float32))
    assert graph.constant(recipe, "recipe").value is recipe


def test_new_arrays_take_their_range_and_grid_with_them(graph: Graph) -> None:
    grid = Quantization((0.5,), (3,))
    made = graph.array("n", minmax=MinMax(0.0, 1.0), quantization=grid)
    assert (made.minmax, made.quantization) == (MinMax(0.0, 1.0), grid)
    assert graph.constant([1, 2], "m", quantization=grid).quantization is grid
    assert graph.array("o").minmax is None


def test_mutators_write_what_nothing_else_can(graph: Graph) -> None:
    (mul,) = graph.ops("Mul")
    x, k = mul.inputs
    graph.rewire(mul, [k, x])
    graph.update(mul, origin=("n",))
    graph.update(array(graph, "a"), shape=None, name="b")
    state = graph.array("s")
    graph.retarget(states=[State(state, state)])
    assert mul.inputs == (k, x)
    assert mul.origin == ("n",)
    assert (array(graph, "b").shape, graph.states) == (None, (State(state, state),))


# closed models --------------------------------------------------------------------------------------------------------


def changes(graph: Graph) -> list[Any]:
    op = graph.ops("Neg")[0]
    a = array(graph, "a")
    return [
        lambda: graph.remove(op),
        lambda: graph.add(Op(99, "Abs", (a,), (graph.array("z"),))),
        lambda: graph.emit("Abs", [a]),
        lambda: graph.rewire(op, graph.inputs),
        lambda: graph.replace(a, graph.inputs[0]),
        lambda: graph.replace(graph.outputs[0], a),
        lambda: graph.update(a, shape=None),
        lambda: graph.update(a, name="z"),
        lambda: graph.update(op, origin=("z",)),
        lambda: graph.retarget(outputs=[a]),
        lambda: graph.retarget(inputs=[]),
    ]


@pytest.mark.parametrize("number", range(11))
def test_a_closed_model_takes_every_change_back(graph: Graph, number: int) -> None:
    before = print_graph(graph)
    heard: list[Any] = []
    graph.model.listeners.append(heard.append)
    change = changes(graph)[number]
    with graph.model.closed(), pytest.raises(InternalError, match="nothing may change the graph now"):
        change()
    assert print_graph(graph) == before
    with graph.model.closed(), pytest.raises(InternalError), graph.model.transaction():
        change()
    assert print_graph(graph) == before
    assert not heard
    changes(graph)[number]()
    assert heard


def test_closing_ends_with_its_block_and_may_be_nested() -> None:
    model = Model()
    graph = model.graph()
    with model.transaction(), model.closed():
        with model.closed(), pytest.raises(InternalError):
            graph.retarget(inputs=[graph.array("x")])
        with pytest.raises(InternalError):
            graph.retarget(inputs=[graph.array("x")])
    graph.retarget(inputs=[graph.array("x")])
    assert model.open == 0
    assert [a.name for a in graph.inputs] == ["x"]
