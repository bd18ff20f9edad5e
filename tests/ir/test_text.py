"""The text form: every field and every value comes back, names may hold anything, bad text is a typed error."""

import math
from contextlib import suppress
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pytoco.compiler.errors import InvalidModelError, PytocoError
from pytoco.compiler.ir import Array, Dim, Graph, MinMax, Model, OpaqueAttrs, Quantization, State, dtype_named
from pytoco.compiler.ir.text import parse, print_graph, print_model
from pytoco.compiler.ir.values import Lazy
from tests.ir.random_graphs import NAMES, check, empty

TEXT = """\
graph main(x: float32[?n,2] minmax(0.0, Infinity), "odd name": int32[*]) -> y, k {
  state h: float32[?n,2] <- y
  k = const float32[2] quant[[0.5, 0.25], [0, 3], 0] [1.0, 2.0]
  a: float32[?n,2] = Mul(x, k) {activation="RELU"}
  _1, a:1 = Opaque(a, _, "odd name") {source_kind="Foo"}
  y: float32[?n,2] = Add(a, h)
  big = const float32[100] splat 0.5
  "_": ?[*] = Opaque(big, "odd name") {source_kind="Bar", attributes=[["n", 3]]}
}
"""


def round_trip(graph: Graph, sidecar: dict[str, Any] | None = None) -> Graph:
    again = parse(print_graph(graph, sidecar), sidecar).main
    check(again)
    return again


def array(graph: Graph, name: str) -> Array:
    found = graph.find(name)
    assert found is not None
    return found


def constant_back(value: Any, dtype: str | None = None) -> np.ndarray[Any, Any]:
    graph = Model().graph()
    constant = graph.constant(value, "c", dtype_named(dtype) if dtype else None)
    graph.retarget(outputs=[constant])
    back = round_trip(graph, {}).outputs[0]
    assert back.dtype is constant.dtype
    assert back.shape == constant.shape
    return back.numpy()


def test_what_was_printed_is_printed_again() -> None:
    text = TEXT.replace("_1, a:1 =", "_1: ?[*], a:1: ?[*] =")
    assert print_graph(parse(TEXT).main) == text


def test_every_field_is_read() -> None:
    graph = parse(TEXT).main
    check(graph)
    x, odd = graph.inputs
    assert [a.name for a in graph.outputs] == ["y", "k"]
    assert x.minmax == MinMax(0.0, math.inf)
    assert (odd.name, odd.dtype, odd.shape) == ("odd name", dtype_named("int32"), None)
    assert array(graph, "k").quantization == Quantization((0.5, 0.25), (0, 3), 0)
    assert graph.states == (State(array(graph, "h"), array(graph, "y")),)
    mul, foo, _, bar = graph.order()
    assert mul.attrs.activation == "RELU"
    assert foo.inputs == (mul.outputs[0], None, odd)
    assert bar.attrs == OpaqueAttrs("Bar", attributes=(("n", 3),))


def test_a_dimension_of_one_name_is_one_dimension() -> None:
    graph = parse(TEXT).main
    shapes = [array(graph, name).shape for name in ("x", "a", "h")]
    assert all(shape is not None and shape[0] is shapes[0][0] for shape in shapes)  # type: ignore[index]
    assert isinstance(shapes[0][0], Dim)  # type: ignore[index]
    anonymous = parse("graph main(x: float32[?,?]) -> x {\n}\n").main.inputs[0].shape
    assert anonymous is not None
    assert anonymous[0] is not anonymous[1]


def test_two_dimensions_of_one_name_stay_two() -> None:
    graph = Model().graph()
    first, second = Dim("batch"), Dim("batch")
    graph.retarget(inputs=[graph.array("x", None, (first, second, first))])
    shape = round_trip(graph).inputs[0].shape
    assert shape is not None
    assert shape[0] is shape[2]
    assert shape[0] is not shape[1]


def test_types_of_results_are_inferred_when_left_out_and_kept_when_given() -> None:
    graph = parse("graph main(x: float32[2,3]) -> y {\n  a = Abs(x)\n  y: ?[*] = Abs(a)\n}\n").main
    assert (array(graph, "a").dtype, array(graph, "a").shape) == (dtype_named("float32"), (2, 3))
    assert (array(graph, "y").dtype, array(graph, "y").shape) == (None, None)


@settings(max_examples=300, deadline=None)
@given(st.lists(NAMES, min_size=5, max_size=5, unique=True))
def test_names_may_hold_anything(names: list[str]) -> None:
    model = Model()
    graph = model.graph()
    x, h = graph.array(names[0], None, None), graph.array(names[1], None, (Dim(names[1]),))
    k = graph.constant(np.float32(1), names[2])
    graph.retarget(inputs=[x])
    op = graph.emit("Opaque", [x, k, None, h], OpaqueAttrs(names[3]), outputs=[graph.array(names[3])])
    last = graph.emit("Opaque", op.outputs, OpaqueAttrs(names[4]), outputs=[graph.array(names[4])])
    graph.retarget(outputs=last.outputs, states=[State(h, op.outputs[0])])
    again = round_trip(graph)
    assert [a.name for a in again.arrays()] == [a.name for a in graph.arrays()]
    assert [[a and a.name for a in op.inputs] for op in again.order()] == [
        [names[0], names[2], None, names[1]],
        [names[3]],
    ]
    assert print_graph(again) == print_graph(graph)


