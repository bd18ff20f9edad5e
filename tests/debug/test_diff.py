"""Differences of two models: what belongs together, what changed, and how it is told."""

import json
import re

import pytest

from pytoco.compiler.debug.diff import GraphDiff, diff_models
from pytoco.compiler.debug.diff_html import diff_html
from pytoco.compiler.debug.diff_text import diff_data, diff_text
from pytoco.compiler.ir import Array, Model, Op, Signature
from pytoco.compiler.ir.extract import extract
from pytoco.compiler.ir.text import parse

NET = """
graph main(x: float32[2,2]) -> y {
  w = const float32[2,2] [1.0, 2.0, 3.0, 4.0]
  b = const float32[2] [0.5, -1.0]
  t: float32[2,2] = FullyConnected(x, w, b)
  u: float32[2,2] = Relu(t)
  y: float32[2,2] = Softmax(u)
}
"""


def main_of(before: str, after: str) -> GraphDiff:
    (graph,) = diff_models(parse(before), parse(after)).graphs
    return graph


def told(graph: GraphDiff) -> list[str]:
    """What changed, a line each: status, name, and the changes."""
    lines = []
    for row in graph.rows:
        item = row.after if row.after is not None else row.before
        if row.status != "same" and item is not None:
            lines.append(f"{row.status} {item.name}{': ' if row.changes else ''}{'; '.join(map(str, row.changes))}")
    return lines


def test_a_model_is_the_same_as_itself_and_its_copy() -> None:
    model = parse(NET)
    for other in (model, parse(NET), extract(model.main)):
        diff = diff_models(model, other)
        assert diff.is_same
        assert diff_text(diff, "a", "b") == ""
        assert diff_data(diff)["same"] is True


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("Softmax(u)", "Softmax(u) {beta=2.0}", ["changed y: beta: 1.0 -> 2.0"]),
        ("y: float32[2,2]", "y: float32[2,?]", ["changed y: shape of y: [2,2] -> [2,?]"]),
        ("y: float32[2,2]", "y: float64[2,2]", ["changed y: type of y: float32 -> float64"]),
        ("x: float32[2,2]", "x: float32[2,2] minmax(0.0, 6.0)", ["changed x: minmax: none -> [0.0, 6.0]"]),
        (
            "u: float32[2,2]",
            "u: float32[2,2] quant[[0.5], [3], null]",
            ["changed u: quantization of u: none -> [[0.5], [3]]"],
        ),
        ("Relu(t)", "Relu6(t)", ["changed u: kind: Relu -> Relu6"]),
        ("Softmax(u)", "Softmax(t)", ["changed y: operand 0: u -> t"]),
        ("(x, w, b)", "(x, w)", ["changed t: operand 2: b -> none", "removed b"]),
        ("[0.5, -1.0]", "[0.5, -1.25]", ["changed b: value: {0.5, -1} -> {0.5, -1.25} (by at most 0.25)"]),
        ("[0.5, -1.0]", "[0.5, -0.0]", ["changed b: value: {0.5, -1} -> {0.5, -0} (by at most 1)"]),
    ],
)
def test_one_change(old: str, new: str, expected: list[str]) -> None:
    assert old in NET
    after = NET.replace(old, new)
    assert sorted(told(main_of(NET, after))) == sorted(expected)


def test_zero_and_minus_zero_are_different_bytes() -> None:
    after = NET.replace("[0.5, -1.0]", "[0.5, 0.0]").replace("0.5, 0.0", "0.5, -0.0")
    assert told(main_of(NET.replace("[0.5, -1.0]", "[0.5, 0.0]"), after)) == [
        "changed b: value: {0.5, 0} -> {0.5, -0} (by at most 0)"
    ]


def test_added_and_removed() -> None:
    after = NET.replace("  y: float32[2,2] = Softmax(u)", "  v: float32[2,2] = Abs(u)\n  y: float32[2,2] = Softmax(v)")
    assert told(main_of(NET, after)) == ["added v", "changed y: operand 0: u -> v"]
    assert told(main_of(after, NET)) == ["removed v", "changed y: operand 0: v -> u"]


def test_a_fused_activation_is_a_change_of_the_operator_that_carries_it() -> None:
    after = """
graph main(x: float32[2,2]) -> y {
  w = const float32[2,2] [1.0, 2.0, 3.0, 4.0]
  b = const float32[2] [0.5, -1.0]
  u: float32[2,2] = FullyConnected(x, w, b) {activation="RELU"}
  y: float32[2,2] = Softmax(u)
}
"""
    assert told(main_of(NET, after)) == [
        'changed u: activation: "NONE" -> "RELU"; result 0: t -> u',
        "removed u",
    ]


def test_other_names_for_the_same_structure() -> None:
    after = re.sub(r"\b([wbtuy])\b", r"other/\1", NET)
    graph = main_of(NET, after)
    assert told(graph) == []
    assert {(a.name, b.name) for a, b in graph.renamed} == {(n, f"other/{n}") for n in "wbtuy"}
    assert not graph.is_same


def test_equal_branches_are_told_apart_by_what_they_read_and_who_reads_them() -> None:
    before = """
graph main(x: float32[2], z: float32[2]) -> y {
  a: float32[2] = Abs(x)
  b: float32[2] = Abs(z)
  c: float32[2] = Exp(a)
  d: float32[2] = Exp(b)
  y: float32[2] = Sub(c, d)
}
"""
    after = """
graph main(x: float32[2], z: float32[2]) -> y {
  q: float32[2] = Abs(z)
  p: float32[2] = Abs(x)
  s: float32[2] = Exp(q)
  r: float32[2] = Exp(p)
  y: float32[2] = Sub(r, s)
}
"""
    graph = main_of(before, after)
    assert told(graph) == []
    assert {a.name: b.name for a, b in graph.renamed} == {"a": "p", "b": "q", "c": "r", "d": "s"}


