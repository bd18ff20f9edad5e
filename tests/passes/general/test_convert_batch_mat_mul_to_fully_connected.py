"""Products with one constant matrix."""

import pytest

from pytoco.compiler.testing import assert_rewrites, assert_unchanged
from pytoco.passes.general.convert_batch_mat_mul_to_fully_connected import ConvertBatchMatMulToFullyConnected
from tests.passes.graphs import graph

REWRITES = {
    "a matrix": (
        graph("x: float32[2,3,4]", "y", "w = const float32[4,5] seed 1", "y = BatchMatMul(x, w)"),
        graph(
            "x: float32[2,3,4]",
            "y",
            "w = const float32[4,5] seed 1",
            "perm = const int32[2] [1, 0]",
            "m = Transpose(w, perm)",
            "y = FullyConnected(x, m) {keep_num_dims=true}",
        ),
    ),
    "transposed": (
        graph("x: float32[2,3,4]", "y", "w = const float32[5,4] seed 1", "y = BatchMatMul(x, w) {adj_y=true}"),
        graph(
            "x: float32[2,3,4]",
            "y",
            "w = const float32[5,4] seed 1",
            "y = FullyConnected(x, w) {keep_num_dims=true}",
        ),
    ),
    "rank 2": (
        graph("x: float32[2,4]", "y", "w = const float32[4,5] seed 1", "y = BatchMatMul(x, w)"),
        graph(
            "x: float32[2,4]",
            "y",
            "w = const float32[4,5] seed 1",
            "perm = const int32[2] [1, 0]",
            "m = Transpose(w, perm)",
            "y = FullyConnected(x, m)",
        ),
    ),
    "an unknown batch": (
        graph("x: float32[?b,3,4]", "y", "w = const float32[5,4] seed 1", "y = BatchMatMul(x, w) {adj_y=true}"),
        graph(
            "x: float32[?b,3,4]",
            "y",
            "w = const float32[5,4] seed 1",
            "y = FullyConnected(x, w) {keep_num_dims=true}",
        ),
    ),
}

NEAR_MISSES = {
    "a matrix a batch": graph("x: float32[2,3,4]", "y", "w = const float32[2,4,5] seed 1", "y = BatchMatMul(x, w)"),
    "the batch is widened": graph("x: float32[3,4]", "y", "w = const float32[1,4,5] seed 1", "y = BatchMatMul(x, w)"),
    "the other operand is transposed": graph(
        "x: float32[2,4,3]", "y", "w = const float32[4,5] seed 1", "y = BatchMatMul(x, w) {adj_x=true}"
    ),
    "the constant comes first": graph(
        "x: float32[2,5,4]", "y", "w = const float32[3,5] seed 1", "y = BatchMatMul(w, x)"
    ),
    "nothing constant": graph("x: float32[2,3,4], w: float32[4,5]", "y", "y = BatchMatMul(x, w)"),
}


@pytest.mark.parametrize("name", REWRITES)
def test_rewrites(name: str) -> None:
    before, after = REWRITES[name]
    assert_rewrites(before, after, ConvertBatchMatMulToFullyConnected)


@pytest.mark.parametrize("name", NEAR_MISSES)
def test_near_misses_stay(name: str) -> None:
    assert_unchanged(NEAR_MISSES[name], ConvertBatchMatMulToFullyConnected)
