"""Ways from one grid to another get as short as they can."""

import pytest

from pytoco.compiler.testing import assert_rewrites, assert_unchanged
from pytoco.passes.quantize.remove_trivial_quantize import RemoveTrivialQuantize
from tests.passes.graphs import graph

Q = "q: uint8[2] quant[[0.5], [0], null]"


def test_another_grid_is_reached_directly() -> None:
    regrid = 'u: uint8[2] quant[[0.25], [0], null] = Quantize({}) {{dtype="uint8"}}'
    assert_rewrites(
        graph(Q, "y", "t = Dequantize(q)", regrid.format("t"), "y = Dequantize(u)"),
        graph(Q, "y", "t = Dequantize(q)", regrid.format("q"), "y = Dequantize(u)"),
        RemoveTrivialQuantize,
    )


NEAR = {
    "real values": graph(
        "x: float32[2]", "y", 'u: uint8[2] quant[[0.5], [0], null] = Quantize(x) {dtype="uint8"}', "y = Dequantize(u)"
    ),
    "another zero point": graph(
        Q, "y", 'u: uint8[2] quant[[0.5], [1], null] = Quantize(q) {dtype="uint8"}', "y = Dequantize(u)"
    ),
    "another type": graph(
        Q, "y", 'u: int8[2] quant[[0.5], [0], null] = Quantize(q) {dtype="int8"}', "y = Dequantize(u)"
    ),
    "two promised names": graph(Q, "y", 'y: uint8[2] quant[[0.5], [0], null] = Quantize(q) {dtype="uint8"}'),
}


@pytest.mark.parametrize("case", NEAR)
def test_near_misses(case: str) -> None:
    assert_unchanged(NEAR[case], RemoveTrivialQuantize)
