"""Matrix products become operators that runtimes have."""

import pytest

from pytoco.compiler.testing import assert_rewrites, assert_unchanged
from pytoco.passes.general.resolve_mat_mul import ResolveMatMul
from tests.passes.graphs import graph

REWRITES = {
    "transposed weights": (
        graph(
            "x: float32[1,2]",
            "y",
            "w = const float32[3,2] [1.0, 2.0, 3.0, 4.0, 5.0, 6.0]",
            "y = MatMul(x, w) {transpose_b=true}",
        ),
        graph(
            "x: float32[1,2]",
            "y",
            "w = const float32[3,2] [1.0, 2.0, 3.0, 4.0, 5.0, 6.0]",
            "y = FullyConnected(x, w)",
        ),
    ),
    "a transposed left side is not forgotten": (
        graph(
            "x: float32[6]",
            "y",
            "s = const int32[2] [2, 3]",
            "w = const float32[2,1] [1.0, 2.0]",
            "r = Reshape(x, s)",
            "y = MatMul(r, w) {transpose_a=true}",
        ),
        graph(
            "x: float32[6]",
            "y",
            "s = const int32[2] [2, 3]",
            "r = Reshape(x, s)",
            "p = const int32[2] [1, 0]",
            "l = Transpose(r, p)",
            "w = const float32[2,1] [1.0, 2.0]",
            "q = const int32[2] [1, 0]",
            "u = Transpose(w, q)",
            "y = FullyConnected(l, u)",
        ),
    ),
    "two activations": (
        graph("a: float32[2,3], b: float32[3,4]", "y", "y = MatMul(a, b)"),
        graph("a: float32[2,3], b: float32[3,4]", "y", "y = BatchMatMul(a, b)"),
    ),
    "two activations, the right one transposed": (
        graph("a: float32[2,3], b: float32[4,3]", "y", "y = MatMul(a, b) {transpose_b=true}"),
        graph("a: float32[2,3], b: float32[4,3]", "y", "y = FullyConnected(a, b)"),
    ),
}

NEAR_MISSES = {
    "unknown rank": graph("a: float32[*], b: float32[3,4]", "y", "y = MatMul(a, b)"),
}


@pytest.mark.parametrize("name", REWRITES)
def test_rewrites(name: str) -> None:
    before, after = REWRITES[name]
    assert_rewrites(before, after, ResolveMatMul)


@pytest.mark.parametrize("name", NEAR_MISSES)
def test_near_misses_stay(name: str) -> None:
    assert_unchanged(NEAR_MISSES[name], ResolveMatMul)
