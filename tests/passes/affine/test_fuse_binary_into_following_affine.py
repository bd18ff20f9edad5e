"""Arithmetic before an affine operator goes into its weights and bias."""

import pytest

from pytoco.compiler.testing import assert_rewrites, assert_unchanged
from pytoco.passes.affine.fuse_binary_into_following_affine import FuseBinaryIntoFollowingAffine
from tests.passes.graphs import graph

REWRITES = {
    "a factor before a TransposeConv": (
        graph(
            "x: float32[1,2,2,1]",
            "y",
            "s = const int32[4] [1, 4, 4, 2]",
            "w = const float32[2,1,1,1] [1.0, 2.0]",
            "k = const float32[] [3.0]",
            "t = Mul(x, k)",
            'y = TransposeConv(s, w, t) {stride_h=2, stride_w=2, padding="SAME"}',
        ),
        graph(
            "x: float32[1,2,2,1]",
            "y",
            "s = const int32[4] [1, 4, 4, 2]",
            "w = const float32[2,1,1,1] [3.0, 6.0]",
            'y = TransposeConv(s, w, x) {stride_h=2, stride_w=2, padding="SAME"}',
        ),
    ),
    "Mul before a padding Conv": (
        graph(
            "x: float32[1,2,2,1]",
            "y",
            "w = const float32[2,1,1,1] [1.0, 2.0]",
            "k = const float32[] [3.0]",
            "t = Mul(x, k)",
            'y = Conv(t, w) {stride_h=1, stride_w=1, padding="SAME"}',
        ),
        graph(
            "x: float32[1,2,2,1]",
            "y",
            "w = const float32[2,1,1,1] [3.0, 6.0]",
            'y = Conv(x, w) {stride_h=1, stride_w=1, padding="SAME"}',
        ),
    ),
    "Add before a Conv that does not pad": (
        graph(
            "x: float32[1,2,2,1]",
            "y",
            "w = const float32[2,1,1,1] [1.0, 2.0]",
            "b = const float32[2] [0.5, 1.0]",
            "k = const float32[1] [3.0]",
            "t = Add(x, k)",
            'y = Conv(t, w, b) {stride_h=1, stride_w=1, padding="VALID"}',
        ),
        graph(
            "x: float32[1,2,2,1]",
            "y",
            "w = const float32[2,1,1,1] [1.0, 2.0]",
            "b = const float32[2] [3.5, 7.0]",
            'y = Conv(x, w, b) {stride_h=1, stride_w=1, padding="VALID"}',
        ),
    ),
    "a constant minus": (
        graph(
            "x: float32[1,2]",
            "y",
            "w = const float32[1,2] [1.0, 2.0]",
            "k = const float32[2] [3.0, 4.0]",
            "t = Sub(k, x)",
            "y = FullyConnected(t, w)",
        ),
        graph(
            "x: float32[1,2]",
            "y",
            "w = const float32[1,2] [-1.0, -2.0]",
            "b = const float32[1] [11.0]",
            "y = FullyConnected(x, w, b)",
        ),
    ),
    "Div a channel, depthwise with two results each": (
        graph(
            "x: float32[1,2,2,2]",
            "y",
            "w = const float32[1,1,1,4] [1.0, 2.0, 3.0, 4.0]",
            "k = const float32[2] [2.0, 4.0]",
            "t = Div(x, k)",
            'y = DepthwiseConv(t, w) {stride_h=1, stride_w=1, padding="SAME"}',
        ),
        graph(
            "x: float32[1,2,2,2]",
            "y",
            "w = const float32[1,1,1,4] [0.5, 1.0, 0.75, 1.0]",
            'y = DepthwiseConv(x, w) {stride_h=1, stride_w=1, padding="SAME"}',
        ),
    ),
    "another reader of the weights keeps its own": (
        graph(
            "x: float32[1,2,2,1]",
            "y, z",
            "w = const float32[2,1,1,1] [1.0, 2.0]",
            "k = const float32[] [2.0]",
            "t = Mul(x, k)",
            'y = Conv(t, w) {stride_h=1, stride_w=1, padding="SAME"}',
            'z = Conv(x, w) {stride_h=1, stride_w=1, padding="SAME"}',
        ),
        graph(
            "x: float32[1,2,2,1]",
            "y, z",
            "v = const float32[2,1,1,1] [2.0, 4.0]",
            'y = Conv(x, v) {stride_h=1, stride_w=1, padding="SAME"}',
            "w = const float32[2,1,1,1] [1.0, 2.0]",
            'z = Conv(x, w) {stride_h=1, stride_w=1, padding="SAME"}',
        ),
    ),
}

