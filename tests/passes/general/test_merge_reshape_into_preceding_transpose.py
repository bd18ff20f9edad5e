"""A reshape of ones after a transpose."""

import pytest

from pytoco.compiler.testing import assert_rewrites, assert_unchanged
from pytoco.passes.general.merge_reshape_into_preceding_transpose import MergeReshapeIntoPrecedingTranspose
from tests.passes.graphs import graph

REWRITES = {
    "to the end": (
        graph(
            "x: float32[2,3,1]",
            "y",
            "p = const int32[3] [1, 2, 0]",
            "s = const int32[3] [3, 2, 1]",
            "t = Transpose(x, p)",
            "y = Reshape(t, s)",
        ),
        graph("x: float32[2,3,1]", "y", "p = const int32[3] [1, 0, 2]", "y = Transpose(x, p)"),
    ),
    "two ones": (
        graph(
            "x: float32[1,2,3,1]",
            "y",
            "p = const int32[4] [0, 2, 1, 3]",
            "s = const int32[4] [3, 1, 1, 2]",
            "t = Transpose(x, p)",
            "y = Reshape(t, s)",
        ),
        graph("x: float32[1,2,3,1]", "y", "p = const int32[4] [2, 0, 3, 1]", "y = Transpose(x, p)"),
    ),
}

NEAR_MISSES = {
    "elements are regrouped": graph(
        "x: float32[2,3,1]",
        "y",
        "p = const int32[3] [1, 2, 0]",
        "s = const int32[3] [2, 3, 1]",
        "t = Transpose(x, p)",
        "y = Reshape(t, s)",
    ),
    "the rank changes": graph(
        "x: float32[2,3,1]",
        "y",
        "p = const int32[3] [1, 2, 0]",
        "s = const int32[2] [3, 2]",
        "t = Transpose(x, p)",
        "y = Reshape(t, s)",
    ),
    "another reader": graph(
        "x: float32[2,3,1]",
        "y, z",
        "p = const int32[3] [1, 2, 0]",
        "s = const int32[3] [3, 2, 1]",
        "t = Transpose(x, p)",
        "z = Neg(t)",
        "y = Reshape(t, s)",
    ),
    "the intermediate is an output": graph(
        "x: float32[2,3,1]",
        "y, t",
        "p = const int32[3] [1, 2, 0]",
        "s = const int32[3] [3, 2, 1]",
        "t = Transpose(x, p)",
        "y = Reshape(t, s)",
    ),
    "an unknown extent": graph(
        "x: float32[?b,3,1]",
        "y",
        "p = const int32[3] [1, 2, 0]",
        "s = const int32[3] [3, -1, 1]",
        "t = Transpose(x, p)",
        "y = Reshape(t, s)",
    ),
    "a computed permutation": graph(
        "x: float32[2,3,1], p: int32[3]",
        "y",
        "s = const int32[3] [3, 2, 1]",
        "t: float32[3,1,2] = Transpose(x, p)",
        "y = Reshape(t, s)",
    ),
    "a quantized array": graph(
        "x: uint8[2,3,1] quant[[0.5], [0], null]",
        "y",
        "p = const int32[3] [1, 2, 0]",
        "s = const int32[3] [3, 2, 1]",
        "t: uint8[3,1,2] quant[[0.25], [0], null] = Transpose(x, p)",
        "y: uint8[3,2,1] quant[[0.25], [0], null] = Reshape(t, s)",
    ),
}


@pytest.mark.parametrize("name", REWRITES)
def test_rewrites(name: str) -> None:
    before, after = REWRITES[name]
    assert_rewrites(before, after, MergeReshapeIntoPrecedingTranspose)


@pytest.mark.parametrize("name", NEAR_MISSES)
def test_near_misses_stay(name: str) -> None:
    assert_unchanged(NEAR_MISSES[name], MergeReshapeIntoPrecedingTranspose)
