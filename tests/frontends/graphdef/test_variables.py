"""Variables turned into constants: what reads them, and what assigns to them."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from pytoco.compiler.errors import InvalidModelError, UnsupportedError
from pytoco.compiler.ir import Array, Graph, Op
from pytoco.frontends.graphdef import load
from pytoco.frontends.graphdef.assignments import check_assignments
from pytoco.frontends.graphdef.freeze import replace
from pytoco.frontends.graphdef.functions import expand
from pytoco.frontends.graphdef.loader import read
from tests.graphdefs import FLOAT, INT32, INT64, Shape, Type, const, func, function, graph, node, placeholder

T = Type(FLOAT)
X = placeholder("x", 2, dtype=INT32)
V = node("v", "VarHandleOp", dtype=T, shape=Shape((3, 2)))
VALUE = np.arange(6, dtype=np.float32).reshape(3, 2)


def frozen(*nodes: Any, outputs: list[str], functions: list[Any] | None = None) -> Graph:
    file = read(graph(*nodes, functions=functions or []))
    file.nodes = expand(file.nodes, file.functions)
    replace(file, {"v": VALUE})
    return load(file, {"output_arrays": outputs}).main


def operand(op: Op, k: int = 0) -> Array:
    array = op.inputs[k]
    assert array is not None
    return array


def test_reads_are_the_value() -> None:
    found = frozen(V, node("y", "ReadVariableOp", ["v"], dtype=T), outputs=["y"])
    (op,) = found.order()
    assert (op.kind, operand(op).name) == ("Identity", "v")
    np.testing.assert_array_equal(operand(op).numpy(), VALUE)
    assert np.shares_memory(operand(op).numpy(), VALUE)
    assert found.outputs[0].shape == (3, 2)


def test_gathering_needs_no_read() -> None:
    found = frozen(
        V, X,
        node("y", "ResourceGather", ["v", "x"], dtype=T, Tindices=Type(INT32)),
        node("pairs", "Const", dtype=Type(INT32), value=const("", [[0, 1], [2, 0]], INT32).attr["value"].tensor),
        node("z", "ResourceGatherNd", ["v", "pairs"], dtype=T, Tindices=Type(INT32)),
        outputs=["y", "z"],
    )  # fmt: skip
    assert [(op.kind, [operand(op, k).name for k in range(2)]) for op in found.order()] == [
        ("Gather", ["v", "x"]),
        ("GatherNd", ["v", "pairs"]),
    ]
    assert [a.shape for a in found.outputs] == [(2, 2), (2,)]


def test_questions_about_a_variable() -> None:
    found = frozen(
        V,
        node("s", "VariableShape", ["v"], out_type=Type(INT64)),
        node("i", "VarIsInitializedOp", ["v"]),
        outputs=["s", "i"],
    )
    shape, known = found.order()
    assert (shape.kind, found.outputs[0].dtype) == ("Shape", shape.attrs.output_type)
    assert shape.attrs.output_type.name == "int64"
    assert operand(known).numpy()


def test_a_variable_may_go_through_calls() -> None:
    inner = function("f", ["a"], {"r": "read:value:0"}, [node("read", "ReadVariableOp", ["a"], dtype=T)])
    call = node("y", "StatefulPartitionedCall", ["v"], f=func("f"), Tout=[T])
    found = frozen(V, call, outputs=["y"], functions=[inner])
    assert [op.kind for op in found.order()] == ["Identity", "Identity"]
    assert operand(found.order()[0]).name == "v"


def test_a_variable_may_go_into_a_branch() -> None:
    read_it = function("yes", ["a"], {"r": "read:value:0"}, [node("read", "ReadVariableOp", ["a"], dtype=T)])
    zeros = [node("read", "ReadVariableOp", ["a"], dtype=T), node("zero", "ZerosLike", ["read:value:0"], T=T)]
    no = function("no", ["a"], {"r": "zero:y:0"}, zeros)
    found = frozen(
        V,
        placeholder("c", dtype=10),
        node("y", "If", ["c", "v"], then_branch=func("yes"), else_branch=func("no"), Tout=[T]),
        outputs=["y"],
        functions=[read_it, no],
    )
    branch = found.model.graphs[found.order()[0].attrs.then_graph]
    np.testing.assert_array_equal(operand(branch.order()[0]).numpy(), VALUE)


def test_another_type_than_the_variable_s_is_an_error() -> None:
    with pytest.raises(InvalidModelError, match=r"node 'y'.*it reads int32, but the variable 'v' is float32"):
        frozen(V, node("y", "ReadVariableOp", ["v"], dtype=Type(INT32)), outputs=["y"])


def test_a_variable_that_is_not_frozen_stays_unknown() -> None:
    nodes = V, node("y", "ReadVariableOp", ["v"], dtype=T)
    found = load(graph(*nodes), {"output_arrays": ["y"]}).main
    assert [op.kind for op in found.order()] == ["Opaque", "Opaque"]


ADD = node("add", "AssignAddVariableOp", ["v", "one"], dtype=T)
READ = node("read", "ReadVariableOp", ["v"], dtype=T)
LATE = node("read", "ReadVariableOp", ["v", "^add"], dtype=T)
ONE = const("one", 1.0)


def checked(*nodes: Any, functions: list[Any] | None = None, output: str = "y") -> list[str]:
    file = read(graph(*nodes, functions=functions or []))
    return check_assignments(expand(file.nodes, file.functions), file.nodes, [output], [], file.functions)


def test_an_assignment_that_nothing_waits_for_is_none_of_ours() -> None:
    assert checked(V, ONE, ADD, READ, node("y", "Neg", ["read"], T=T)) == []


def test_an_assignment_after_the_last_read_is_dropped_with_a_warning() -> None:
    (text,) = checked(V, ONE, ADD, READ, node("y", "Neg", ["read", "^add"], T=T))
    assert text.endswith("these assignments have no effect: AssignAddVariableOp 'add' to 'v'")


def test_a_read_that_waits_for_an_assignment_is_an_error() -> None:
    with pytest.raises(UnsupportedError, match=r"depend on the value that AssignAddVariableOp 'add' gives to .* 'v'"):
        checked(V, ONE, ADD, LATE, node("y", "Neg", ["read"], T=T))


def test_a_chain_of_control_edges_counts() -> None:
    step = node("step", "NoOp", ["^add"])
    with pytest.raises(UnsupportedError, match="'add'"):
        checked(V, ONE, ADD, step, node("read", "ReadVariableOp", ["v", "^step"], dtype=T), node("y", "Neg", ["read"]))


def test_another_variable_may_be_read_afterwards() -> None:
    other = node("w", "VarHandleOp", dtype=T, shape=Shape(()))
    late = node("read", "ReadVariableOp", ["w", "^add"], dtype=T)
    assert len(checked(V, other, ONE, ADD, late, node("y", "Neg", ["read"], T=T))) == 1


def test_a_call_that_waits_for_an_assignment_reads_afterwards() -> None:
    inner = function("f", ["a"], {"r": "read:value:0"}, [node("read", "ReadVariableOp", ["a"], dtype=T)])
    call = node("y", "StatefulPartitionedCall", ["v", "^add"], f=func("f"), Tout=[T])
    with pytest.raises(UnsupportedError, match="'add'"):
        checked(V, ONE, ADD, call, functions=[inner])


@pytest.mark.parametrize("op", ["AssignAdd", "ScatterNdUpdate", "ApplyGradientDescent", "CountUpTo"])
def test_the_result_of_a_reference_assignment(op: str) -> None:
    variable = node("v", "VariableV2", dtype=T, shape=Shape(()))
    with pytest.raises(UnsupportedError, match=f"depend on the value that {op} 'add' gives to the variable 'v'"):
        checked(variable, ONE, node("add", op, ["v", "one"], T=T), node("y", "Neg", ["add"], T=T))


def test_a_reference_in_a_conditional_of_tensorflow_1() -> None:
    variable = node("v", "VariableV2", dtype=T, shape=Shape(()))
    nodes = (
        node("switch", "RefSwitch", ["v", "c"], T=T),
        node("add", "AssignAdd", ["switch:1", "one"], T=T),
        node("y", "Merge", ["switch", "add"], T=T, N=2),
    )
    with pytest.raises(UnsupportedError, match="AssignAdd 'add' gives to the variable 'v'"):
        checked(variable, placeholder("c", dtype=10), ONE, *nodes)


def test_a_branch_that_assigns() -> None:
    body = [node("one", "Const", dtype=T, value=ONE.attr["value"].tensor), READ_IN, ADD_IN]
    yes = function("yes", ["a"], {"r": "read:value:0"}, body)
    branch = node("y", "If", ["c", "v"], then_branch=func("yes"), else_branch=func("yes"), Tout=[T])
    with pytest.raises(UnsupportedError, match="value that If 'y' gives to the variable 'v'"):
        checked(V, placeholder("c", dtype=10), branch, functions=[yes])


READ_IN = node("read", "ReadVariableOp", ["a"], dtype=T)
ADD_IN = node("add", "AssignAddVariableOp", ["a", "one:output:0", "^read"], dtype=T)