NEAR_MISSES = {
    "an addend before a TransposeConv": graph(
        "x: float32[1,2,2,1]",
        "y",
        "s = const int32[4] [1, 2, 2, 2]",
        "w = const float32[2,1,1,1] [1.0, 2.0]",
        "k = const float32[] [3.0]",
        "t = Add(x, k)",
        'y = TransposeConv(s, w, t) {stride_h=1, stride_w=1, padding="VALID"}',
    ),
    "padding is not shifted": graph(
        "x: float32[1,2,2,1]",
        "y",
        "w = const float32[2,1,1,1] [1.0, 2.0]",
        "k = const float32[] [3.0]",
        "t = Add(x, k)",
        'y = Conv(t, w) {stride_h=1, stride_w=1, padding="SAME"}',
    ),
    "another reader": graph(
        "x: float32[1,2,2,1]",
        "y, z",
        "w = const float32[2,1,1,1] [1.0, 2.0]",
        "k = const float32[] [3.0]",
        "t = Mul(x, k)",
        "z = Neg(t)",
        'y = Conv(t, w) {stride_h=1, stride_w=1, padding="SAME"}',
    ),
    "the intermediate is an output": graph(
        "x: float32[1,2,2,1]",
        "y, t",
        "w = const float32[2,1,1,1] [1.0, 2.0]",
        "k = const float32[] [3.0]",
        "t = Mul(x, k)",
        'y = Conv(t, w) {stride_h=1, stride_w=1, padding="SAME"}',
    ),
    "an activation between": graph(
        "x: float32[1,2,2,1]",
        "y",
        "w = const float32[2,1,1,1] [1.0, 2.0]",
        "k = const float32[] [3.0]",
        't = Mul(x, k) {activation="RELU"}',
        'y = Conv(t, w) {stride_h=1, stride_w=1, padding="SAME"}',
    ),
    "division by zero, which makes infinities that cancel": graph(
        "x: float32[1,2]",
        "y",
        "w = const float32[1,2] [1.0, 2.0]",
        "k = const float32[] [0.0]",
        "t = Div(x, k)",
        "y = FullyConnected(t, w)",
    ),
    "a constant divided by x": graph(
        "x: float32[1,2,2,1]",
        "y",
        "w = const float32[2,1,1,1] [1.0, 2.0]",
        "k = const float32[] [3.0]",
        "t = Div(k, x)",
        'y = Conv(t, w) {stride_h=1, stride_w=1, padding="SAME"}',
    ),
    "a constant over the image": graph(
        "x: float32[1,2,2,1]",
        "y",
        "w = const float32[2,1,1,1] [1.0, 2.0]",
        "k = const float32[1,2,2,1] [1.0, 2.0, 3.0, 4.0]",
        "t = Mul(x, k)",
        'y = Conv(t, w) {stride_h=1, stride_w=1, padding="SAME"}',
    ),
    "the constant widens": graph(
        "x: float32[1,2,2,1]",
        "y",
        "w = const float32[1,1,1,3] [1.0, 2.0, 3.0]",
        "k = const float32[3] [1.0, 2.0, 3.0]",
        "t = Mul(x, k)",
        'y = Conv(t, w) {stride_h=1, stride_w=1, padding="SAME"}',
    ),
    "computed weights": graph(
        "x: float32[1,2,2,1], w: float32[2,1,1,1]",
        "y",
        "k = const float32[] [2.0]",
        "t = Mul(x, k)",
        'y = Conv(t, w) {stride_h=1, stride_w=1, padding="SAME"}',
    ),
}


@pytest.mark.parametrize("name", REWRITES)
def test_rewrites(name: str) -> None:
    before, after = REWRITES[name]
    assert_rewrites(before, after, FuseBinaryIntoFollowingAffine)


@pytest.mark.parametrize("name", NEAR_MISSES)
def test_near_misses_stay(name: str) -> None:
    assert_unchanged(NEAR_MISSES[name], FuseBinaryIntoFollowingAffine)
