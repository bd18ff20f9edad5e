"""`from_session` with a stand-in for a TensorFlow session: what is read, when, and what is never run."""

import sys
from typing import Any

import numpy as np
import pytest

import pytoco
from pytoco.compiler.errors import UnsupportedError, UsageError
from pytoco.frontends.graphdef import protos
from tests.litert import run as run_litert

FLOAT, INT32, RESOURCE = 1, 3, 20


class NotInitialized(Exception):
    error_code = 9  # FAILED_PRECONDITION, as TensorFlow's exception says it


class Tensor:
    def __init__(self, graph: Any, name: Any, shape: Any) -> None:
        self.graph, self.name, self._shape = graph, f"{name}:0", shape

    def get_shape(self) -> Any:
        return self if self._shape is not None else type("Unknown", (), {"rank": None, "as_list": None})()

    @property
    def rank(self) -> Any:
        return len(self._shape)

    def as_list(self) -> Any:
        return list(self._shape)


class Graph:
    def __init__(self, message: Any) -> None:
        self.message = message

    def as_graph_def(self) -> Any:
        return self.message

    def get_collection(self, name: Any) -> Any:
        return []


class Session:
    """Keeps variables by name in `values`; `initial` are what their `<name>/Assign` would give them."""

    def __init__(self, message: Any, values: Any, initial: Any) -> None:
        self.graph = Graph(message)
        self.values, self.initial = dict(values), initial
        self.ran: list[str] = []

    def run(self, fetches: Any) -> Any:
        self.ran += fetches
        results: list[Any] = []
        for fetch in fetches:
            name = fetch.partition("/")[0].partition(":")[0]
            if fetch.endswith("/Assign"):
                self.values[name] = self.initial[name]()
                results.append(None)
            elif name in self.values:
                results.append(self.values[name])
            else:
                raise NotInitialized(name)
        return results


def node(graph: Any, name: Any, op: Any, *inputs: Any, **types: Any) -> Any:
    made = graph.node.add(name=name, op=op, input=inputs)
    for key, number in types.items():
        made.attr[key].type = number
    return made


def add_shape(made: Any, key: Any, shape: Any) -> None:
    for size in shape:
        made.attr[key].shape.dim.add(size=size)


def variable_graph(resource: Any) -> Any:
    """`y = x + w`, with `w` of shape [2] a variable; `unused` is one that `y` does not need."""
    graph = protos.GraphDef()
    add_shape(node(graph, "x", "Placeholder", dtype=FLOAT), "shape", (1, 2))
    for name in ("w", "unused"):
        if resource:
            add_shape(node(graph, name, "VarHandleOp", dtype=FLOAT), "shape", (2,))
            node(graph, f"{name}/Read/ReadVariableOp", "ReadVariableOp", name, dtype=FLOAT)
            node(graph, f"{name}/Assign", "AssignVariableOp", name, dtype=FLOAT)
        else:
            add_shape(node(graph, name, "VariableV2", dtype=FLOAT), "shape", (2,))
            node(graph, f"{name}/read", "Identity", name, T=FLOAT)
            node(graph, f"{name}/Assign", "Assign", name, T=FLOAT)
    node(graph, "y", "AddV2", "x", "w/Read/ReadVariableOp" if resource else "w/read", T=FLOAT)
    return graph


def session_of(resource: Any, values: Any, initial: Any = None) -> Any:
    return Session(variable_graph(resource), values, initial or {})


def convert(session: Any, **arguments: Any) -> Any:
    x, y = Tensor(session.graph, "x", (1, 2)), Tensor(session.graph, "y", (1, 2))
    return pytoco.TocoConverter.from_session(session, [x], [y], **arguments)


def result_of(converter: Any) -> Any:
    return run_litert(converter.convert(), [np.array([[1, 1]], np.float32)])[0].tolist()


KINDS = pytest.mark.parametrize("resource", [False, True], ids=["reference", "resource"])
TRAINED = {"w": np.array([10, 20], np.float32), "unused": np.zeros(2, np.float32)}


@KINDS
def test_variables_keep_the_values_of_the_session(resource: Any) -> None:
    session = session_of(resource, TRAINED)
    assert result_of(convert(session, freeze_variables=True)) == [[11, 21]]


@KINDS
def test_only_needed_variables_are_read_and_nothing_is_initialized(resource: Any) -> None:
    session = session_of(resource, TRAINED)
    convert(session, freeze_variables=True)
    assert all(name.startswith("w") and not name.endswith("Assign") for name in session.ran)


