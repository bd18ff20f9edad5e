"""An activation that the grid makes anyway goes."""

import pytest

from pytoco.compiler.testing import assert_rewrites, assert_unchanged
from pytoco.passes.boundary.remove_quantized_activation import RemoveQuantizedActivation
from tests.passes.graphs import graph

INPUTS = "x: uint8[2] quant[[0.5], [0], null], z: uint8[2] quant[[0.5], [0], null]"


def add(scale: float, zero: int, activation: str) -> str:
    attrs = f' {{activation="{activation}"}}' if activation else ""
    return graph(INPUTS, "y", f"y: uint8[2] quant[[{scale}], [{zero}], null] = Add(x, z){attrs}")


@pytest.mark.parametrize(
    ("scale", "zero", "activation"),
    [(6 / 255, 0, "RELU6"), (1.0, 0, "RELU"), (3 / 255, 0, "RELU6"), (2 / 255, 128, "RELU_N1_TO_1")],
)
def test_it_goes(scale: float, zero: int, activation: str) -> None:
    assert_rewrites(add(scale, zero, activation), add(scale, zero, ""), RemoveQuantizedActivation, numeric=False)


@pytest.mark.parametrize(
    ("scale", "zero", "activation"),
    [(6.1 / 255, 0, "RELU6"), (1.0, 1, "RELU"), (4 / 255, 128, "RELU_N1_TO_1"), (1.0, 0, "TANH")],
)
def test_it_stays_where_the_grid_has_more(scale: float, zero: int, activation: str) -> None:
    assert_unchanged(add(scale, zero, activation), RemoveQuantizedActivation)


def test_float_results_have_no_grid() -> None:
    text = graph("x: float32[2], z: float32[2]", "y", 'y = Add(x, z) {activation="RELU"}')
    assert_unchanged(text, RemoveQuantizedActivation, reason="is not quantized")
