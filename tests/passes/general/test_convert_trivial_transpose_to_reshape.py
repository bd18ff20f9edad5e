"""Transposes that move no element become Reshape."""

import pytest

from pytoco.compiler.testing import assert_rewrites, assert_unchanged
from pytoco.passes.general.convert_trivial_transpose_to_reshape import ConvertTrivialTransposeToReshape
from tests.passes.graphs import graph

REWRITES = {
    "axes of 1": (
        graph("x: float32[1,2,1,3]", "y", "p = const int32[4] [1, 0, 3, 2]", "y = Transpose(x, p)"),
        graph("x: float32[1,2,1,3]", "y", "s = const int32[4] [2, 1, 3, 1]", "y = Reshape(x, s)"),
    ),
    "an unknown extent stays before the others": (
        graph("x: float32[?b,1,3]", "y", "p = const int32[3] [0, 2, 1]", "y = Transpose(x, p)"),
        graph("x: float32[?b,1,3]", "y", "s = const int32[3] [-1, 3, 1]", "y = Reshape(x, s)"),
    ),
}

NEAR_MISSES = {
    "elements move": graph("x: float32[1,2,3]", "y", "p = const int32[3] [2, 0, 1]", "y = Transpose(x, p)"),
    "an unknown extent may be longer than 1": graph(
        "x: float32[?b,3]", "y", "p = const int32[2] [1, 0]", "y = Transpose(x, p)"
    ),
    "nothing moves": graph("x: float32[1,2]", "y", "p = const int32[2] [0, 1]", "y = Transpose(x, p)"),
    "a computed permutation": graph("x: float32[1,2], p: int32[2]", "y", "y = Transpose(x, p)"),
    "a quantized array": graph(
        "x: uint8[2,1] quant[[0.5], [0], null]",
        "y",
        "p = const int32[2] [1, 0]",
        "y: uint8[1,2] quant[[0.25], [0], null] = Transpose(x, p)",
    ),
    "an unknown rank": graph("x: float32[*]", "y", "p = const int32[2] [1, 0]", "y = Transpose(x, p)"),
}


@pytest.mark.parametrize("name", REWRITES)
def test_rewrites(name: str) -> None:
    before, after = REWRITES[name]
    assert_rewrites(before, after, ConvertTrivialTransposeToReshape)


@pytest.mark.parametrize("name", NEAR_MISSES)
def test_near_misses_stay(name: str) -> None:
    assert_unchanged(NEAR_MISSES[name], ConvertTrivialTransposeToReshape)
