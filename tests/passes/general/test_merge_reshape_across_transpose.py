"""Reshape, Transpose and a Reshape of ones."""

import pytest

from pytoco.compiler.testing import assert_rewrites, assert_unchanged
from pytoco.passes.general.merge_reshape_across_transpose import MergeReshapeAcrossTranspose
from tests.passes.graphs import graph

REWRITES = {
    "dropping": (
        graph(
            "x: float32[2,3,4]",
            "y",
            "a = const int32[3] [1, 6, 4]",
            "p = const int32[3] [2, 0, 1]",
            "b = const int32[2] [4, 6]",
            "t = Reshape(x, a)",
            "u = Transpose(t, p)",
            "y = Reshape(u, b)",
        ),
        graph(
            "x: float32[2,3,4]",
            "y",
            "a = const int32[2] [6, 4]",
            "p = const int32[2] [1, 0]",
            "t = Reshape(x, a)",
            "y = Transpose(t, p)",
        ),
    ),
    "adding two": (
        graph(
            "x: float32[12,4]",
            "y",
            "a = const int32[2] [6, 8]",
            "p = const int32[2] [1, 0]",
            "b = const int32[4] [8, 1, 6, 1]",
            "t = Reshape(x, a)",
            "u = Transpose(t, p)",
            "y = Reshape(u, b)",
        ),
        graph(
            "x: float32[12,4]",
            "y",
            "a = const int32[4] [1, 1, 6, 8]",
            "p = const int32[4] [3, 0, 2, 1]",
            "t = Reshape(x, a)",
            "y = Transpose(t, p)",
        ),
    ),
}

NEAR_MISSES = {
    "the first only adds ones": graph(
        "x: float32[6,4]",
        "y",
        "a = const int32[3] [1, 6, 4]",
        "p = const int32[3] [2, 0, 1]",
        "b = const int32[2] [4, 6]",
        "t = Reshape(x, a)",
        "u = Transpose(t, p)",
        "y = Reshape(u, b)",
    ),
    "the last regroups": graph(
        "x: float32[2,3,4]",
        "y",
        "a = const int32[2] [6, 4]",
        "p = const int32[2] [1, 0]",
        "b = const int32[3] [2, 2, 6]",
        "t = Reshape(x, a)",
        "u = Transpose(t, p)",
        "y = Reshape(u, b)",
    ),
    "an intermediate is an output": graph(
        "x: float32[2,3,4]",
        "y, t",
        "a = const int32[2] [6, 4]",
        "p = const int32[2] [1, 0]",
        "b = const int32[3] [4, 1, 6]",
        "t = Reshape(x, a)",
        "u = Transpose(t, p)",
        "y = Reshape(u, b)",
    ),
    "too many axes": graph(
        "x: float32[2,3,4]",
        "y",
        "a = const int32[2] [6, 4]",
        "p = const int32[2] [1, 0]",
        "b = const int32[5] [4, 1, 6, 1, 1]",
        "t = Reshape(x, a)",
        "u = Transpose(t, p)",
        "y = Reshape(u, b)",
    ),
    "the second intermediate is an output": graph(
        "x: float32[2,3,4]",
        "y, u",
        "a = const int32[2] [6, 4]",
        "p = const int32[2] [1, 0]",
        "b = const int32[3] [4, 1, 6]",
        "t = Reshape(x, a)",
        "u = Transpose(t, p)",
        "y = Reshape(u, b)",
    ),
    "a computed permutation": graph(
        "x: float32[2,3,4], p: int32[2]",
        "y",
        "a = const int32[2] [6, 4]",
        "b = const int32[3] [4, 1, 6]",
        "t = Reshape(x, a)",
        "u: float32[4,6] = Transpose(t, p)",
        "y = Reshape(u, b)",
    ),
    "the rank stays": graph(
        "x: float32[2,3,4]",
        "y",
        "a = const int32[3] [6, 1, 4]",
        "p = const int32[3] [2, 1, 0]",
        "b = const int32[3] [1, 4, 6]",
        "t = Reshape(x, a)",
        "u = Transpose(t, p)",
        "y = Reshape(u, b)",
    ),
    "a quantized array": graph(
        "x: uint8[2,3,4] quant[[0.5], [0], null]",
        "y",
        "a = const int32[2] [6, 4]",
        "p = const int32[2] [1, 0]",
        "b = const int32[3] [4, 1, 6]",
        "t: uint8[6,4] quant[[0.5], [0], null] = Reshape(x, a)",
        "u: uint8[4,6] quant[[0.25], [0], null] = Transpose(t, p)",
        "y: uint8[4,1,6] quant[[0.25], [0], null] = Reshape(u, b)",
    ),
    "no reshape before": graph(
        "x: float32[6,4]",
        "y",
        "p = const int32[2] [1, 0]",
        "b = const int32[3] [4, 1, 6]",
        "u = Transpose(x, p)",
        "y = Reshape(u, b)",
    ),
}


@pytest.mark.parametrize("name", REWRITES)
def test_rewrites(name: str) -> None:
    before, after = REWRITES[name]
    assert_rewrites(before, after, MergeReshapeAcrossTranspose)


@pytest.mark.parametrize("name", NEAR_MISSES)
def test_near_misses_stay(name: str) -> None:
    assert_unchanged(NEAR_MISSES[name], MergeReshapeAcrossTranspose)
