"""Explicit padding becomes a Pad."""

import pytest

from pytoco.compiler.testing import assert_rewrites, assert_unchanged
from pytoco.passes.lowering.lower_explicit_padding import LowerExplicitPadding
from tests.passes.graphs import graph

REWRITES = {
    "DepthwiseConv": (
        graph(
            "x: float32[1,2,2,1]",
            "y",
            "w = const float32[1,1,1,1] [2.0]",
            'y = DepthwiseConv(x, w) {stride_h=1, stride_w=1, padding="EXPLICIT", explicit=[0, 2, 1, 0]}',
        ),
        graph(
            "x: float32[1,2,2,1]",
            "y",
            "w = const float32[1,1,1,1] [2.0]",
            "p = const int32[4,2] [0, 0, 0, 2, 1, 0, 0, 0]",
            "t = Pad(x, p)",
            'y = DepthwiseConv(t, w) {stride_h=1, stride_w=1, padding="VALID"}',
        ),
    ),
    "nothing to pad": (
        graph(
            "x: float32[1,2,2,1]",
            "y",
            "w = const float32[2,1,1,1] [1.0, 2.0]",
            'y = Conv(x, w) {stride_h=1, stride_w=1, padding="EXPLICIT", explicit=[0, 0, 0, 0], activation="RELU"}',
        ),
        graph(
            "x: float32[1,2,2,1]",
            "y",
            "w = const float32[2,1,1,1] [1.0, 2.0]",
            'y = Conv(x, w) {stride_h=1, stride_w=1, padding="VALID", activation="RELU"}',
        ),
    ),
}

NEAR_MISSES = {
    "SAME": graph(
        "x: float32[1,2,2,1]",
        "y",
        "w = const float32[2,1,1,1] [1.0, 2.0]",
        'y = Conv(x, w) {stride_h=1, stride_w=1, padding="SAME"}',
    ),
}


@pytest.mark.parametrize("name", REWRITES)
def test_rewrites(name: str) -> None:
    before, after = REWRITES[name]
    assert_rewrites(before, after, LowerExplicitPadding)


@pytest.mark.parametrize("name", NEAR_MISSES)
def test_near_misses_stay(name: str) -> None:
    assert_unchanged(NEAR_MISSES[name], LowerExplicitPadding)
