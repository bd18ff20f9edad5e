"""Graphs and constants far larger than usual: converted where that makes sense, refused at once where it does not."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.end_to_end.running import converted, refused
from tests.graphdefs import FLOAT, INT32, Type, const, data, node, placeholder
from tests.litert import run

GIGABYTE = 1 << 30
LONG = 200_000
"""Nodes; a recursion over the graph would end long before."""


def test_a_chain_of_200_000_nodes_converts(tmp_path: Path) -> None:
    """Nineteen Identities and an addition of 1, ten thousand times: the result counts the additions."""
    nodes = [placeholder("x", 1), const("one", [1.0])]
    name = "x"
    for k in range(LONG):
        kind, inputs = ("Identity", [name]) if k % 20 else ("AddV2", [name, "one"])
        name = f"n{k}"
        nodes.append(node(name, kind, inputs, T=Type(FLOAT)))
    model = tmp_path / "chain.pb"
    model.write_bytes(data(*nodes))
    made = converted(model, tmp_path / "out.tflite", outputs=name)
    (found,) = run(made, [np.array([0], np.float32)])
    np.testing.assert_array_equal(found, [LONG / 20])


def _splat(name: str, *sizes: int) -> Any:
    """A Const of one value for all elements, as TensorFlow stores it: a few bytes."""
    made = const(name, 1.0)
    message = made.attr["value"].tensor
    message.ClearField("tensor_content")
    for size in sizes:
        message.tensor_shape.dim.add(size=size)
    message.float_val.append(1.0)
    return made


HUGE = _splat("huge", 100_000, 100_000)
X = placeholder("x", 1, 4)
RESULT = node("y", "Add", ["x", "part"], T=Type(FLOAT))
# How x comes to read something of 10^10 elements, so that its content has to be written or computed.
NEEDED = {
    "the constant": [HUGE, node("y", "MatMul", ["x", "huge"], T=Type(FLOAT))],
    "a sum of it": [HUGE, node("part", "Add", ["huge", "huge"], T=Type(FLOAT)), node("y", "Add", ["part", "x"])],
    "a Fill": [
        const("sizes", [100_000, 100_000], INT32),
        const("value", 2.0),
        node("part", "Fill", ["sizes", "value"], T=Type(FLOAT)),
        node("y", "MatMul", ["x", "part"], T=Type(FLOAT)),
    ],
    "a Tile": [
        const("row", [[1.0, 2.0]]),
        const("times", [100_000, 50_000], INT32),
        node("part", "Tile", ["row", "times"], T=Type(FLOAT)),
        node("y", "Add", ["x", "part"], T=Type(FLOAT)),
    ],
}


@pytest.mark.parametrize("case", NEEDED)
def test_what_would_have_to_be_written_is_refused(case: str, tmp_path: Path) -> None:
    """Under limits of 3 GB of memory and 100 MB of file, which 10^10 elements would break at once."""
    x = placeholder("x", 1, 100_000) if case in ("the constant", "a Fill") else placeholder("x", 1, 1)
    model = tmp_path / "model.pb"
    model.write_bytes(data(x, *NEEDED[case]))
    said = refused(tmp_path, model, [], memory=3 * GIGABYTE, file_size=100 << 20)
    assert "File too large" not in said
    assert "memory" not in said


UNUSED = {
    "cut away": [HUGE, node("z", "MatMul", ["x", "huge"]), node("y", "Neg", ["x"], T=Type(FLOAT))],
    "only its shape": [
        HUGE,
        node("shape", "Shape", ["huge"], T=Type(FLOAT)),
        node("extents", "Cast", ["shape"], SrcT=Type(INT32), DstT=Type(FLOAT)),
        node("sum", "Sum", ["extents", "axis"], T=Type(FLOAT)),
        const("axis", [0], INT32),
        node("y", "Mul", ["x", "sum"], T=Type(FLOAT)),
    ],
}


@pytest.mark.parametrize("case", UNUSED)
def test_what_need_not_be_written_costs_nothing(case: str, tmp_path: Path) -> None:
    model = tmp_path / "model.pb"
    model.write_bytes(data(X, *UNUSED[case]))
    made = converted(model, tmp_path / "out.tflite", memory=3 * GIGABYTE)
    assert len(made) < 2000
    given = np.array([[1, -2, 3, 0]], np.float32)
    (found,) = run(made, [given])
    np.testing.assert_array_equal(found, -given if case == "cut away" else given * 200_000)


def test_a_drawing_of_a_huge_constant_is_small(tmp_path: Path) -> None:
    model = tmp_path / "model.pb"
    model.write_bytes(data(placeholder("x", 1, 100_000), *NEEDED["the constant"]))
    made = converted(model, tmp_path / "out.dot", "--output_format=GRAPHVIZ_DOT", memory=3 * GIGABYTE)
    assert b"100000" in made
    assert len(made) < 20_000


def test_many_empty_nodes_are_refused_in_time(tmp_path: Path) -> None:
    """Two bytes are a node without name: half a million of them in a megabyte."""
    model = tmp_path / "model.pb"
    model.write_bytes(b"\x0a\x00" * 500_000)
    refused(tmp_path, model, ["name"], memory=3 * GIGABYTE)
