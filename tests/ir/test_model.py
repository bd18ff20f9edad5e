"""Transactions and listeners: whole or not at all, heard once, in order."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np
import pytest

from pytoco.compiler.errors import InternalError
from pytoco.compiler.ir import Model
from pytoco.compiler.ir.events import ADD, REMOVE, RETARGET, REWIRE, UPDATE, describe
from pytoco.compiler.ir.text import print_graph
from tests.ir.random_graphs import check, empty


class Heard(list[list[Any]]):
    """A listener that remembers."""

    def __call__(self, events: list[Any]) -> None:
        self.append(events)

    @property
    def codes(self) -> list[list[int]]:
        return [[event[0] for event in events] for events in self]


@contextmanager
def failing(model: Model) -> Iterator[None]:
    """A transaction whose last step raises."""

    def run() -> Iterator[None]:
        with model.transaction():
            yield
            raise KeyError

    steps = run()
    next(steps)
    yield
    with pytest.raises(KeyError):
        next(steps)


def test_outside_a_transaction_every_change_is_heard_at_once() -> None:
    graph = empty()
    graph.model.listeners.append(heard := Heard())
    op = graph.emit("Abs", [graph.inputs[0]])
    graph.update(op.outputs[0], shape=None)
    assert heard.codes == [[ADD], [UPDATE]]
    assert graph.model.log == []


def test_a_transaction_is_heard_when_it_commits() -> None:
    graph = empty()
    graph.model.listeners.append(heard := Heard())
    with graph.model.transaction():
        op = graph.emit("Abs", [graph.inputs[0]])
        with graph.model.transaction():
            graph.rewire(op, [graph.outputs[0]])
            graph.retarget(outputs=op.outputs)
        assert not heard
        graph.remove(graph.ops("Identity")[0])
    assert heard.codes == [[ADD, REWIRE, RETARGET, REMOVE]]


def test_a_transaction_that_raises_leaves_no_trace() -> None:
    graph = empty()
    before = print_graph(graph)
    graph.model.listeners.append(heard := Heard())
    with failing(graph.model):
        op = graph.emit("Abs", [graph.inputs[0]])
        graph.replace(graph.outputs[0], op.outputs[0])
    assert print_graph(graph) == before
    assert not heard
    check(graph)


def test_an_inner_transaction_fails_alone() -> None:
    graph = empty()
    graph.model.listeners.append(heard := Heard())
    with graph.model.transaction():
        graph.emit("Abs", [graph.inputs[0]], name="kept")
        between = print_graph(graph)
        with failing(graph.model):
            graph.retarget(outputs=[graph.constant(np.float32(1), "gone")])
        assert print_graph(graph) == between
    assert heard.codes == [[ADD]]
    assert graph.find("kept") is not None
    check(graph)


def test_the_outer_one_takes_the_inner_one_back() -> None:
    graph = empty()
    before = print_graph(graph)
    with failing(graph.model), graph.model.transaction():
        graph.emit("Abs", [graph.inputs[0]])
    assert print_graph(graph) == before
    assert graph.model.open == 0


def test_graphs_have_names_of_their_own() -> None:
    model = Model()
    model.graph("main")
    with pytest.raises(InternalError, match="'main'"):
        model.graph("main")
    assert model.graph("body") is model.graphs["body"]
    assert model.main is model.graphs["main"]
    assert [model.new_id(), model.new_id()] == [1, 2]


def test_events_name_what_they_touched() -> None:
    graph = empty()
    graph.model.listeners.append(heard := Heard())
    (x,) = graph.inputs
    with graph.model.transaction():
        op = graph.emit("Abs", [x], name="a")
        graph.rewire(op, graph.outputs)
        graph.update(op.outputs[0], minmax=None, shape=None)
        graph.retarget(outputs=op.outputs)
        graph.remove(graph.ops("Identity")[0])
    add, rewire, update, retarget, remove = heard[0]
    assert describe(add).startswith("add ")
    assert describe(rewire).endswith(": x -> y")
    assert describe(update).endswith(": shape")
    assert describe(retarget) == "retarget outputs: y -> a"
    assert describe(remove).startswith("remove ")
