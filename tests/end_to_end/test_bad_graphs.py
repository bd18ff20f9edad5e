"""Files that are GraphDefs, but of graphs that make no sense or that TFLite cannot express."""

from __future__ import annotations

import subprocess
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import pytoco
from pytoco.compiler.errors import PytocoError
from pytoco.frontends.graphdef import protos
from tests.backends.graphviz.dot_reader import read_dot, shown
from tests.end_to_end.running import converted, refused, snapshot
from tests.graphdefs import FLOAT, INT32, Shape, Type, const, data, func, function, node, placeholder, tensor
from tests.litert import run

X = placeholder("x", 1, 4)
Y = node("y", "Relu", ["x"], T=Type(FLOAT))


def _declared(name: str, value: Any, *sizes: int, **fields: Any) -> Any:
    """A Const whose tensor says `sizes`, whatever the values are."""
    made = const(name, value)
    message = made.attr["value"].tensor
    del message.tensor_shape.dim[:]
    for size in sizes:
        message.tensor_shape.dim.add(size=size)
    for field, content in fields.items():
        message.ClearField("tensor_content")
        getattr(message, field).extend(content)
    return made


def _ints(name: str, *values: int) -> Any:
    return const(name, list(values), INT32)


def _with(value: Any, *nodes: Any) -> list[Any]:
    """`x + value`, and what else is there."""
    return [X, value, *nodes, node("y", "Add", ["x", value.name], T=Type(FLOAT))]


