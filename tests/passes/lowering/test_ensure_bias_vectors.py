"""Affine operators get a bias."""

import pytest

from pytoco.compiler.testing import assert_rewrites, assert_unchanged
from pytoco.passes.lowering.ensure_bias_vectors import EnsureBiasVectors
from tests.passes.graphs import graph

REWRITES = {
    "Conv": (
        graph(
            "x: float32[1,2,2,1]",
            "y",
            "w = const float32[2,1,1,1] [1.0, 2.0]",
            'y = Conv(x, w) {stride_h=1, stride_w=1, padding="SAME"}',
        ),
        graph(
            "x: float32[1,2,2,1]",
            "y",
            "w = const float32[2,1,1,1] [1.0, 2.0]",
            "b = const float32[2] [0.0, 0.0]",
            'y = Conv(x, w, b) {stride_h=1, stride_w=1, padding="SAME"}',
        ),
    ),
    "DepthwiseConv": (
        graph(
            "x: float32[1,2,2,2]",
            "y",
            "w = const float32[1,1,1,4] [1.0, 2.0, 3.0, 4.0]",
            'y = DepthwiseConv(x, w) {stride_h=1, stride_w=1, padding="SAME"}',
        ),
        graph(
            "x: float32[1,2,2,2]",
            "y",
            "w = const float32[1,1,1,4] [1.0, 2.0, 3.0, 4.0]",
            "b = const float32[4] [0.0, 0.0, 0.0, 0.0]",
            'y = DepthwiseConv(x, w, b) {stride_h=1, stride_w=1, padding="SAME"}',
        ),
    ),
    "left out": (
        graph("x: float32[1,2]", "y", "w = const float32[1,2] [1.0, 2.0]", "y = FullyConnected(x, w, _)"),
        graph(
            "x: float32[1,2]",
            "y",
            "w = const float32[1,2] [1.0, 2.0]",
            "b = const float32[1] [0.0]",
            "y = FullyConnected(x, w, b)",
        ),
    ),
}

NEAR_MISSES = {
    "there is one": graph(
        "x: float32[1,2,2,1]",
        "y",
        "w = const float32[2,1,1,1] [1.0, 2.0]",
        "b = const float32[2] [0.5, 1.0]",
        'y = Conv(x, w, b) {stride_h=1, stride_w=1, padding="SAME"}',
    ),
    "the number of channels is unknown": graph("x: float32[1,2], w: float32[?n,2]", "y", "y = FullyConnected(x, w)"),
}


@pytest.mark.parametrize("name", REWRITES)
def test_rewrites(name: str) -> None:
    before, after = REWRITES[name]
    assert_rewrites(before, after, EnsureBiasVectors)


@pytest.mark.parametrize("name", NEAR_MISSES)
def test_near_misses_stay(name: str) -> None:
    assert_unchanged(NEAR_MISSES[name], EnsureBiasVectors)
