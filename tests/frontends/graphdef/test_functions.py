"""Calls of library functions are expanded before import, however they are written."""

from typing import Any

import pytest

from pytoco.compiler.errors import InvalidModelError
from pytoco.compiler.ir import Graph
from pytoco.frontends.graphdef import load
from pytoco.frontends.graphdef.functions import expand, reached
from pytoco.frontends.graphdef.loader import read
from tests.graphdefs import (
    FLOAT,
    Type,
    const,
    func,
    function,
    graph,
    node,
    placeholder,
    placeholder_attr,
)

X = placeholder("x", 2, 3)
T = Type(FLOAT)
SQUARE = function("square", ["a"], {"r": "m:z:0"}, [node("m", "Mul", ["a", "a"], T=T)])


def loaded(*nodes: Any, functions: list[Any], outputs: list[str]) -> Graph:
    return load(graph(*nodes, functions=functions), {"output_arrays": outputs}).main


def kinds(found: Graph) -> list[tuple[str, str]]:
    return [(op.name, op.kind) for op in found.order()]


def test_a_call_by_function_name() -> None:
    found = loaded(X, node("y", "square", ["x"]), functions=[SQUARE], outputs=["y"])
    assert kinds(found) == [("y/m", "Mul"), ("y", "Identity")]
    assert found.outputs[0].shape == (2, 3)


@pytest.mark.parametrize("op", ["PartitionedCall", "StatefulPartitionedCall"])
def test_a_partitioned_call_inside_a_function(op: str) -> None:
    outer = function(
        "outer",
        ["a"],
        {"r": "again:output:0"},
        [node("once", op, ["a"], f=func("square"), Tout=[T]), node("again", op, ["once:output:0"], f=func("square"))],
    )
    outer.node_def[1].attr["Tout"].list.type.append(FLOAT)
    found = loaded(X, node("y", op, ["x"], f=func("outer")), functions=[SQUARE, outer], outputs=["y"])
    assert [k for k in kinds(found) if k[1] == "Mul"] == [("y/once/m", "Mul"), ("y/again/m", "Mul")]


def test_results_keep_the_call_s_names() -> None:
    two = function("two", ["a"], {"first": "n:y:0", "second": "a"}, [node("n", "Neg", ["a"])])
    found = loaded(X, node("c", "two", ["x"]), node("z", "Exp", ["c:1"]), functions=[two], outputs=["z", "c", "c:1"])
    assert [a.name for a in found.outputs] == ["z", "c", "c:1"]
    exp = found.producer(found.outputs[0])
    assert exp is not None
    second = exp.inputs[0]
    assert second is found.outputs[2]
    producer = found.producer(second)
    assert producer is not None
    assert producer.inputs == found.inputs


def test_named_results_of_multi_output_nodes_become_positions() -> None:
    top = function(
        "top",
        ["a"],
        {"v": "t:values:0", "i": "s:output:1"},
        [
            const("k", 2, 3),
            const("axis", 1, 3),
            node("t", "TopKV2", ["a", "k:output:0"], T=T),
            node("s", "Split", ["axis:output:0", "a"], num_split=3, T=T),
        ],
    )
    found = loaded(X, node("c", "top", ["x"]), functions=[top], outputs=["c", "c:1"])
    first, second = (found.producer(a) for a in found.outputs)
    assert first is not None
    assert second is not None
    assert first.inputs[0] is not None
    assert first.inputs[0].name == "c/t"
    assert second.inputs[0] is not None
    assert second.inputs[0].name == "c/s:1"


def test_second_result_of_a_function_called_by_name_inside_a_function() -> None:
    two = function(
        "two", ["a"], {"first": "n:y:0", "second": "e:y:0"}, [node("n", "Neg", ["a"]), node("e", "Exp", ["a"])]
    )
    outer = function("outer", ["a"], {"r": "t:second:0"}, [node("t", "two", ["a"])])
    found = loaded(X, node("y", "outer", ["x"]), functions=[two, outer], outputs=["y"])
    assert ("y/t/e", "Exp") in kinds(found)
    assert ("y/t/n", "Neg") not in kinds(found)


def test_attributes_of_the_call_fill_placeholders() -> None:
    cast = function(
        "cast", ["a"], {"r": "c:y:0"}, [node("c", "Cast", ["a"], DstT=placeholder_attr("D"))], attrs=["S", "D"]
    )
    found = loaded(X, node("y", "cast", ["x"], S=T, D=Type(3)), functions=[cast], outputs=["y"])
    assert str(found.outputs[0].dtype) == "int32"
    with pytest.raises(InvalidModelError, match="'D'"):
        loaded(X, node("y", "cast", ["x"], S=T), functions=[cast], outputs=["y"])


