"""The classic drawing: shape, colour and label of every class of item, stable ids, hostile names, drawing by delta."""

import shutil
import subprocess
from xml.etree import ElementTree as ET

import numpy as np
import pytest

from pytoco.backends.graphviz.dot import Drawing
from pytoco.compiler.ir import Array, MinMax, Model, OpaqueAttrs, Quantization, State, dtype_named
from pytoco.compiler.ir.text import parse
from pytoco.compiler.ir.values import Lazy
from tests.backends.graphviz.dot_reader import Dot, read_dot, shown

NET = """
graph main(image: float32[?,8,8,3]) -> scores {
  filter = const float32[4,3,3,3] splat 0.5
  bias = const float32[4] [0.5, -1.0, 2.0, 1e10]
  state memory: float32[1,4] <- next
  features/conv: float32[?,8,8,4] = Conv(image,filter,bias){stride_h=2, stride_w=1, padding="VALID", activation="RELU6"}
  features/abs: float32[?,8,8,4] = Abs(features/conv)
  next: float32[1,4] = Neg(memory)
  scores: float32[?,8,8,4] = Add(features/abs, next)
}
"""

HOSTILE = [
    'quote"s and \\backslashes\\',
    "new\nline\r\ttab",
    "../../etc/passwd",
    "<b>bold</b> &amp; &lt; &#65; &nosuch;",
    "\\N\\G\\n \\l\\r",
    "null\0 and bell\a",
    "lone \udcff surrogate \ufffe",
    "weights \u00e9\u4e2d\U0001f600 \u202eright to left",
    "];}\n",
    "/",
    "//",
    " ",
    "->",
    "{a|<b>c}",
]
VISIBLE = {  # what cannot be seen, as Python writes it
    "\n": "\\n", "\r": "\\r", "\t": "\\t", "\0": "\\x00", "\a": "\\x07", "\udcff": "\\udcff", "\ufffe": "\\ufffe",
    "\u202e": "\\u202e",
}  # fmt: skip


def visible(name: str) -> str:
    return "".join(VISIBLE.get(c, c) for c in name)


def draw(model: Model) -> Dot:
    return read_dot(Drawing(model).render("title"))


def array_lines(array: Array) -> list[str]:
    model = Model()
    model.graph().retarget(outputs=[array])
    (node,) = draw(model).nodes.values()
    return shown(node["label"])


def constant(value: object, name: str = "c", dtype: str | None = None) -> Array:
    return Model().graph().constant(value, name, dtype_named(dtype) if dtype else None)


def hostile_model() -> Model:
    model = Model()
    graph = model.graph()
    array = graph.array(HOSTILE[0], dtype_named("float32"), (2,))
    graph.retarget(inputs=[array])
    for name in HOSTILE[1:]:
        op = graph.emit("Abs", [array], name=name, origin=(name,))
        array = op.outputs[0]
    result = graph.array("text", dtype_named("string"), ())
    note = graph.constant(np.array([name.encode("utf-8", "surrogateescape") for name in HOSTILE[1:4]], object), "notes")
    attrs = OpaqueAttrs('odd"\n&lt;kind\\', reason='because "x"\\')
    graph.emit("Opaque", [array, note], attrs, outputs=[result], origin=("o",))
    graph.retarget(outputs=[result])
    return model


def test_the_digraph_is_called_as_in_toco() -> None:
    dot = draw(parse(NET))
    assert dot.name == "Computegraph"
    assert shown(dot.attributes["label"]) == ["title"]


@pytest.mark.parametrize(
    ("kind", "fill"),
    [
        ("Conv", "#C53929"),
        ("DepthwiseConv", "#C53929"),
        ("FullyConnected", "#C53929"),
        ("Abs", "#DB4437"),
        ("Mul", "#DB4437"),
    ],
)
def test_operators_are_boxes_in_two_reds(kind: str, fill: str) -> None:
    model = Model()
    graph = model.graph()
    x = graph.array("x", dtype_named("float32"), (1,))
    graph.retarget(inputs=[x])
    graph.emit(kind, [x], outputs=[graph.array("y")])
    node = draw(model).op(kind)
    assert (node["shape"], node["style"], node["fillcolor"]) == ("box", "filled", fill)
    assert node["fontcolor"] == "#FFFFFFDD"