CASES: dict[str, tuple[list[Any], list[str]]] = {
    "a cycle": (
        [X, node("a", "Add", ["x", "b"]), node("b", "Relu", ["a"]), node("y", "Relu", ["b"])],
        ["cycle", "'a'", "'b'"],
    ),
    "a node that reads itself": ([X, node("y", "Add", ["x", "y"])], ["cycle", "'y'"]),
    "a missing producer": ([X, node("y", "Add", ["x", "nowhere"])], ["'y'", "'nowhere'"]),
    "a missing result": ([X, node("y", "Add", ["x", "x:9999"])], ["'x'", "9999"]),
    "a negative result": ([X, node("y", "Add", ["x", "x:-1"])], ["'y'", "x:-1"]),
    "a name twice": ([X, node("a", "Relu", ["x"]), node("a", "Abs", ["x"]), node("y", "Relu", ["a"])], ["'a'"]),
    "an empty name": ([X, node("", "Relu", ["x"]), Y], ["name"]),
    "an empty input": ([X, node("y", "Relu", [""])], ["'y'"]),
    "too few inputs": ([X, node("y", "Add", ["x"])], ["'y'"]),
    "content too short": (_with(_declared("c", [1.0, 2.0, 3.0], 4)), ["'c'", "16 bytes", "12"]),
    "content too long": (_with(_declared("c", [1.0] * 5, 4)), ["'c'", "16 bytes", "20"]),
    "too many values": (_with(_declared("c", [1.0], 4, float_val=[1.0] * 5)), ["'c'", "4", "5"]),
    "a negative extent": (_with(_declared("c", [1.0], -3, 4)), ["'c'", "shape"]),
    "a size beyond 2^63": (_with(_declared("c", [1.0], 1 << 40, 1 << 40, float_val=[1.0])), ["'c'", "2^63"]),
    "rank 255": (_with(_declared("c", [1.0], *[1] * 255)), ["'c'", "255"]),
    "an element type nobody knows": ([node("x", "Placeholder", dtype=Type(9999), shape=Shape((1, 4))), Y], ["x"]),
    "an attribute of the wrong type": ([X, node("y", "Cast", ["x"], SrcT=Type(FLOAT), DstT=3.5)], ["'y'", "DstT"]),
    "a missing attribute": ([X, node("y", "Conv2D", ["x", "x"], T=Type(FLOAT))], ["'y'"]),
    "two free extents": ([X, _ints("s", -1, -1), node("y", "Reshape", ["x", "s"])], ["y", "-1"]),
    "a reshape that loses elements": ([X, _ints("s", 3, 5), node("y", "Reshape", ["x", "s"])], ["y"]),
    "a squeeze of more than 1": ([X, node("y", "Squeeze", ["x"], squeeze_dims=[1])], ["y"]),
    "a permutation with a repeat": ([X, _ints("p", 0, 0), node("y", "Transpose", ["x", "p"])], ["y"]),
    "an axis out of range": ([X, _ints("a", 7), node("y", "Sum", ["x", "a"])], ["y"]),
    "a range without a step": (
        [X, const("zero", 0, INT32), const("five", 5, INT32), node("y", "Range", ["zero", "five", "zero"])],
        ["y"],
    ),
    "shapes that do not broadcast": (_with(const("c", [1.0, 2.0, 3.0])), ["y", "[1, 4]", "[3]"]),
    "matrices that do not fit": (
        [X, const("w", np.ones((3, 5), np.float32)), node("y", "MatMul", ["x", "w"], T=Type(FLOAT))],
        ["y"],
    ),
    "a stride of 0": (
        [
            placeholder("x", 1, 4, 4, 1),
            const("w", np.ones((1, 1, 1, 1), np.float32)),
            node("y", "Conv2D", ["x", "w"], strides=[1, 0, 0, 1], padding="SAME", T=Type(FLOAT)),
        ],
        ["y", "stride"],
    ),
    "a split that leaves a rest": (
        [X, const("axis", 1, INT32), node("y", "Split", ["axis", "x"], num_split=3, T=Type(FLOAT))],
        ["y"],
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES)
def test_a_graph_without_sense_is_refused(case: str, tmp_path: Path) -> None:
    nodes, words = CASES[case]
    model = tmp_path / "model.pb"
    model.write_bytes(data(*nodes))
    before = snapshot(tmp_path)
    with pytest.raises(PytocoError) as caught:
        pytoco.convert(model, output_file=tmp_path / "out.tflite", input_arrays=["x"], output_arrays=["y"])
    error = caught.value
    assert error.exit_code in (2, 3, 4), repr(error)
    assert [word for word in words if word not in str(error)] == [], str(error)
    assert snapshot(tmp_path) == before


@pytest.mark.parametrize("case", ["a cycle", "a missing producer", "a name twice", "content too short"])
def test_the_command_refuses_it_too(case: str, tmp_path: Path) -> None:
    nodes, words = CASES[case]
    model = tmp_path / "model.pb"
    model.write_bytes(data(*nodes))
    refused(tmp_path, model, words)


def test_a_name_that_is_not_utf_8_is_refused(tmp_path: Path) -> None:
    model = tmp_path / "model.pb"
    whole = data(X, node("nameless", "Relu", ["x"]), Y)
    assert b"nameless" in whole
    model.write_bytes(whole.replace(b"nameless", b"\xff\xfe\xfd\xfc" * 2))  # as long, for no message would take it
    refused(tmp_path, model, ["model.pb", "UTF-8"])


@pytest.mark.parametrize("case", ["itself", "nowhere", "arguments"])
def test_functions_that_make_no_sense_are_refused(case: str, tmp_path: Path) -> None:
    body = {"itself": "f", "nowhere": "g", "arguments": "Relu"}[case]
    inner = function("f", ["a"], {"r": "n:r:0"}, [node("n", body, ["a"])])
    call = node("y", "f", ["x", "x"] if case == "arguments" else ["x"])
    model = tmp_path / "model.pb"
    model.write_bytes(data(X, call, functions=[inner]))
    refused(tmp_path, model, ["f"])


def test_all_unsupported_operators_are_listed_at_once(tmp_path: Path) -> None:
    chain = ["x"]
    nodes = [X]
    for k in range(9):
        nodes.append(node(f"part/frob_{k}", "Frobnicate" if k else "Quuxify", [chain[-1]], T=Type(FLOAT)))
        chain.append(f"part/frob_{k}")
    model = tmp_path / "model.pb"
    model.write_bytes(data(*nodes, node("y", "Add", [chain[-1], "x"], T=Type(FLOAT))))
    said = refused(tmp_path, model, ["9 operators", "Frobnicate x8", "Quuxify x1", "part/frob_0", "part/frob_1"])
    assert "--allow_custom_ops" in said
    assert "plugin" in said
    converted(model, tmp_path / "custom.tflite", "--allow_custom_ops")


ODD_NAMES = ["../../outside", '"quoted"', "back\\slash\\n", "<b>&amp;", "}; node [", "/etc/x", "a//b", "%s{0}"]


@pytest.mark.parametrize("name", ODD_NAMES)
def test_odd_names_convert_and_are_escaped(name: str, tmp_path: Path) -> None:
    model, dots = tmp_path / "model.pb", tmp_path / "deep" / "dots"
    dots.mkdir(parents=True)
    model.write_bytes(data(placeholder(name, 1, 4), node(name + "_out", "Neg", [name], T=Type(FLOAT))))
    flags = [f"--dump_graphviz_dir={dots}", "--dump_graphviz_video"]
    made = converted(model, tmp_path / "out.tflite", *flags, inputs=name, outputs=name + "_out")
    (found,) = run(made, [np.array([[1, -2, 3, 0]], np.float32)])
    np.testing.assert_array_equal(found, [[-1, 2, -3, 0]])
    assert {path.name for path in tmp_path.iterdir()} == {"model.pb", "out.tflite", "deep"}
    assert {path.name for path in (tmp_path / "deep").iterdir()} == {"dots"}
    drawings = sorted(dots.iterdir())
    assert drawings
    for path in drawings:
        shapes = read_dot(path.read_bytes()).nodes.values()
        assert [name] in [shown(attributes.get("tooltip", "")) for attributes in shapes]


def test_no_name_can_smuggle_dot_code_into_a_drawing(tmp_path: Path) -> None:
    """Held against Graphviz itself where it is installed, and against its grammar everywhere."""
    name = '"; evil [label="'
    model = tmp_path / "model.pb"
    model.write_bytes(data(placeholder("x", 1, 4), node(name, "Neg", ["x"]), node("y", "Relu", [name])))
    converted(model, tmp_path / "out.dot", "--output_format=GRAPHVIZ_DOT")
    assert "evil" not in read_dot((tmp_path / "out.dot").read_bytes()).nodes
    try:
        done = subprocess.run(["dot", "-Tplain", tmp_path / "out.dot"], capture_output=True, text=True, check=True)
    except FileNotFoundError:
        return
    assert not [line for line in done.stdout.splitlines() if line.startswith("node evil")]


def test_a_drawing_needs_no_exporter_and_no_shapes(tmp_path: Path) -> None:
    model = tmp_path / "model.pb"
    nodes = [node("x", "Placeholder", dtype=Type(FLOAT)), node("a", "Frobnicate", ["x"]), node("y", "Relu", ["a"])]
    model.write_bytes(data(*nodes))
    refused(tmp_path, model, ["'x'", "shape"])
    converted(model, tmp_path / "out.dot", "--output_format=GRAPHVIZ_DOT")
    assert b"Frobnicate" in (tmp_path / "out.dot").read_bytes()


def test_a_failed_conversion_leaves_the_drawing_of_what_was_read(tmp_path: Path) -> None:
    model, dots = tmp_path / "model.pb", tmp_path / "dots"
    dots.mkdir()
    model.write_bytes(data(X, node("a", "Frobnicate", ["x"]), node("y", "Relu", ["a"])))
    with pytest.raises(PytocoError, match="Frobnicate"):
        pytoco.convert(model, input_arrays=["x"], output_arrays=["y"], dump_graphviz_dir=dots)
    assert b"Frobnicate" in (dots / "toco_AT_IMPORT.dot").read_bytes()


def test_both_kinds_of_values_follow_tensorflow(tmp_path: Path) -> None:
    """tensor.proto: where both are given, tensor_content is what counts."""
    both = const("c", [1.0, 2.0, 3.0, 4.0])
    both.attr["value"].tensor.float_val.extend([9.0] * 4)
    model = tmp_path / "model.pb"
    model.write_bytes(data(*_with(both)))
    (found,) = run(converted(model, tmp_path / "out.tflite"), [np.zeros((1, 4), np.float32)])
    np.testing.assert_array_equal(found, [[1, 2, 3, 4]])


def test_a_tensor_without_values_is_zeros() -> None:
    """As TensorFlow's tensor.cc reads an empty list; here as a bias that changes nothing."""
    empty = protos.TensorProto(dtype=FLOAT, tensor_shape=tensor([0.0] * 4).tensor_shape)
    zeros = node("c", "Const", dtype=Type(FLOAT), value=empty)
    made = pytoco.convert(data(*_with(zeros)), input_arrays=["x"], output_arrays=["y"]).data
    assert made is not None
    given = np.array([[1, -2, 3, 0]], np.float32)
    np.testing.assert_array_equal(run(bytes(made), [given])[0], given)


def test_an_attribute_that_calls_a_missing_function_is_refused(tmp_path: Path) -> None:
    model = tmp_path / "model.pb"
    call = node("y", "PartitionedCall", ["x"], f=func("nowhere"), Tin=[Type(FLOAT)], Tout=[Type(FLOAT)])
    model.write_bytes(data(X, call))
    refused(tmp_path, model, ["nowhere"])