@pytest.mark.parametrize(
    "value",
    [
        np.array([True, False]),
        np.array([-128, 127], np.int8),
        np.array([2**64 - 1, 0], np.uint64),
        np.array([-(2**63)], np.int64),
        np.array([1e-45, 3.4e38, -0.0, np.inf, -np.inf, np.nan], np.float32),
        np.array([0.1], np.float64),
        np.array([65504.0, 6e-8], np.float16),
        np.array([1 + 2j, -0.5j], np.complex64),
        np.array([b"", b"\x00\xff", b'"\\\n'], object),
        np.zeros((2, 0, 3), np.float32),
        np.array(7, np.int32),
        np.arange(6, dtype=np.int32).reshape(2, 3).T,
        np.arange(1000, dtype=np.float32).reshape(10, 100),
        np.array([b"long"] * 7 + [b"er"] * 20, object),
    ],
    ids=lambda value: f"{value.dtype}-{value.shape}",
)
def test_values_come_back_bit_by_bit(value: np.ndarray[Any, Any]) -> None:
    back = constant_back(value)
    if value.dtype == object:
        assert back.tolist() == value.tolist()
    else:
        assert back.tobytes() == value.tobytes()


def test_values_that_need_no_memory() -> None:
    splat = np.broadcast_to(np.float32(0.1), (1000, 1000))
    back = constant_back(splat)
    assert back.strides == (0, 0)
    assert back[0, 0] == np.float32(0.1)
    recipe = Lazy(np.multiply, np.arange(32, dtype=np.float32), np.array(2, np.float32))
    assert constant_back(recipe).tolist() == [2.0 * i for i in range(32)]
    assert constant_back(np.array([0x3F80], np.uint16), "bfloat16").tolist() == [0x3F80]


def test_without_a_sidecar_a_large_value_is_missed_by_name() -> None:
    graph = Model().graph()
    graph.retarget(outputs=[graph.constant(np.arange(100), "c")])
    with pytest.raises(InvalidModelError, match="line 2: no value for hash"):
        parse(print_graph(graph))


def test_several_graphs() -> None:
    model = Model()
    for name in ("main", "while body"):
        graph = model.graph(name)
        graph.retarget(inputs=[graph.array("x", None, (Dim("n"),))])
        graph.retarget(outputs=graph.emit("Abs", graph.inputs).outputs)
    text = print_model(model)
    assert list(parse(text).graphs) == ["main", "while body"]
    assert print_model(parse(text)) == text


def test_a_constant_that_only_a_state_reads() -> None:
    graph = empty()
    state = graph.array("h", None, None)
    graph.emit("Abs", [state])
    graph.retarget(states=[State(state, graph.constant(np.float32(1), "k"))])
    assert round_trip(graph).states[0].source.is_constant


def test_comments_and_blank_lines() -> None:
    text = (
        '# first\n\ngraph main(x: float32[2]) -> "a # b" {  # head\n  # inside\n  "a # b" = Abs(x) # "end"\n}\n# last\n'
    )
    assert print_graph(parse(text).main) == (
        'graph main(x: float32[2]) -> "a # b" {\n  "a # b": float32[2] = Abs(x)\n}\n'
    )


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("y = Abs(gone)", "line 2: array 'gone' is not defined"),
        ("y = Abs(x", "line 2: expected , at column 12"),
        ("x = Abs(x)", "line 2: array 'x' is defined twice"),
        ("y: float33[2] = Abs(x)", "unknown element type 'float33'"),
        ("y: float32[2,a] = Abs(x)", "line 2: expected a number, not 'a'"),
        ("y = Conv(x, x) {stride=1}", "line 2: Conv has no attribute 'stride', only stride_h"),
        ("y = Abs(x) {a=1}", "line 2: Abs has no attributes"),
        ("y = Nonsense(x)", "unknown operator kind 'Nonsense'"),
        ("y = Add(x)", "Add needs 2 operands"),
        ("y = Abs(x) more", "line 2: more than expected at column 13"),
        ("y = const float32[2] [1.0]", "line 2: 1 elements for shape"),
        ('y = const float32[1] ["one"]', "line 2: could not convert"),
        ("y = const float32[?] [1.0]", "line 2: a constant needs a known type"),
        ("y = const float32[2] what 1", r"line 2: a constant is \[..\], splat, seed or hash"),
        ("y = const float32[2] splat", "line 2: expected a JSON value"),
        ("y = const float32[999999999999999] seed 1", "line 2: "),
        ("state h <- gone", "line 2: array 'gone' is not defined"),
    ],
)
def test_bad_text_is_an_error_that_names_the_line(line: str, message: str) -> None:
    with pytest.raises(PytocoError, match=message):
        parse(f"graph main(x: float32[2]) -> x {{\n  {line}\n}}\n")


@pytest.mark.parametrize(
    "text", ["graph", "graph main(x) -> x {", "nonsense\n}\n", "graph main(x quant[1]) -> x {\n}\n"]
)
def test_a_bad_head_too(text: str) -> None:
    with pytest.raises(InvalidModelError, match="line 1"):
        parse(text)


@settings(max_examples=500, deadline=None)
@given(st.data())
def test_damaged_text_is_read_or_refused_but_never_crashes(data: Any) -> None:
    text = TEXT
    for _ in range(data.draw(st.integers(1, 3))):
        at = data.draw(st.integers(0, len(text)))
        length = data.draw(st.integers(0, 3))
        new = data.draw(
            st.sampled_from(["", " ", '"', "\\", "[", "]", "{", "}", ",", "?", "=", "-", "1", "x", "_", "\n"])
        )
        text = text[:at] + new + text[at + length :]
    with suppress(PytocoError):
        parse(text)