@pytest.mark.parametrize(
    ("name", "fill", "font"),
    [
        ("image", "#9E9E9E", "#000000DD"),
        ("scores", "#9E9E9E", "#000000DD"),
        ("filter", "#4285F4", "#FFFFFFDD"),  # luminance 127
        ("features/abs", "#F5F5F5", "#000000DD"),
        ("memory", "#0F9D58", "#FFFFFFDD"),
        ("next", "#B7E1CD", "#000000DD"),
    ],
)
def test_arrays_are_octagons_coloured_by_role(name: str, fill: str, font: str) -> None:
    node = draw(parse(NET)).node(name)
    assert (node["shape"], node["style"]) == ("octagon", "filled")
    assert (node["fillcolor"], node["fontcolor"]) == (fill, font)


def test_edges_follow_the_data_and_the_back_edge_is_green() -> None:
    dot = draw(parse(NET))
    id_of = {name: dot.node(name)["id"] for name in ("image", "filter", "bias", "features/conv", "memory", "next")}
    conv, neg = dot.op("Conv")["id"], dot.op("Neg")["id"]
    plain = [(tail, head) for tail, head, attributes in dot.edges if not attributes]
    assert [tail for tail, head in plain if head == conv] == [id_of["image"], id_of["filter"], id_of["bias"]]
    assert [head for tail, head in plain if tail == conv] == [id_of["features/conv"]]
    assert (id_of["memory"], neg) in plain
    assert [e for e in dot.edges if e[2]] == [(id_of["next"], id_of["memory"], {"color": "#0F9D58"})]


def test_an_operand_used_twice_has_two_edges_and_a_left_out_one_none() -> None:
    model = Model()
    graph = model.graph()
    x = graph.array("x", dtype_named("float32"), (2, 2))
    graph.retarget(inputs=[x])
    graph.emit("FullyConnected", [x, x, None], outputs=[graph.array("y")])
    dot = draw(model)
    assert [tail for tail, head, _ in dot.edges if head.startswith("op")] == [dot.node("x")["id"]] * 2


def test_convolution_label() -> None:
    assert shown(draw(parse(NET)).op("Conv")["label"]) == ["Conv", "ReLU6", "1x2/V"]


def test_array_label() -> None:
    dot = draw(parse(NET))
    assert shown(dot.node("features/conv")["label"]) == ["features/", "conv", "Type: float", "[?×8×8×4]"]  # noqa: RUF001
    assert shown(dot.node("bias")["label"]) == ["bias", "Type: float", "[4]", "= {0.5, -1, 2, 1e+10}"]


def test_large_constants_show_first_and_last_two() -> None:
    value = np.arange(10, 16, dtype=np.int32).reshape(2, 3)
    assert array_lines(constant(value))[1:] == ["Type: int32", "[2×3]", "= {10, 11, …, 14, 15}"]  # noqa: RUF001
    assert array_lines(constant(value.T))[-1] == "= {10, 13, …, 12, 15}"
    assert array_lines(constant(value[:0]))[-1] == "= {}"


def test_a_constant_larger_than_memory_is_drawn() -> None:
    splat = np.broadcast_to(np.float32(0.25), (1 << 20, 1 << 20))
    assert array_lines(constant(splat))[-1] == "= {0.25, 0.25, …, 0.25, 0.25}"
    recipe = Lazy(np.multiply, Lazy(np.add, splat, np.array(1, np.float32)), np.array(2, np.float32))
    assert array_lines(constant(recipe))[-1] == "= {2.5, 2.5, …, 2.5, 2.5}"


@pytest.mark.parametrize(
    ("value", "dtype", "kind", "text"),
    [
        (np.array([True, False]), None, "bool", "true, false"),
        (np.array([b"ab", b"\xff"], object), None, "string", "ab, \\xff"),
        (np.float32("nan"), None, "float", "nan"),
        (np.complex64(1 + 2j), None, "complex64", "(1+2j)"),
        (np.array([0x3F80, 0xC000], np.uint16), "bfloat16", "bfloat16", "1, -2"),
        (np.float64(0.1), None, "float64", "0.1"),
    ],
)
def test_values_of_each_type(value: object, dtype: str | None, kind: str, text: str) -> None:
    lines = array_lines(constant(np.asarray(value), dtype=dtype))
    assert (lines[1], lines[-1]) == (f"Type: {kind}", f"= {{{text}}}")


