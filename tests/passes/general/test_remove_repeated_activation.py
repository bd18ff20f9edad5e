"""Activations of values that are in their range already."""

import pytest

from pytoco.compiler.testing import assert_rewrites, assert_unchanged
from pytoco.passes.general.remove_repeated_activation import RemoveRepeatedActivation
from tests.passes.graphs import graph

REWRITES = {
    "Relu of Relu": (
        graph("x: float32[2,3]", "y", "t = Relu(x)", "y = Relu(t)"),
        graph("x: float32[2,3]", "y", "y = Relu(x)"),
    ),
    "Relu of Relu6": (
        graph("x: float32[2,3]", "y", "t = Relu6(x)", "y = Relu(t)"),
        graph("x: float32[2,3]", "y", "y = Relu6(x)"),
    ),
    "Relu6 of Relu": (
        graph("x: float32[2,3]", "y", "t = Relu(x)", "y = Relu6(t)"),
        graph("x: float32[2,3]", "y", "y = Relu6(x)"),
    ),
    "Relu of a fused RELU6": (
        graph("x: float32[2,3]", "y", 't = Add(x, x) {activation="RELU6"}', "y = Relu(t)"),
        graph("x: float32[2,3]", "y", 'y = Add(x, x) {activation="RELU6"}'),
    ),
    "three": (
        graph("x: float32[2,3]", "y", "t = Relu6(x)", "u = Relu(t)", "y = Relu6(u)"),
        graph("x: float32[2,3]", "y", "y = Relu6(x)"),
    ),
    "Floor of Ceil": (
        graph("x: float32[2,3]", "y", "t = Ceil(x)", "y = Floor(t)"),
        graph("x: float32[2,3]", "y", "y = Ceil(x)"),
    ),
    "the first has other readers": (
        graph("x: float32[2,3]", "y, z", "t = Relu(x)", "z = Neg(t)", "u = Relu(t)", "y = Exp(u)"),
        graph("x: float32[2,3]", "y, z", "t = Relu(x)", "z = Neg(t)", "y = Exp(t)"),
    ),
}

NEAR_MISSES = {
    "Relu1 of Relu6": graph("x: float32[2,3]", "y", "t = Relu6(x)", "y = Relu1(t)"),
    "Relu6 of a Relu with other readers": graph("x: float32[2,3]", "y, z", "t = Relu(x)", "z = Neg(t)", "y = Relu6(t)"),
    "Relu6 of a fused RELU": graph("x: float32[2,3]", "y", 't = Add(x, x) {activation="RELU"}', "y = Relu6(t)"),
    "Neg of Neg": graph("x: float32[2,3]", "y", "t = Neg(x)", "y = Neg(t)"),
    "a quantized array": graph(
        "x: uint8[2] quant[[0.5], [0], null]",
        "y",
        "t: uint8[2] quant[[0.5], [0], null] = Relu(x)",
        "y: uint8[2] quant[[0.25], [0], null] = Relu6(t)",
    ),
}


@pytest.mark.parametrize("name", REWRITES)
def test_rewrites(name: str) -> None:
    before, after = REWRITES[name]
    assert_rewrites(before, after, RemoveRepeatedActivation)


@pytest.mark.parametrize("name", NEAR_MISSES)
def test_near_misses_stay(name: str) -> None:
    assert_unchanged(NEAR_MISSES[name], RemoveRepeatedActivation)
