"""The assertions that pass authors test with must fail when a pass is wrong, and say where."""

from typing import Any

import numpy as np
import pytest

from pytoco.compiler.driver import Look, Pass
from pytoco.compiler.errors import NoFixedPoint, UsageError
from pytoco.compiler.ir import Graph, Op
from pytoco.compiler.ir.text import parse
from pytoco.compiler.testing import (
    assert_rewrites,
    assert_unchanged,
    canonical_text,
    docstring_graphs,
    docstring_options,
    run_passes,
)

NEG_NEG = """
graph main(x: float32[2]) -> y {
  a = Neg(x)
  b = Neg(a)
  y = Exp(b)
}"""
EXP = """
graph main(x: float32[2]) -> y {
  y = Exp(x)
}"""


class RemoveDoubleNegation(Pass):
    """Neg of Neg goes."""

    name = "remove-double-negation"
    stage = "test"
    roots = ("Neg",)

    def match(self, op: Op, look: Look) -> Op | None:
        return look.producer(op, 0, "Neg")

    def rewrite(self, op: Op, found: Op, graph: Graph) -> None:
        kept = found.inputs[0]
        assert kept is not None
        graph.replace(op.outputs[0], kept)
        graph.remove(op)
        graph.remove(found)


class RemoveNegation(RemoveDoubleNegation):
    """Wrong: one Neg goes, too."""

    def match(self, op: Op, look: Look) -> Op | None:
        return op

    def rewrite(self, op: Op, found: Op, graph: Graph) -> None:
        kept = op.inputs[0]
        assert kept is not None
        graph.replace(op.outputs[0], kept)
        graph.remove(op)


class Swap(Pass):
    """Never at rest: the operands of an Add change places."""

    name = "swap"
    stage = "test"
    roots = ("Add",)

    def match(self, op: Op, look: Look) -> bool:
        return True

    def rewrite(self, op: Op, found: Any, graph: Graph) -> None:
        graph.rewire(op, op.inputs[::-1])


def test_a_right_rewrite_passes() -> None:
    assert_rewrites(NEG_NEG, EXP, RemoveDoubleNegation)


def test_another_structure_is_shown_as_a_diff() -> None:
    with pytest.raises(AssertionError, match=r"(?s)differs after the rewrite.*-.*Sin\(x\).*\+.*Exp\(x\)"):
        assert_rewrites(NEG_NEG, EXP.replace("Exp", "Sin"), RemoveDoubleNegation)


def test_changed_values_are_noticed_beyond_the_tolerance() -> None:
    before = NEG_NEG.replace("  b = Neg(a)\n", "").replace("Exp(b)", "Exp(a)")
    inputs = [np.array([0.001, 0.002], np.float32)]
    assert_rewrites(before, EXP, RemoveNegation, inputs=inputs, tolerance=0.01)
    with pytest.raises(AssertionError, match="Not equal to tolerance"):
        assert_rewrites(before, EXP, RemoveNegation, inputs=inputs)


def test_a_graph_that_should_stay_is_compared() -> None:
    assert_unchanged(EXP, RemoveDoubleNegation)
    with pytest.raises(AssertionError, match="should not change"):
        assert_unchanged(NEG_NEG, RemoveDoubleNegation)


def test_the_reason_is_looked_for() -> None:
    text = "graph main(x: float32[2]) -> y {\n  y = Neg(x)\n}"
    assert_unchanged(text, RemoveDoubleNegation, reason="has no producer")
    with pytest.raises(AssertionError, match="not among the reasons"):
        assert_unchanged(text, RemoveDoubleNegation, reason="is quantized")


def test_endless_rewriting_is_stopped() -> None:
    text = "graph main(x: float32[2], z: float32[2]) -> y {\n  y = Add(x, z)\n}"
    with pytest.raises(NoFixedPoint, match="swap"):
        run_passes(parse(text), Swap)


def test_statistics_count_the_rewrites() -> None:
    statistics = run_passes(parse(NEG_NEG), [RemoveDoubleNegation])
    assert statistics.rewrites == {"remove-double-negation": 1}


def test_a_docstring_without_graphs_is_refused() -> None:
    with pytest.raises(UsageError, match="Before:"):
        docstring_graphs(RemoveNegation)


@pytest.mark.parametrize(
    ("same", "text"),
    [
        (True, "graph main(x: float32[2]) -> y {\n  q = Neg(x)\n  r = Neg(q)\n  y = Exp(r)\n}"),
        (False, "graph main(x: float32[2]) -> z {\n  a = Neg(x)\n  b = Neg(a)\n  z = Exp(b)\n}"),
        (False, "graph main(x: float32[2]) -> y {\n  a = Neg(x)\n  b = Neg(x)\n  y = Exp(b)\n}"),
        (False, NEG_NEG.replace("b =", "b: float32[2] minmax(0.0, 1.0) =")),
    ],
    ids=["internal names", "an output's name", "wiring", "a range"],
)  # fmt: skip
def test_what_counts_in_a_comparison(same: bool, text: str) -> None:
    assert (canonical_text(parse(text).main) == canonical_text(parse(NEG_NEG).main)) is same


def test_the_order_of_independent_operators_does_not_count() -> None:
    one = parse("graph main(x: float32[2]) -> y {\n  a = Neg(x)\n  b = Exp(x)\n  y = Add(a, b)\n}").main
    other = parse("graph main(x: float32[2]) -> y {\n  b = Exp(x)\n  a = Neg(x)\n  y = Add(a, b)\n}").main
    assert canonical_text(one) == canonical_text(other)


def test_sharing_a_constant_counts() -> None:
    one = parse(
        "graph main(x: float32[1]) -> y {\n  a = const float32[1] [1.0]\n  t = Add(x, a)\n  y = Mul(t, a)\n}"
    ).main
    other = parse(
        "graph main(x: float32[1]) -> y {\n  a = const float32[1] [1.0]\n  b = const float32[1] [1.0]\n"
        "  t = Add(x, a)\n  y = Mul(t, b)\n}"
    ).main
    assert canonical_text(one) != canonical_text(other)


class Wanting:
    """What this does takes options.

    Options:
        allow_custom_ops = true
        keep_roots = "near"

    That was all.
    """


def test_options_in_a_docstring_are_those_of_pytoco_and_of_plugins() -> None:
    found = docstring_options(Wanting, keep_roots="far", allow_nonexistent_arrays=True)
    assert (found.allow_custom_ops, found.allow_nonexistent_arrays) == (True, True)
    assert found.extra == {"keep_roots": "near"}
