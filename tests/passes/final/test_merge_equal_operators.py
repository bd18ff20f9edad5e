"""Operators that compute the same thing."""

import pytest

from pytoco.compiler.testing import assert_rewrites, assert_unchanged
from pytoco.passes.final.merge_equal_operators import MergeEqualOperators
from tests.passes.graphs import graph

REWRITES = {
    "chains": (
        graph(
            "x: float32[2], z: float32[2]",
            "y",
            "a = Add(x, z)",
            "b = Exp(a)",
            "d = Add(x, z)",
            "e = Exp(d)",
            "y = Mul(b, e)",
        ),
        graph("x: float32[2], z: float32[2]", "y", "a = Add(x, z)", "b = Exp(a)", "y = Mul(b, b)"),
    ),
    "operands exchanged": (
        graph("x: float32[2], z: float32[2]", "y", "a = Mul(x, z)", "b = Mul(z, x)", "y = Sub(a, b)"),
        graph("x: float32[2], z: float32[2]", "y", "a = Mul(x, z)", "y = Sub(a, a)"),
    ),
    "one is an output": (
        graph("x: float32[2], z: float32[2]", "y, b", "a = Exp(x)", "y = Neg(a)", "b = Exp(x)"),
        graph("x: float32[2], z: float32[2]", "y, b", "b = Exp(x)", "y = Neg(b)"),
    ),
    "several results": (
        graph(
            "x: float32[2,4]",
            "y",
            "axis = const int32[] [1]",
            "a, b = Split(axis, x) {num=2}",
            "d, e = Split(axis, x) {num=2}",
            "y = Add(a, e)",
        ),
        graph(
            "x: float32[2,4]",
            "y",
            "axis = const int32[] [1]",
            "a, b = Split(axis, x) {num=2}",
            "y = Add(a, b)",
        ),
    ),
}

NEAR_MISSES = {
    "both are outputs": graph("x: float32[2], z: float32[2]", "y, w", "y = Exp(x)", "w = Exp(x)"),
    "other attributes": graph(
        "x: float32[2], z: float32[2]",
        "y",
        "a = Add(x, z)",
        'b = Add(x, z) {activation="RELU"}',
        "y = Mul(a, b)",
    ),
    "operands that may not be exchanged": graph(
        "x: float32[2], z: float32[2]", "y", "a = Sub(x, z)", "b = Sub(z, x)", "y = Mul(a, b)"
    ),
    "other constants": graph(
        "x: float32[2]",
        "y",
        "k = const float32[] [1.0]",
        "l = const float32[] [2.0]",
        "a = Add(x, k)",
        "b = Add(x, l)",
        "y = Mul(a, b)",
    ),
    "other ranges": graph(
        "x: float32[2], z: float32[2]",
        "y",
        "a: float32[2] minmax(0.0, 1.0) = Exp(x)",
        "b: float32[2] minmax(0.0, 2.0) = Exp(x)",
        "y = Mul(a, b)",
    ),
    "random numbers": graph(
        "s: int32[1]",
        "y",
        'a: float32[?] = RandomUniform(s) {dtype="float32", seed=0, seed2=0}',
        'b: float32[?] = RandomUniform(s) {dtype="float32", seed=0, seed2=0}',
        "y = Mul(a, b)",
    ),
}


@pytest.mark.parametrize("name", REWRITES)
def test_rewrites(name: str) -> None:
    before, after = REWRITES[name]
    assert_rewrites(before, after, MergeEqualOperators)


@pytest.mark.parametrize("name", NEAR_MISSES)
def test_near_misses_stay(name: str) -> None:
    assert_unchanged(NEAR_MISSES[name], MergeEqualOperators)