def test_source_nodes_bring_together_what_names_and_operands_do_not() -> None:
    def model(name: str, operand: str) -> Model:
        made = parse(f"graph main(x: float32[2], z: float32[2]) -> {name} {{\n  {name} = Abs({operand})\n}}")
        (op,) = made.main.ops()
        made.main.update(op, origin=("scope/abs",))
        return made

    (graph,) = diff_models(model("a", "x"), model("b", "z")).graphs
    assert told(graph) == ["changed b: operand 0: x -> z"]
    assert [c.what for c in graph.boundary] == []


def test_boundary_states_graphs_and_signatures() -> None:
    before = parse(NET)
    after = parse(NET.replace("-> y", "-> u, y") + "graph body(i: int32[]) -> j {\n  j: int32[] = Neg(i)\n}\n")
    after.signatures = (Signature("serving", "main", (("x", "x"),), (("y", "y"),)),)
    diff = diff_models(before, after)
    text = diff_text(diff, "a", "b")
    assert "? signature 'serving': none -> (x) -> (y)" in text
    assert "? outputs: y -> u, y" in text
    assert "@@ graph body: added @@" in text
    assert "+ j: int32[] = Neg(i)" in text
    state = "\n  state h: float32[2,2] <- t"
    with_state = NET.replace("{", "{" + state, 1)
    assert [str(c) for c in main_of(NET, with_state).boundary] == ["states: none -> h"]
    assert told(main_of(NET, with_state)) == ["added h"]


def test_text() -> None:
    after = NET.replace("[0.5, -1.0]", "[0.5, 2.0]").replace("Softmax(u)", "Softmax(u) {beta=2.0}")
    diff = diff_models(parse(NET), parse(after))
    assert diff_text(diff, "a.pb", "b.tflite") == (
        "--- a.pb\n"
        "+++ b.tflite\n"
        "@@ graph main: 1 operator changed, 1 array changed @@\n"
        "- b = const float32[2] [0.5, -1.0]\n"
        "+ b = const float32[2] [0.5, 2.0]\n"
        "?   value: {0.5, -1} -> {0.5, 2} (by at most 3)\n"
        "- y: float32[2,2] = Softmax(u)\n"
        "+ y: float32[2,2] = Softmax(u) {beta=2.0}\n"
        "?   beta: 1.0 -> 2.0\n"
    )
    wide = diff_text(diff, "a", "b", context=1)
    assert "  t: float32[2,2] = FullyConnected(x, w, b)\n" in wide
    assert "\033" not in wide
    coloured = diff_text(diff, "a", "b", colour=True)
    assert "\033[31m- b = const" in coloured
    assert re.sub(r"\033\[\d+m", "", coloured) == diff_text(diff, "a", "b")


def test_json() -> None:
    after = NET.replace("Relu(t)", "Relu6(t)")
    data = json.loads(json.dumps(diff_data(diff_models(parse(NET), parse(after)))))
    (graph,) = data["graphs"]
    (change,) = graph["changes"]
    assert (change["status"], change["item"], change["kind"]) == ("changed", "operator", "Relu6")
    assert (change["before"], change["after"]) == ("u", "u")
    assert change["changes"] == [{"what": "kind", "before": "Relu", "after": "Relu6"}]
    assert change["lines"] == {"before": "u: float32[2,2] = Relu(t)", "after": "u: float32[2,2] = Relu6(t)"}


def test_html_is_one_page_of_its_own_and_takes_any_name() -> None:
    hostile = '"<script>alert(1)</script>&"'
    after = NET.replace(" u", f" {hostile}").replace("(u)", f"({hostile})")
    page = diff_html(diff_models(parse(NET), parse(after)), "<a>", "b")
    assert "<script" not in page
    assert "http" not in page
    assert "&lt;script&gt;" in page
    assert "<title>&lt;a&gt; → b</title>" in page
    assert page.count('<div class="row') == 1 + 7 - 1  # heading, input, two constants, three operators
    same = diff_html(diff_models(parse(NET), parse(NET)), "a", "b")
    assert "Nothing differs." in same


def test_long_equal_stretches_are_folded() -> None:
    lines = "".join(f"  n{i + 1}: float32[2] = Abs(n{i})\n" for i in range(30))
    text = f"graph main(n0: float32[2]) -> n30 {{\n{lines}}}\n"
    page = diff_html(
        diff_models(parse(text), parse(text.replace("n30: float32[2] = Abs", "n30: float32[2] = Neg"))), "a", "b"
    )
    assert "<details><summary>30 equal lines</summary>" in page


def test_a_long_chain_under_other_names() -> None:
    def chain(prefix: str, count: int) -> Model:
        model = Model()
        graph = model.graph()
        array = Array(model.new_id(), "x", None, (2,))
        graph.retarget(inputs=[array])
        for i in range(count):
            op = Op(model.new_id(), "Abs", (array,), (Array(model.new_id(), f"{prefix}{i}", None, (2,)),), None, (), i)
            graph.add(op)
            array = op.outputs[0]
        graph.retarget(outputs=[array])
        return model

    (graph,) = diff_models(chain("a", 20_000), chain("b", 20_000)).graphs
    assert len(graph.renamed) == 20_000
    assert told(graph) == []