@KINDS
def test_values_are_those_at_the_time_of_the_call(resource: Any) -> None:
    session = session_of(resource, TRAINED)
    converter = convert(session, freeze_variables=True)
    session.values["w"] = np.array([0, 0], np.float32)
    assert result_of(converter) == [[11, 21]]


@KINDS
def test_a_variable_without_value_takes_its_initial_value_with_a_warning(resource: Any) -> None:
    session = session_of(resource, {}, {"w": lambda: np.array([5, 6], np.float32)})
    with pytest.warns(UserWarning, match="'w' had no value"):
        converter = convert(session, freeze_variables=True)
    assert result_of(converter) == [[6, 7]]
    assert session.ran.count("w/Assign") == 1


def test_a_variable_that_cannot_be_initialized_is_named() -> None:
    nothing: dict[str, Any] = {}
    session = session_of(False, {}, {"w": lambda: nothing["missing"]})
    with pytest.raises(UsageError, match="w/Assign"):
        convert(session, freeze_variables=True)


@KINDS
def test_without_freezing_variables_are_refused_by_name(resource: Any) -> None:
    session = session_of(resource, TRAINED)
    with pytest.raises(UsageError, match=r"1 variable\(s\): w \(pass freeze_variables=True"):
        convert(session)
    assert session.ran == []


def test_gathered_variables_are_frozen_too() -> None:
    graph = protos.GraphDef()
    add_shape(node(graph, "x", "Placeholder", dtype=INT32), "shape", (2,))
    add_shape(node(graph, "w", "VarHandleOp", dtype=FLOAT), "shape", (3, 1))
    node(graph, "w/Read/ReadVariableOp", "ReadVariableOp", "w", dtype=FLOAT)
    node(graph, "y", "ResourceGather", "w", "x", dtype=FLOAT, Tindices=INT32)
    session = Session(graph, {"w": np.array([[7], [8], [9]], np.float32)}, {})
    x, y = Tensor(session.graph, "x", (2,)), Tensor(session.graph, "y", (2, 1))
    data = pytoco.TocoConverter.from_session(session, [x], [y], freeze_variables=True).convert()
    assert run_litert(data, [np.array([2, 0], np.int32)])[0].tolist() == [[9], [7]]


def test_a_value_that_the_graph_assigns_is_not_the_session_s() -> None:
    graph = variable_graph(True)
    graph.node[2].input.append("^w/Assign")
    with pytest.raises(UnsupportedError, match="value that AssignVariableOp 'w/Assign' gives to the variable 'w'"):
        convert(Session(graph, TRAINED, {}), freeze_variables=True)
    del graph.node[2].input[-1]
    graph.node[-1].input.append("^w/Assign")
    with pytest.warns(UserWarning, match="have no effect: AssignVariableOp 'w/Assign' to 'w'"):
        assert result_of(convert(Session(graph, TRAINED, {}), freeze_variables=True)) == [[11, 21]]


def test_a_resource_that_nothing_reads_plainly_is_refused() -> None:
    graph = variable_graph(True)
    del graph.node[2]
    graph.node[-1].op, graph.node[-1].input[1] = "ReadThroughMagic", "w"
    with pytest.raises(UnsupportedError, match="no operation that reads the variable"):
        convert(Session(graph, TRAINED, {}), freeze_variables=True)


def test_an_input_in_the_middle_cuts_variables_off() -> None:
    session = session_of(False, {})
    w = Tensor(session.graph, "w/read", (2,))
    x, y = Tensor(session.graph, "x", (1, 2)), Tensor(session.graph, "y", (1, 2))
    converter = pytoco.TocoConverter.from_session(session, [x, w], [y])
    assert converter.get_input_arrays() == ["x", "w/read"]
    assert session.ran == []


def test_tensors_of_another_graph_are_refused() -> None:
    session, other = session_of(False, TRAINED), session_of(False, TRAINED)
    with pytest.raises(UsageError, match="'x' belongs to another graph"):
        pytoco.TocoConverter.from_session(session, [Tensor(other.graph, "x", None)], [Tensor(session.graph, "y", None)])


@pytest.mark.parametrize("session", [None, object(), "session"])
def test_what_is_no_session_is_refused(session: Any) -> None:
    with pytest.raises(UsageError, match="is not a session"):
        pytoco.TocoConverter.from_session(session, ["x"], ["y"])


def test_outputs_must_be_given() -> None:
    with pytest.raises(UsageError, match="output_tensors is empty"):
        pytoco.TocoConverter.from_session(session_of(False, TRAINED), [], [])


def test_tensorflow_is_not_imported() -> None:
    convert(session_of(False, TRAINED), freeze_variables=True)
    assert "tensorflow" not in sys.modules
