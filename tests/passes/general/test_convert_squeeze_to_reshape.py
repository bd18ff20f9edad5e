"""Squeeze becomes Reshape."""

import pytest

from pytoco.compiler.testing import assert_rewrites, assert_unchanged
from pytoco.passes.general.convert_squeeze_to_reshape import ConvertSqueezeToReshape
from tests.passes.graphs import graph

REWRITES = {
    "named axes": (
        graph("x: float32[1,2,1]", "y", "y = Squeeze(x) {axes=[-1]}"),
        graph("x: float32[1,2,1]", "y", "s = const int32[2] [1, 2]", "y = Reshape(x, s)"),
    ),
    "all axes": (
        graph("x: float32[1,2,1]", "y", "y = Squeeze(x)"),
        graph("x: float32[1,2,1]", "y", "s = const int32[1] [2]", "y = Reshape(x, s)"),
    ),
    "one unknown extent": (
        graph("x: float32[?b,1,4]", "y", "y = Squeeze(x) {axes=[1]}"),
        graph("x: float32[?b,1,4]", "y", "s = const int32[2] [-1, 4]", "y = Reshape(x, s)"),
    ),
}

NEAR_MISSES = {
    "to a scalar": graph("x: float32[1,1]", "y", "y = Squeeze(x)"),
    "an unknown extent that may go": graph("x: float32[?b,1,4]", "y", "y = Squeeze(x)"),
    "two unknown extents": graph("x: float32[?a,1,?b]", "y", "y = Squeeze(x) {axes=[1]}"),
    "a quantized array": graph(
        "x: uint8[1,2] quant[[0.5], [0], null]", "y", "y: uint8[2] quant[[0.25], [0], null] = Squeeze(x)"
    ),
}


@pytest.mark.parametrize("name", REWRITES)
def test_rewrites(name: str) -> None:
    before, after = REWRITES[name]
    assert_rewrites(before, after, ConvertSqueezeToReshape)


@pytest.mark.parametrize("name", NEAR_MISSES)
def test_near_misses_stay(name: str) -> None:
    assert_unchanged(NEAR_MISSES[name], ConvertSqueezeToReshape)
