"""Division by the norm along the last axis, however it is written."""

import pytest

from pytoco.compiler.testing import assert_rewrites, assert_unchanged
from pytoco.passes.general.identify_l2_normalization import IdentifyL2Normalization
from tests.passes.graphs import graph

REWRITES = {
    "x * rsqrt(sum + e)": (
        graph(
            "x: float32[2,3]",
            "y",
            "axis = const int32[] [-1]",
            "e = const float32[] [1e-12]",
            "a = Square(x)",
            "b = Sum(a, axis) {keep_dims=true}",
            "d = Add(b, e)",
            "r = Rsqrt(d)",
            "y = Mul(r, x)",
        ),
        graph("x: float32[2,3]", "y", "y = L2Normalization(x)"),
    ),
    "x / sqrt(sum)": (
        graph(
            "x: float32[2,3]",
            "y",
            "axis = const int32[] [-1]",
            "a = Mul(x, x)",
            "b = Sum(a, axis) {keep_dims=true}",
            "r = Sqrt(b)",
            "y = Div(x, r)",
        ),
        graph("x: float32[2,3]", "y", "y = L2Normalization(x)"),
    ),
    "x / sqrt(max(sum, e))": (
        graph(
            "x: float32[2,3]",
            "y",
            "axis = const int32[1] [1]",
            "e = const float32[] [1e-10]",
            "two = const float32[] [2.0]",
            "a = Pow(x, two)",
            "b = Sum(a, axis) {keep_dims=true}",
            "d = Maximum(e, b)",
            "r = Sqrt(d)",
            "y = Div(x, r)",
        ),
        graph("x: float32[2,3]", "y", "y = L2Normalization(x)"),
    ),
}

NEAR_MISSES = {
    "over the first axis": graph(
        "x: float32[2,3]",
        "y",
        "axis = const int32[] [0]",
        "a = Square(x)",
        "b = Sum(a, axis) {keep_dims=true}",
        "r = Sqrt(b)",
        "y = Div(x, r)",
    ),
    "over both axes": graph(
        "x: float32[2,3]",
        "y",
        "axis = const int32[2] [0, 1]",
        "a = Square(x)",
        "b = Sum(a, axis) {keep_dims=true}",
        "r = Sqrt(b)",
        "y = Div(x, r)",
    ),
    "the axis is dropped": graph(
        "x: float32[3,3]",
        "y",
        "axis = const int32[] [-1]",
        "a = Square(x)",
        "b = Sum(a, axis)",
        "r = Sqrt(b)",
        "y = Div(x, r)",
    ),
    "more than a guard": graph(
        "x: float32[2,3]",
        "y",
        "axis = const int32[] [-1]",
        "e = const float32[] [0.001]",
        "a = Square(x)",
        "b = Sum(a, axis) {keep_dims=true}",
        "d = Add(b, e)",
        "r = Rsqrt(d)",
        "y = Mul(x, r)",
    ),
    "another array is divided": graph(
        "x: float32[2,3], z: float32[2,3]",
        "y",
        "axis = const int32[] [-1]",
        "a = Square(x)",
        "b = Sum(a, axis) {keep_dims=true}",
        "r = Sqrt(b)",
        "y = Div(z, r)",
    ),
    "times the root": graph(
        "x: float32[2,3]",
        "y",
        "axis = const int32[] [-1]",
        "a = Square(x)",
        "b = Sum(a, axis) {keep_dims=true}",
        "r = Sqrt(b)",
        "y = Mul(x, r)",
    ),
    "the root divided": graph(
        "x: float32[2,3]",
        "y",
        "axis = const int32[] [-1]",
        "a = Square(x)",
        "b = Sum(a, axis) {keep_dims=true}",
        "r = Sqrt(b)",
        "y = Div(r, x)",
    ),
    "a mean": graph(
        "x: float32[2,3]",
        "y",
        "axis = const int32[] [-1]",
        "a = Square(x)",
        "b = Mean(a, axis) {keep_dims=true}",
        "r = Sqrt(b)",
        "y = Div(x, r)",
    ),
    "rank 5": graph(
        "x: float32[1,1,1,2,3]",
        "y",
        "axis = const int32[] [-1]",
        "a = Square(x)",
        "b = Sum(a, axis) {keep_dims=true}",
        "r = Sqrt(b)",
        "y = Div(x, r)",
    ),
}


@pytest.mark.parametrize("name", REWRITES)
def test_rewrites(name: str) -> None:
    before, after = REWRITES[name]
    assert_rewrites(before, after, IdentifyL2Normalization)


@pytest.mark.parametrize("name", NEAR_MISSES)
def test_near_misses_stay(name: str) -> None:
    assert_unchanged(NEAR_MISSES[name], IdentifyL2Normalization)