def test_control_edges_in_and_around_functions_do_no_harm() -> None:
    body = function("f", ["a"], {"r": "n:y:0"}, [node("check", "NoOp", ["^a"]), node("n", "Neg", ["a", "^check"])])
    found = loaded(X, node("wait", "NoOp"), node("y", "f", ["x", "^wait"]), functions=[body], outputs=["y"])
    assert ("y/n", "Neg") in kinds(found)


def test_recursion_is_told_with_its_path() -> None:
    one = function("one", ["a"], {"r": "c:r:0"}, [node("c", "two", ["a"])])
    two = function("two", ["a"], {"r": "c:r:0"}, [node("c", "one", ["a"])])
    with pytest.raises(InvalidModelError, match="one -> two -> one"):
        loaded(X, node("y", "one", ["x"]), functions=[one, two], outputs=["y"])


def test_functions_that_double_are_stopped(monkeypatch: pytest.MonkeyPatch) -> None:
    from pytoco.frontends.graphdef import functions

    monkeypatch.setattr(functions, "MAX_NODES", 1000)
    library = [SQUARE]
    for i in range(40):
        called = f"f{i - 1}" if i else "square"
        body = [node("l", called, ["a"]), node("r", called, ["l:r:0"])]
        library.append(function(f"f{i}", ["a"], {"r": "r:r:0"}, body))
    with pytest.raises(InvalidModelError, match="more than 1000 nodes"):
        loaded(X, node("y", "f39", ["x"]), functions=library, outputs=["y"])


@pytest.mark.parametrize(
    ("call", "library", "told"),
    [
        (node("y", "PartitionedCall", ["x"], f=func("gone")), [SQUARE], "'gone'"),
        (node("y", "PartitionedCall", ["x"]), [SQUARE], "'f' is missing"),
        (node("y", "square", ["x", "x"]), [SQUARE], "2 tensors, expected 1"),
        (node("y", "square", []), [SQUARE], "0 tensors, expected 1"),
        (node("y", "f", ["x"]), [function("f", ["a"], {"r": "nobody:y:0"}, [])], "'nobody:y:0'"),
        (node("y", "f", ["x"]), [function("f", ["a"], {"r": "t:wrong:0"}, [node("t", "TopKV2", ["a"])])], "'wrong'"),
        (
            node("y", "f", ["x"]),
            [function("f", ["a"], {"r": "a"}, [node("n", "NoOp"), node("n", "NoOp")])],
            "two nodes",
        ),
    ],
)
def test_calls_that_do_not_fit_are_told_with_the_node(call: Any, library: list[Any], told: str) -> None:
    with pytest.raises(InvalidModelError, match=told) as caught:
        loaded(X, call, functions=library, outputs=["y"])
    assert caught.value.node.startswith("y")


def test_deep_nesting_of_calls_needs_no_recursion() -> None:
    called = ["square", *(f"f{i}" for i in range(2999))]
    library = [SQUARE] + [
        function(f"f{i}", ["a"], {"r": "c:r:0"}, [node("c", name, ["a"])]) for i, name in enumerate(called)
    ]
    found = loaded(X, node("y", "f2999", ["x"]), functions=library, outputs=["y"])
    assert len(found.ops("Mul")) == 1


def test_bodies_may_keep_their_names_where_those_are_free() -> None:
    outer = function(
        "outer",
        ["a"],
        {"r": "y:output:0"},
        [node("y", "PartitionedCall", ["a"], f=func("square")), node("n", "Neg", ["y:output:0"])],
    )
    outer.node_def[0].attr["Tout"].list.type.append(FLOAT)
    file = read(graph(X, node("m", "outer", ["x"]), node("y", "square", ["m"]), functions=[SQUARE, outer]))
    found = {n.name: n.inputs for n in expand(file.nodes, file.functions, short=True)}
    assert found == {
        "x": [],
        "m": ["m/y"],
        "m/y": ["m/y/m"],
        "m/y/m": ["x", "x"],
        "n": ["m/y"],
        "y": ["y/m"],
        "y/m": ["m", "m"],
    }


def test_what_arrays_need() -> None:
    nodes = read(
        graph(
            X,
            node("a", "Neg", ["x"]),
            node("b", "Exp", ["a", "^x"]),
            node("c", "Relu", ["a:0"]),
            node("d", "Abs", ["c"]),
        )
    ).nodes
    assert [n.name for n in reached(nodes, ["c"])] == ["x", "a", "c"]
    assert [n.name for n in reached(nodes, ["d", "b:0"], ["a"])] == ["b", "c", "d"]
    assert reached(nodes, ["nowhere", "a"], ["a"]) == []
