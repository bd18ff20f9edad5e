"""What drawings and reports say about an operator, whatever its class answers."""

from collections.abc import Iterator
from typing import Any, NamedTuple

import pytest

from pytoco.compiler import ops
from pytoco.compiler.ir import Model, Op
from pytoco.compiler.ir.text import parse
from pytoco.compiler.ir.types import TensorType
from pytoco.compiler.ops.base import OpDef, Operands
from pytoco.compiler.ops.labels import LONGEST_LINE, MOST_LINES, colour_of, definition_of, kind_text, label_lines


class LabelledAttrs(NamedTuple):
    activation: str = "NONE"
    width: int = 3


class Labelled(OpDef):
    """An operator of a plugin."""

    kind = "Labelled"
    operands = ("input",)
    Attrs = LabelledAttrs

    @staticmethod
    def infer(inputs: Operands, attrs: LabelledAttrs) -> list[TensorType]:
        """The input's own type."""
        return [TensorType(inputs[0].dtype, inputs[0].shape)]


@pytest.fixture(autouse=True)
def registered() -> Iterator[None]:
    ops.register(Labelled)
    yield
    ops.unregister("Labelled")


def only(statement: str, inputs: str = "x: float32[1,4,4,2]") -> tuple[Model, Op]:
    model = parse(f"graph main({inputs}) -> y {{\n{statement}\n}}")
    (op,) = model.main.ops()
    return model, op


@pytest.mark.parametrize(
    ("statement", "lines"),
    [
        ("y = Neg(x)", []),
        ('y = Add(x, x) {activation="RELU6"}', ["ReLU6"]),
        ('y = AveragePool(x) {kernel_h=2, kernel_w=2, stride_h=1, stride_w=1, padding="SAME"}', []),
        ('y = Conv(x, w) {stride_h=1, stride_w=2, padding="VALID", activation="RELU"}', ["ReLU", "2x1/V"]),
        ("y = Labelled(x)", []),
        ('y = Labelled(x) {activation="TANH"}', ["Tanh"]),
    ],
)
def test_what_operators_say_of_themselves(statement: str, lines: list[str]) -> None:
    _, op = only(statement, "x: float32[1,4,4,2], w: float32[3,1,1,2]")
    assert label_lines(op) == lines


def test_an_operator_of_a_plugin_says_what_it_likes(monkeypatch: pytest.MonkeyPatch) -> None:
    _, op = only("y = Labelled(x) {width=7}")
    monkeypatch.setattr(Labelled, "label", lambda attrs: [f"width {attrs.width}", "", "wide"])
    assert label_lines(op) == ["width 7", "wide"]


@pytest.mark.parametrize("answer", [None, "text", 7, [1], [None, b"x"], {"a": 1}, ZeroDivisionError, AttributeError])
def test_a_label_that_is_none_is_replaced_by_the_usual_one(answer: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    def label(attrs: Any) -> Any:
        if isinstance(answer, type):
            raise answer("no label today")
        return answer

    monkeypatch.setattr(Labelled, "label", label)
    _, op = only('y = Labelled(x) {activation="RELU"}')
    assert label_lines(op) == ["ReLU"]


def test_long_labels_are_cut(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Labelled, "label", lambda attrs: ["x" * 500] * 500)
    _, op = only("y = Labelled(x)")
    lines = label_lines(op)
    assert len(lines) == MOST_LINES
    assert {len(line) for line in lines} == {LONGEST_LINE}
    assert lines[0].endswith("x…")


@pytest.mark.parametrize(
    ("colour", "shown"), [("#7B1FA2", "#7B1FA2"), ("", ""), ("red", ""), ('"#fff', ""), ("#7b1fa2\n", ""), (None, "")]
)
def test_colours_are_six_digits(colour: Any, shown: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Labelled, "colour", colour)
    assert colour_of(only("y = Labelled(x)")[1]) == shown


def test_what_no_importer_knows_has_the_name_of_its_source() -> None:
    _, op = only('y: float32[2] = Opaque(x) {source_kind="MyLayer"}')
    assert kind_text(op) == "MyLayer"
    assert label_lines(op) == []


def test_a_kind_that_is_gone_has_no_label() -> None:
    assert definition_of("Vanished") is OpDef
    assert label_lines(Op(1, "Vanished", (), (), LabelledAttrs("RELU"))) == ["ReLU"]
