"""A factor and an addend a channel."""

import pytest

from pytoco.compiler.testing import assert_rewrites, assert_unchanged
from pytoco.passes.pointwise.convert_multiply_add_to_depthwise_conv import ConvertMultiplyAddToDepthwiseConv
from tests.passes.graphs import graph

REWRITES = {
    "k + x * m": (
        graph(
            "x: float32[1,2,2,3]",
            "y",
            "m = const float32[1,1,3] [1.0, 2.0, 3.0]",
            "k = const float32[3] [4.0, 5.0, 6.0]",
            "t = Mul(m, x)",
            "y = Add(k, t)",
        ),
        graph(
            "x: float32[1,2,2,3]",
            "y",
            "w = const float32[1,1,1,3] [1.0, 2.0, 3.0]",
            "b = const float32[3] [4.0, 5.0, 6.0]",
            'y = DepthwiseConv(x, w, b) {stride_h=1, stride_w=1, padding="VALID"}',
        ),
    ),
    "x / m - k, and an activation": (
        graph(
            "x: float32[1,2,2,3]",
            "y",
            "m = const float32[] [2.0]",
            "k = const float32[] [4.0]",
            "t = Div(x, m)",
            'y = Sub(t, k) {activation="RELU6"}',
        ),
        graph(
            "x: float32[1,2,2,3]",
            "y",
            "w = const float32[1,1,1,3] splat 0.5",
            "b = const float32[3] splat -4.0",
            'y = DepthwiseConv(x, w, b) {stride_h=1, stride_w=1, padding="VALID", activation="RELU6"}',
        ),
    ),
}

NEAR_MISSES = {
    "rank 3": graph(
        "x: float32[2,2,3]",
        "y",
        "m = const float32[] [2.0]",
        "k = const float32[] [4.0]",
        "t = Mul(x, m)",
        "y = Add(t, k)",
    ),
    "an addend a column": graph(
        "x: float32[1,2,2,3]",
        "y",
        "m = const float32[] [2.0]",
        "k = const float32[2,1] [1.0, 2.0]",
        "t = Mul(x, m)",
        "y = Add(t, k)",
    ),
    "k - x * m": graph(
        "x: float32[1,2,2,3]",
        "y",
        "m = const float32[] [2.0]",
        "k = const float32[] [4.0]",
        "t = Mul(x, m)",
        "y = Sub(k, t)",
    ),
    "m / x + k": graph(
        "x: float32[1,2,2,3]",
        "y",
        "m = const float32[] [2.0]",
        "k = const float32[] [4.0]",
        "t = Div(m, x)",
        "y = Add(t, k)",
    ),
    "another reader": graph(
        "x: float32[1,2,2,3]",
        "y, t",
        "m = const float32[] [2.0]",
        "k = const float32[] [4.0]",
        "t = Mul(x, m)",
        "y = Add(t, k)",
    ),
    "an activation between": graph(
        "x: float32[1,2,2,3]",
        "y",
        "m = const float32[] [2.0]",
        "k = const float32[] [4.0]",
        't = Mul(x, m) {activation="RELU"}',
        "y = Add(t, k)",
    ),
    "the channels are widened": graph(
        "x: float32[1,2,2,1]",
        "y",
        "m = const float32[3] [1.0, 2.0, 3.0]",
        "k = const float32[] [4.0]",
        "t = Mul(x, m)",
        "y = Add(t, k)",
    ),
    "a division by 0": graph(
        "x: float32[1,2,2,3]",
        "y",
        "m = const float32[] [0.0]",
        "k = const float32[] [4.0]",
        "t = Div(x, m)",
        "y = Add(t, k)",
    ),
    "integers": graph("x: int32[1,2,2,3]", "y", "m = const int32[] [2]", "t = Mul(x, m)", "y = Add(t, m)"),
}


@pytest.mark.parametrize("name", REWRITES)
def test_rewrites(name: str) -> None:
    before, after = REWRITES[name]
    assert_rewrites(before, after, ConvertMultiplyAddToDepthwiseConv)


@pytest.mark.parametrize("name", NEAR_MISSES)
def test_near_misses_stay(name: str) -> None:
    assert_unchanged(NEAR_MISSES[name], ConvertMultiplyAddToDepthwiseConv)
