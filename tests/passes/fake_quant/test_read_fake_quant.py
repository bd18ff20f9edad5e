"""FakeQuant operators become ranges."""

import pytest

from pytoco.compiler.testing import assert_rewrites, assert_unchanged
from pytoco.passes.fake_quant.read_fake_quant import ReadFakeQuant
from tests.passes.graphs import graph

REWRITES = {
    "the range comes as operands": (
        graph(
            "x: float32[2]",
            "y",
            "t = Neg(x)",
            "a = const float32[] [-1.0]",
            "b = const float32[] [2.0]",
            "u = FakeQuant(t, a, b)",
            "y = Abs(u)",
        ),
        graph("x: float32[2]", "y", "t: float32[2] minmax(-1.0, 2.0, false, 8) = Neg(x)", "y = Abs(t)"),
    ),
    "a range without 0 is widened": (
        graph("x: float32[2]", "y", "t = Neg(x)", "u = FakeQuant(t) {min=0.5, max=2.0}", "y = Abs(u)"),
        graph("x: float32[2]", "y", "t: float32[2] minmax(0.0, 2.0, false, 8) = Neg(x)", "y = Abs(t)"),
    ),
    "an output keeps its name": (
        graph("x: float32[2]", "y", "t = Neg(x)", "y = FakeQuant(t) {min=0.0, max=2.0}"),
        graph("x: float32[2]", "y", "y: float32[2] minmax(0.0, 2.0, false, 8) = Neg(x)"),
    ),
    "bits and narrow range are kept": (
        graph(
            "x: float32[2]",
            "y",
            "t = Neg(x)",
            "u = FakeQuant(t) {min=-1.0, max=1.0, num_bits=4, narrow_range=true}",
            "y = Abs(u)",
        ),
        graph("x: float32[2]", "y", "t: float32[2] minmax(-1.0, 1.0, true, 4) = Neg(x)", "y = Abs(t)"),
    ),
    "between two promised names it stays, with both ranges known": (
        graph("x: float32[2]", "y", "y = FakeQuant(x) {min=0.0, max=2.0}"),
        graph(
            "x: float32[2] minmax(0.0, 2.0, false, 8)",
            "y",
            "y: float32[2] minmax(0.0, 2.0, false, 8) = FakeQuant(x) {min=0.0, max=2.0}",
        ),
    ),
    "where it leaves the range that the caller gave alone it goes": (
        graph("x: float32[2] minmax(-1.0, 1.0)", "y", "t = FakeQuant(x) {min=-2.0, max=1.0}", "y = Abs(t)"),
        graph("x: float32[2] minmax(-1.0, 1.0)", "y", "y = Abs(x)"),
    ),
    "where it cuts that off it stays": (
        graph("x: float32[2] minmax(-1.0, 1.0)", "y", "t = FakeQuant(x) {min=-0.5, max=1.0}", "y = Abs(t)"),
        graph(
            "x: float32[2] minmax(-1.0, 1.0)",
            "y",
            "t: float32[2] minmax(-0.5, 1.0, false, 8) = FakeQuant(x) {min=-0.5, max=1.0}",
            "y = Abs(t)",
        ),
    ),
    "the widest of several gives the range": (
        graph(
            "x: float32[2]",
            "y",
            "t = Neg(x)",
            "u = FakeQuant(t) {min=-1.0, max=1.0}",
            "v = FakeQuant(t) {min=-2.0, max=2.0}",
            "y = Add(u, v)",
        ),
        graph(
            "x: float32[2]",
            "y",
            "t: float32[2] minmax(-2.0, 2.0, false, 8) = Neg(x)",
            "u: float32[2] minmax(-1.0, 1.0, false, 8) = FakeQuant(t) {min=-1.0, max=1.0}",
            "y = Add(u, t)",
        ),
    ),
    "behind another range it stays": (
        graph(
            "x: float32[2]",
            "y",
            "t = Neg(x)",
            "u = FakeQuant(t) {min=-1.0, max=1.0}",
            "v = FakeQuant(u) {min=-2.0, max=2.0}",
            "y = Abs(v)",
        ),
        graph(
            "x: float32[2]",
            "y",
            "t: float32[2] minmax(-1.0, 1.0, false, 8) = Neg(x)",
            "v: float32[2] minmax(-2.0, 2.0, false, 8) = FakeQuant(t) {min=-2.0, max=2.0}",
            "y = Abs(v)",
        ),
    ),
}


@pytest.mark.parametrize("case", REWRITES)
def test_rewrites(case: str) -> None:
    assert_rewrites(*REWRITES[case], ReadFakeQuant)


def test_a_range_that_is_computed_is_left_alone() -> None:
    text = graph("x: float32[2], a: float32[], b: float32[]", "y", "u = FakeQuant(x, a, b)", "y = Abs(u)")
    assert_unchanged(text, ReadFakeQuant, reason="is not constant")