def test_long_texts_are_shortened() -> None:
    assert len(array_lines(constant(np.array([b"x" * 100_000], object)))[-1]) < 100
    assert len(array_lines(constant(np.float32(1), "n" * 100_000))[0]) < 500


def test_unknown_type_and_rank() -> None:
    assert array_lines(Model().graph().array("a"))[1:] == ["Type: ?", "[*]"]


def test_range_and_quantisation() -> None:
    graph, uint8 = Model().graph(), dtype_named("uint8")
    grid = Quantization((0.0078125,), (128,))
    array = graph.array("a", uint8, (1, 2), minmax=MinMax(-1.0, 0.99), quantization=grid)
    assert array_lines(array)[-2:] == ["MinMax: [-1, 0.99]", "Quantization: 0.0078125 * (x - 128)"]
    array = graph.array("b", uint8, (1, 2), quantization=Quantization((0.5, 0.25), (0, 0), 1))
    assert array_lines(array)[-1] == "Quantization: 0.5 * (x - 0), … 2 along axis 1"


def test_opaque_operators_show_what_the_source_calls_them() -> None:
    model = Model()
    graph = model.graph()
    graph.emit(
        "Opaque", [], OpaqueAttrs("NonMaxSuppression", reason="no box"), outputs=[graph.array("y")], origin=("n",)
    )
    node = draw(model).op("NonMaxSuppression")
    assert shown(node["tooltip"])[1:] == ["no box", "from n"]


def test_hostile_names_are_shown_literally() -> None:
    dot = draw(hostile_model())
    assert [shown(node["tooltip"])[0] for key, node in dot.nodes.items() if key[0] == "a"][: len(HOSTILE)] == [
        visible(name) for name in HOSTILE
    ]
    for name in HOSTILE:
        lines = shown(dot.node(visible(name))["label"])
        assert "".join(lines[: name.count("/") + 1]) == visible(name)
        assert len(lines) == name.count("/") + 3
    assert dot.op(visible('odd"\n&lt;kind\\'))["shape"] == "box"


def test_bodies_of_control_flow_are_clusters() -> None:
    model = parse(NET + "graph body(i: int32[]) -> j {\n  j: int32[] = Neg(i)\n}\n")
    dot = draw(model)
    (nodes,) = dot.clusters.values()
    assert list(dot.clusters) == ["body"]
    assert dot.node("i")["id"] in nodes
    assert dot.node("image")["id"] not in nodes


def between(first: str, last: str) -> tuple[list[str], Dot]:
    text = """
    graph main(x: float32[2]) -> out {
      a: float32[2] = Abs(x)
      b: float32[2] = Neg(a)
      k = const float32[2] [1.0, 2.0]
      c: float32[2] = Exp(b)
      d: float32[2] = Add(b, k)
      e: float32[2] = Mul(c, d)
      out: float32[2] = Sqrt(e)
    }
    """
    dot = read_dot(Drawing(parse(text), (first, last)).render("part"))
    return [shown(node["tooltip"])[0] for key, node in dot.nodes.items() if key[0] == "a"], dot


def test_only_what_lies_between_two_arrays_is_drawn() -> None:
    names, dot = between("b", "e")  # a diamond
    assert sorted(names) == ["b", "c", "d", "e", "k"]
    assert [shown(n["label"])[0] for key, n in dot.nodes.items() if key[0] == "o"] == ["Exp", "Add", "Mul"]
    assert {dot.node(name)["fillcolor"] for name in ("b", "e")} == {"#9E9E9E"}
    assert dot.node("c")["fillcolor"] == "#F5F5F5"


def test_what_bypasses_the_first_array_is_drawn_too() -> None:
    assert sorted(between("c", "e")[0]) == ["a", "b", "c", "d", "e", "k", "x"]


