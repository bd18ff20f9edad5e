"""Products whose leading dimensions are brought back."""

import pytest

from pytoco.compiler.testing import assert_rewrites, assert_unchanged
from pytoco.passes.general.fuse_reshape_into_preceding_fully_connected import FuseReshapeIntoPrecedingFullyConnected
from tests.passes.graphs import graph

REWRITES = {
    "directly": (
        graph(
            "x: float32[2,3,4]",
            "y",
            "w = const float32[5,4] seed 1",
            "s = const int32[3] [2, 3, 5]",
            "t = FullyConnected(x, w)",
            "y = Reshape(t, s)",
        ),
        graph(
            "x: float32[2,3,4]",
            "y",
            "w = const float32[5,4] seed 1",
            "y = FullyConnected(x, w) {keep_num_dims=true}",
        ),
    ),
    "an unknown batch": (
        graph(
            "x: float32[?b,3,4]",
            "y",
            "w = const float32[5,4] seed 1",
            "s = const int32[3] [-1, 3, 5]",
            "t = FullyConnected(x, w)",
            "y: float32[?b,3,5] = Reshape(t, s)",
        ),
        graph(
            "x: float32[?b,3,4]",
            "y",
            "w = const float32[5,4] seed 1",
            "y = FullyConnected(x, w) {keep_num_dims=true}",
        ),
    ),
    "with a bias and an activation": (
        graph(
            "x: float32[2,3,4]",
            "y",
            "w = const float32[5,4] seed 1",
            "b = const float32[5] seed 2",
            "s = const int32[3] [2, 3, 5]",
            't = FullyConnected(x, w, b) {activation="RELU"}',
            "y = Reshape(t, s)",
        ),
        graph(
            "x: float32[2,3,4]",
            "y",
            "w = const float32[5,4] seed 1",
            "b = const float32[5] seed 2",
            'y = FullyConnected(x, w, b) {activation="RELU", keep_num_dims=true}',
        ),
    ),
    "element-wise operators between": (
        graph(
            "x: float32[2,3,4]",
            "y",
            "w = const float32[5,4] seed 1",
            "k = const float32[5] seed 2",
            "s = const int32[3] [2, 3, 5]",
            "t = FullyConnected(x, w)",
            "u = Gelu(t)",
            "v = Mul(k, u)",
            "y = Reshape(v, s)",
        ),
        graph(
            "x: float32[2,3,4]",
            "y",
            "w = const float32[5,4] seed 1",
            "k = const float32[5] seed 2",
            "t = FullyConnected(x, w) {keep_num_dims=true}",
            "u = Gelu(t)",
            "y = Mul(k, u)",
        ),
    ),
}

NEAR_MISSES = {
    "another shape": graph(
        "x: float32[2,3,4]",
        "y",
        "w = const float32[5,4] seed 1",
        "s = const int32[3] [3, 2, 5]",
        "t = FullyConnected(x, w)",
        "y = Reshape(t, s)",
    ),
    "the operand has rank 2": graph(
        "x: float32[6,4]",
        "y",
        "w = const float32[5,4] seed 1",
        "s = const int32[3] [2, 3, 5]",
        "t = FullyConnected(x, w)",
        "y = Reshape(t, s)",
    ),
    "the rows are not the last axis": graph(
        "x: float32[2,2,2]",
        "y",
        "w = const float32[5,4] seed 1",
        "s = const int32[3] [2, 1, 5]",
        "t = FullyConnected(x, w)",
        "y = Reshape(t, s)",
    ),
    "another reader": graph(
        "x: float32[2,3,4]",
        "y, t",
        "w = const float32[5,4] seed 1",
        "s = const int32[3] [2, 3, 5]",
        "t = FullyConnected(x, w)",
        "y = Reshape(t, s)",
    ),
    "arithmetic that differs from row to row": graph(
        "x: float32[2,3,4]",
        "y",
        "w = const float32[5,4] seed 1",
        "k = const float32[6,1] seed 2",
        "s = const int32[3] [2, 3, 5]",
        "t = FullyConnected(x, w)",
        "v = Mul(k, t)",
        "y = Reshape(v, s)",
    ),
}


@pytest.mark.parametrize("name", REWRITES)
def test_rewrites(name: str) -> None:
    before, after = REWRITES[name]
    assert_rewrites(before, after, FuseReshapeIntoPrecedingFullyConnected)


@pytest.mark.parametrize("name", NEAR_MISSES)
def test_near_misses_stay(name: str) -> None:
    assert_unchanged(NEAR_MISSES[name], FuseReshapeIntoPrecedingFullyConnected)
