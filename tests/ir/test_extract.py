"""Copies of graphs and of parts of them."""

import pytest

from pytoco.compiler.errors import UsageError
from pytoco.compiler.ir.extract import extract
from pytoco.compiler.ir.text import parse, print_graph
from tests.ir.random_graphs import check

TEXT = """
graph main(x: float32[?n,2], other: float32[2]) -> y, z {
  state h: float32[2] <- next
  k = const float32[2] [1.0, 2.0]
  a: float32[?n,2] minmax(0.0, 1.0) = Mul(x, k)
  b: float32[?n,2] quant[[0.5], [3], null] = Abs(a)
  y: float32[?n,2] = Add(b, h)
  next: float32[2] = Neg(h)
  z: float32[2] = Exp(other)
}
"""


def test_a_whole_copy_shares_values_and_nothing_else() -> None:
    original = parse(TEXT).main
    copy = extract(original).main
    check(copy)
    assert print_graph(copy) == print_graph(original)
    assert not set(copy.arrays()) & set(original.arrays())
    assert copy.find("k").value is original.find("k").value  # type: ignore[union-attr]
    copy.remove(copy.ops("Exp")[0])
    assert len(original) == 5


def test_a_part_is_cut_off_at_its_inputs() -> None:
    original = parse(TEXT).main
    part = extract(original, ["a"], ["b"]).main
    check(part)
    assert print_graph(part) == (
        "graph main(a: float32[?n,2] minmax(0.0, 1.0)) -> b {\n  b: float32[?n,2] quant[[0.5], [3], null] = Abs(a)\n}\n"
    )


def test_a_state_brings_what_feeds_it() -> None:
    part = extract(parse(TEXT).main, ["b"], ["y"]).main
    check(part)
    assert [op.kind for op in part.order()] == ["Add", "Neg"]
    assert [(s.array.name, s.source.name) for s in part.states] == [("h", "next")]


def test_a_constant_can_be_an_input_or_an_output() -> None:
    as_input = extract(parse(TEXT).main, ["x", "k"], ["a"]).main
    assert [a.is_constant for a in as_input.inputs] == [False, False]
    as_output = extract(parse(TEXT).main, [], ["k"]).main
    assert as_output.outputs[0].numpy().tolist() == [1.0, 2.0]
    check(as_output)


@pytest.mark.parametrize(
    ("inputs", "outputs", "message"),
    [(["x"], ["nowhere"], "'nowhere'"), (["nowhere"], ["y"], "'nowhere'"), (["other"], ["b"], "need input 'x'")],
)
def test_what_cannot_be_cut(inputs: list[str], outputs: list[str], message: str) -> None:
    with pytest.raises(UsageError, match=message):
        extract(parse(TEXT).main, inputs, outputs)
