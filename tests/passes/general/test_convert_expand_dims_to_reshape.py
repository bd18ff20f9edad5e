"""ExpandDims becomes Reshape."""

import pytest

from pytoco.compiler.testing import assert_rewrites, assert_unchanged
from pytoco.passes.general.convert_expand_dims_to_reshape import ConvertExpandDimsToReshape
from tests.passes.graphs import graph

REWRITES = {
    "axis 0": (
        graph("x: float32[2,3]", "y", "a = const int32[] [0]", "y = ExpandDims(x, a)"),
        graph("x: float32[2,3]", "y", "s = const int32[3] [1, 2, 3]", "y = Reshape(x, s)"),
    ),
    "a negative axis": (
        graph("x: float32[2,3]", "y", "a = const int64[1] [-2]", "y = ExpandDims(x, a)"),
        graph("x: float32[2,3]", "y", "s = const int32[3] [2, 1, 3]", "y = Reshape(x, s)"),
    ),
    "one unknown extent": (
        graph("x: float32[?b,3]", "y", "a = const int32[] [1]", "y = ExpandDims(x, a)"),
        graph("x: float32[?b,3]", "y", "s = const int32[3] [-1, 1, 3]", "y = Reshape(x, s)"),
    ),
    "a scalar": (
        graph("x: float32[]", "y", "a = const int32[] [0]", "y = ExpandDims(x, a)"),
        graph("x: float32[]", "y", "s = const int32[1] [1]", "y = Reshape(x, s)"),
    ),
}

NEAR_MISSES = {
    "a computed axis": graph("x: float32[2,3], a: int32[]", "y", "y = ExpandDims(x, a)"),
    "two unknown extents": graph("x: float32[?a,?b]", "y", "a = const int32[] [0]", "y = ExpandDims(x, a)"),
    "an unknown extent beside an empty one": graph(
        "x: float32[?a,0]", "y", "a = const int32[] [0]", "y = ExpandDims(x, a)"
    ),
    "a quantized array": graph(
        "x: uint8[2] quant[[0.5], [0], null]",
        "y",
        "a = const int32[] [0]",
        "y: uint8[1,2] quant[[0.25], [0], null] = ExpandDims(x, a)",
    ),
}


@pytest.mark.parametrize("name", REWRITES)
def test_rewrites(name: str) -> None:
    before, after = REWRITES[name]
    assert_rewrites(before, after, ConvertExpandDimsToReshape)


@pytest.mark.parametrize("name", NEAR_MISSES)
def test_near_misses_stay(name: str) -> None:
    assert_unchanged(NEAR_MISSES[name], ConvertExpandDimsToReshape)
