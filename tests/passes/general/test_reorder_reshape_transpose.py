"""Transpose first, then a reshape of ones."""

import pytest

from pytoco.compiler.testing import assert_rewrites, assert_unchanged
from pytoco.passes.general.reorder_reshape_transpose import ReorderReshapeTranspose
from tests.passes.graphs import graph

REWRITES = {
    "dropping an axis": (
        graph(
            "x: float32[2,1,3]",
            "y",
            "s = const int32[2] [2, 3]",
            "p = const int32[2] [1, 0]",
            "t = Reshape(x, s)",
            "y = Transpose(t, p)",
        ),
        graph(
            "x: float32[2,1,3]",
            "y",
            "p = const int32[3] [2, 1, 0]",
            "s = const int32[2] [3, 2]",
            "t = Transpose(x, p)",
            "y = Reshape(t, s)",
        ),
    ),
    "three long axes": (
        graph(
            "x: float32[2,3,4]",
            "y",
            "s = const int32[4] [2, 3, 1, 4]",
            "p = const int32[4] [3, 0, 2, 1]",
            "t = Reshape(x, s)",
            "y = Transpose(t, p)",
        ),
        graph(
            "x: float32[2,3,4]",
            "y",
            "p = const int32[3] [2, 0, 1]",
            "s = const int32[4] [4, 2, 1, 3]",
            "t = Transpose(x, p)",
            "y = Reshape(t, s)",
        ),
    ),
}

NEAR_MISSES = {
    "elements are regrouped": graph(
        "x: float32[2,3]",
        "y",
        "s = const int32[2] [3, 2]",
        "p = const int32[2] [1, 0]",
        "t = Reshape(x, s)",
        "y = Transpose(t, p)",
    ),
    "the transpose moves no element": graph(
        "x: float32[2,3]",
        "y",
        "s = const int32[3] [2, 1, 3]",
        "p = const int32[3] [1, 0, 2]",
        "t = Reshape(x, s)",
        "y = Transpose(t, p)",
    ),
    "another reader": graph(
        "x: float32[2,3]",
        "y, z",
        "s = const int32[3] [2, 1, 3]",
        "p = const int32[3] [2, 1, 0]",
        "t = Reshape(x, s)",
        "z = Neg(t)",
        "y = Transpose(t, p)",
    ),
    "the intermediate is an output": graph(
        "x: float32[2,3]",
        "y, t",
        "s = const int32[3] [2, 1, 3]",
        "p = const int32[3] [2, 1, 0]",
        "t = Reshape(x, s)",
        "y = Transpose(t, p)",
    ),
    "many axes become few": graph(
        "x: float32[1,1,2,1,3]",
        "y",
        "s = const int32[2] [2, 3]",
        "p = const int32[2] [1, 0]",
        "t = Reshape(x, s)",
        "y = Transpose(t, p)",
    ),
    "a computed permutation": graph(
        "x: float32[2,3], p: int32[3]",
        "y",
        "s = const int32[3] [2, 1, 3]",
        "t = Reshape(x, s)",
        "y: float32[3,1,2] = Transpose(t, p)",
    ),
    "a quantized array": graph(
        "x: uint8[2,3] quant[[0.5], [0], null]",
        "y",
        "s = const int32[3] [2, 1, 3]",
        "p = const int32[3] [2, 1, 0]",
        "t: uint8[2,1,3] quant[[0.25], [0], null] = Reshape(x, s)",
        "y: uint8[3,1,2] quant[[0.25], [0], null] = Transpose(t, p)",
    ),
}


@pytest.mark.parametrize("name", REWRITES)
def test_rewrites(name: str) -> None:
    before, after = REWRITES[name]
    assert_rewrites(before, after, ReorderReshapeTranspose)


@pytest.mark.parametrize("name", NEAR_MISSES)
def test_near_misses_stay(name: str) -> None:
    assert_unchanged(NEAR_MISSES[name], ReorderReshapeTranspose)
