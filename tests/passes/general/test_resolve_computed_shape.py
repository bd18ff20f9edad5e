"""Shapes that are computed from other shapes."""

import pytest

from pytoco.compiler.testing import assert_rewrites, assert_unchanged
from pytoco.passes.general.resolve_computed_shape import ResolveComputedShape
from tests.passes.graphs import graph

X = "x: float32[?b,4,4,8]"
PARTS = ("k0 = const int32[1] [0]", "k1 = const int32[1] [1]", "s = Shape(x)")
BATCH = "b = StridedSlice(s, k0, k1, k1) {shrink_axis_mask=1}"
FLAT = "k = const int32[2] [-1, 128]"

REWRITES = {
    "flattened, the batch first": (
        graph(
            X,
            "y",
            *PARTS,
            BATCH,
            "n = const int32[] [128]",
            "f = Pack(b, n) {axis=0}",
            "y: float32[?,?] = Reshape(x, f)",
        ),
        graph(X, "y", FLAT, "y: float32[?b,128] = Reshape(x, k)"),
    ),
    "flattened, the rest by -1": (
        graph(
            X,
            "y",
            *PARTS,
            BATCH,
            "n = const int32[] [-1]",
            "f = Pack(b, n) {axis=0}",
            "y: float32[?,?] = Reshape(x, f)",
        ),
        graph(X, "y", FLAT, "y: float32[?b,128] = Reshape(x, k)"),
    ),
    "joined from slices": (
        graph(
            X,
            "y",
            *PARTS,
            "b = Slice(s, k0, k1)",
            "n = const int32[2] [16, 8]",
            "f = Concatenation(b, n) {axis=0}",
            "y: float32[?,?,?] = Reshape(x, f)",
        ),
        graph(X, "y", "k = const int32[3] [-1, 16, 8]", "y: float32[?b,16,8] = Reshape(x, k)"),
    ),
    "the shape of something else with the same batch": (
        graph(X + ", z: float32[?b,128]", "y", "s = Shape(z)", "y: float32[?,?] = Reshape(x, s)"),
        graph(X + ", z: float32[?b,128]", "y", FLAT, "y: float32[?b,128] = Reshape(x, k)"),
    ),
    "the size that a transposed convolution is to have": (
        graph(
            "x: float32[?b,2,2,1], w: float32[1,2,2,1]",
            "y",
            *PARTS,
            BATCH,
            "h = const int32[] [4]",
            "c = const int32[] [1]",
            "o = Pack(b, h, h, c) {axis=0}",
            'y: float32[?,?,?,1] = TransposeConv(o, w, x) {stride_h=2, stride_w=2, padding="SAME"}',
        ),
        graph(
            "x: float32[?b,2,2,1], w: float32[1,2,2,1]",
            "y",
            *PARTS,
            BATCH,
            "h = const int32[] [4]",
            "c = const int32[] [1]",
            "o = Pack(b, h, h, c) {axis=0}",
            'y: float32[?b,4,4,1] = TransposeConv(o, w, x) {stride_h=2, stride_w=2, padding="SAME"}',
        ),
    ),
}

NEAR_MISSES = {
    "two open extents": graph("x: float32[?b,?w,8]", "y", "s = Shape(x)", "y: float32[?b,?w,8] = Reshape(x, s)"),
    "numbers from elsewhere": graph(X + ", f: int32[2]", "y", "y: float32[?,?] = Reshape(x, f)"),
    "a constant": graph(X, "y", FLAT, "y: float32[?b,128] = Reshape(x, k)"),
}


@pytest.mark.parametrize("name", REWRITES)
def test_rewrites(name: str) -> None:
    before, after = REWRITES[name]
    assert_rewrites(before, after, ResolveComputedShape)


@pytest.mark.parametrize("name", NEAR_MISSES)
def test_near_misses_stay(name: str) -> None:
    assert_unchanged(NEAR_MISSES[name], ResolveComputedShape)
