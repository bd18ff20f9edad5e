"""Concatenations of one operand, and empty operands."""

import pytest

from pytoco.compiler.testing import assert_rewrites, assert_unchanged
from pytoco.passes.general.remove_trivial_concatenation import RemoveTrivialConcatenation
from tests.passes.graphs import graph

REWRITES = {
    "one operand": (
        graph("x: float32[2,3]", "y", "t = Concatenation(x) {axis=0}", "y = Exp(t)"),
        graph("x: float32[2,3]", "y", "y = Exp(x)"),
    ),
    "an empty operand": (
        graph(
            "x: float32[2,3], e: float32[0,3], z: float32[1,3]",
            "y",
            "t = Concatenation(x, e, z) {axis=-2}",
            "y = Exp(t)",
        ),
        graph(
            "x: float32[2,3], e: float32[0,3], z: float32[1,3]",
            "y",
            "t = Concatenation(x, z) {axis=-2}",
            "y = Exp(t)",
        ),
    ),
    "all empty but one": (
        graph("x: float32[2,3], e: float32[2,0]", "y", "t = Concatenation(e, x, e) {axis=1}", "y = Exp(t)"),
        graph("x: float32[2,3], e: float32[2,0]", "y", "y = Exp(x)"),
    ),
    "all empty": (
        graph("a: float32[2,0], b: float32[2,0]", "y", "t = Concatenation(a, b) {axis=1}", "y = Exp(t)"),
        graph("a: float32[2,0], b: float32[2,0]", "y", "y = Exp(a)"),
    ),
}

NEAR_MISSES = {
    "two operands": graph("x: float32[2], z: float32[3]", "y", "t = Concatenation(x, z) {axis=0}", "y = Exp(t)"),
    "empty along another axis": graph(
        "x: float32[0,1], z: float32[0,2]", "y", "t = Concatenation(x, z) {axis=1}", "y = Exp(t)"
    ),
    "an unknown extent may be empty or not": graph(
        "x: float32[2], z: float32[?n]", "y", "t = Concatenation(x, z) {axis=0}", "y = Exp(t)"
    ),
    "a fused activation": graph(
        "x: float32[2,3]", "y", 't = Concatenation(x) {axis=0, activation="RELU"}', "y = Exp(t)"
    ),
    "another grid": graph(
        "x: uint8[2] quant[[0.5], [0], null]",
        "y",
        "y: uint8[2] quant[[0.25], [0], null] = Concatenation(x) {axis=0}",
    ),
}


@pytest.mark.parametrize("name", REWRITES)
def test_rewrites(name: str) -> None:
    before, after = REWRITES[name]
    assert_rewrites(before, after, RemoveTrivialConcatenation)


@pytest.mark.parametrize("name", NEAR_MISSES)
def test_near_misses_stay(name: str) -> None:
    assert_unchanged(NEAR_MISSES[name], RemoveTrivialConcatenation)