def test_a_missing_bound_draws_everything() -> None:
    assert len(between("b", "gone")[0]) == 8


def test_a_frame_costs_only_what_changed_and_shows_what_a_fresh_drawing_shows() -> None:
    model = parse(NET)
    graph = model.main
    drawing = Drawing(model)
    model.listeners.append(drawing.update)

    def check() -> Dot:
        data = drawing.render("t")
        assert data == Drawing(model).render("t")
        return read_dot(data)

    before = check()
    array = graph.find("features/abs")
    assert array is not None
    abs_op = graph.ops("Abs")[0]
    conv_out = abs_op.inputs[0]
    assert conv_out is not None

    graph.update(conv_out, name="renamed")
    after = check()
    assert after.node("renamed")["id"] == before.node("features/conv")["id"]
    assert after.edges == before.edges

    graph.update(array, minmax=MinMax(0.0, 1.0))
    assert "MinMax: [0, 1]" in shown(check().node("features/abs")["label"])

    with model.transaction():
        graph.replace(array, conv_out)
        graph.remove(abs_op)
    after = check()
    assert before.op("Abs")["id"] not in after.nodes
    assert {key: node for key, node in after.nodes.items() if key.startswith("op")}.items() <= before.nodes.items()

    relu = graph.emit("Relu", [conv_out], name="new")
    check()
    graph.retarget(outputs=[relu.outputs[0]])
    assert check().node("scores")["fillcolor"] == "#F5F5F5"
    assert check().node("new")["fillcolor"] == "#9E9E9E"
    graph.retarget(states=[State(s.source, s.array) for s in graph.states], inputs=[*graph.inputs])
    assert check().node("next")["fillcolor"] == "#0F9D58"
    graph.rewire(relu, [graph.constant(np.array([3, 4], np.float32), "k")])
    assert check().node("k")["fillcolor"] == "#4285F4"
    before = check()
    try:
        with model.transaction():
            graph.remove(relu)
            raise KeyError
    except KeyError:
        assert check() == before


def test_drawing_a_long_chain_does_not_recurse() -> None:
    model = Model()
    graph = model.graph()
    array = graph.array("x", dtype_named("float32"), (1,))
    graph.retarget(inputs=[array])
    for _ in range(20_000):
        array = graph.emit("Abs", [array]).outputs[0]
    graph.retarget(outputs=[array])
    assert len(read_dot(Drawing(model, ("x", array.name)).render("")).nodes) == 40_001


if shutil.which("dot"):

    def svg(data: bytes) -> ET.Element:
        run = subprocess.run(["dot", "-Tsvg"], input=data, capture_output=True, check=False, timeout=60)
        assert (run.returncode, run.stderr) == (0, b"")
        return ET.fromstring(run.stdout)

    @pytest.mark.parametrize("model", [parse(NET), hostile_model()], ids=["net", "hostile"])
    def test_graphviz_takes_it_and_shows_the_same_texts(model: Model) -> None:
        data = Drawing(model).render("a <title> & more")
        dot = read_dot(data)
        root = svg(data)
        space = {"s": "http://www.w3.org/2000/svg", "x": "http://www.w3.org/1999/xlink"}
        drawn = {}
        for group in root.iterfind(".//s:g[@class='node']", space):
            link = group.find(".//s:a", space)
            assert link is not None
            texts = [t.text or "" for t in group.iterfind(".//s:text", space)]
            texts = ["\n".join(texts), link.get(f"{{{space['x']}}}title", "")]
            drawn[group.findtext("s:title", "", space)] = [t.replace("\xa0", " ").split("\n") for t in texts]
        assert sorted(drawn) == sorted(dot.nodes)
        for key, node in dot.nodes.items():
            assert drawn[key][0] == [line for line in shown(node["label"]) if line]  # an empty line has no text
            if "\\\\" not in node["tooltip"]:  # Graphviz 2.43 resolves the escapes of a tooltip twice
                assert drawn[key][1] == shown(node["tooltip"])
        assert "a <title> & more" in [(t.text or "").replace("\xa0", " ") for t in root.iterfind(".//s:text", space)]
