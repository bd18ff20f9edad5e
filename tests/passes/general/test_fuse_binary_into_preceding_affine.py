"""Arithmetic after an affine operator goes into its weights and bias."""

import pytest

from pytoco.compiler.testing import assert_rewrites, assert_unchanged
from pytoco.passes.general.fuse_binary_into_preceding_affine import FuseBinaryIntoPrecedingAffine
from tests.passes.graphs import graph

REWRITES = {
    "a bias of a TransposeConv": (
        graph(
            "x: float32[1,2,2,1]",
            "y",
            "s = const int32[4] [1, 4, 4, 2]",
            "w = const float32[2,1,1,1] [1.0, 2.0]",
            "k = const float32[2] [3.0, 4.0]",
            't = TransposeConv(s, w, x) {stride_h=2, stride_w=2, padding="SAME"}',
            "y = Add(t, k)",
        ),
        graph(
            "x: float32[1,2,2,1]",
            "y",
            "s = const int32[4] [1, 4, 4, 2]",
            "w = const float32[2,1,1,1] [1.0, 2.0]",
            "b = const float32[2] [3.0, 4.0]",
            'y = TransposeConv(s, w, x, b) {stride_h=2, stride_w=2, padding="SAME"}',
        ),
    ),
    "Add to a Conv without bias": (
        graph(
            "x: float32[1,2,2,1]",
            "y",
            "w = const float32[2,1,1,1] [1.0, 2.0]",
            "k = const float32[2] [3.0, 4.0]",
            't = Conv(x, w) {stride_h=1, stride_w=1, padding="SAME"}',
            "y = Add(t, k)",
        ),
        graph(
            "x: float32[1,2,2,1]",
            "y",
            "w = const float32[2,1,1,1] [1.0, 2.0]",
            "b = const float32[2] [3.0, 4.0]",
            'y = Conv(x, w, b) {stride_h=1, stride_w=1, padding="SAME"}',
        ),
    ),
    "Mul of weights and bias": (
        graph(
            "x: float32[1,2,2,1]",
            "y",
            "w = const float32[2,1,1,1] [1.0, 2.0]",
            "b = const float32[2] [0.5, 1.0]",
            "k = const float32[1,2] [3.0, 4.0]",
            't = Conv(x, w, b) {stride_h=1, stride_w=1, padding="SAME"}',
            "y = Mul(t, k)",
        ),
        graph(
            "x: float32[1,2,2,1]",
            "y",
            "w = const float32[2,1,1,1] [3.0, 8.0]",
            "b = const float32[2] [1.5, 4.0]",
            'y = Conv(x, w, b) {stride_h=1, stride_w=1, padding="SAME"}',
        ),
    ),
    "Div of a depthwise convolution": (
        graph(
            "x: float32[1,2,2,2]",
            "y",
            "w = const float32[1,1,1,2] [1.0, 2.0]",
            "k = const float32[2] [2.0, 4.0]",
            't = DepthwiseConv(x, w) {stride_h=1, stride_w=1, padding="SAME"}',
            "y = Div(t, k)",
        ),
        graph(
            "x: float32[1,2,2,2]",
            "y",
            "w = const float32[1,1,1,2] [0.5, 0.5]",
            'y = DepthwiseConv(x, w) {stride_h=1, stride_w=1, padding="SAME"}',
        ),
    ),
    "a constant minus a Conv": (
        graph(
            "x: float32[1,2,2,1]",
            "y",
            "w = const float32[2,1,1,1] [1.0, 2.0]",
            "b = const float32[2] [0.5, 1.0]",
            "k = const float32[] [5.0]",
            't = Conv(x, w, b) {stride_h=1, stride_w=1, padding="SAME"}',
            "y = Sub(k, t)",
        ),
        graph(
            "x: float32[1,2,2,1]",
            "y",
            "w = const float32[2,1,1,1] [-1.0, -2.0]",
            "b = const float32[2] [4.5, 4.0]",
            'y = Conv(x, w, b) {stride_h=1, stride_w=1, padding="SAME"}',
        ),
    ),
    "another reader of the weights keeps its own": (
        graph(
            "x: float32[1,2,2,1]",
            "y, z",
            "w = const float32[2,1,1,1] [1.0, 2.0]",
            "k = const float32[] [2.0]",
            't = Conv(x, w) {stride_h=1, stride_w=1, padding="SAME"}',
            "y = Mul(t, k)",
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
    "division by zero, which makes infinities that cancel": graph(
        "x: float32[1,2]",
        "y",
        "w = const float32[1,2] [1.0, 2.0]",
        "k = const float32[] [0.0]",
        "t = FullyConnected(x, w)",
        "y = Div(t, k)",
    ),
    "a factor that is not finite": graph(
        "x: float32[1,2]",
        "y",
        "w = const float32[1,2] [1.0, 2.0]",
        "k = const float32[] [Infinity]",
        "t = FullyConnected(x, w)",
        "y = Mul(t, k)",
    ),
    "the affine operator has an activation": graph(
        "x: float32[1,2,2,1]",
        "y",
        "w = const float32[2,1,1,1] [1.0, 2.0]",
        "k = const float32[] [2.0]",
        't = Conv(x, w) {stride_h=1, stride_w=1, padding="SAME", activation="RELU"}',
        "y = Mul(t, k)",
    ),
    "another reader": graph(
        "x: float32[1,2,2,1]",
        "y, z",
        "w = const float32[2,1,1,1] [1.0, 2.0]",
        "k = const float32[] [2.0]",
        't = Conv(x, w) {stride_h=1, stride_w=1, padding="SAME"}',
        "z = Neg(t)",
        "y = Mul(t, k)",
    ),
    "the intermediate is an output": graph(
        "x: float32[1,2,2,1]",
        "y, t",
        "w = const float32[2,1,1,1] [1.0, 2.0]",
        "k = const float32[] [2.0]",
        't = Conv(x, w) {stride_h=1, stride_w=1, padding="SAME"}',
        "y = Mul(t, k)",
    ),
    "a constant over the image": graph(
        "x: float32[1,2,2,1]",
        "y",
        "w = const float32[2,1,1,1] [1.0, 2.0]",
        "k = const float32[1,2,2,1] [1.0, 2.0, 3.0, 4.0]",
        't = Conv(x, w) {stride_h=1, stride_w=1, padding="SAME"}',
        "y = Mul(t, k)",
    ),
    "a constant along another axis": graph(
        "x: float32[1,2,2,1]",
        "y",
        "w = const float32[2,1,1,1] [1.0, 2.0]",
        "k = const float32[2,1] [1.0, 2.0]",
        't = Conv(x, w) {stride_h=1, stride_w=1, padding="SAME"}',
        "y = Add(t, k)",
    ),
    "a constant divided by a Conv": graph(
        "x: float32[1,2,2,1]",
        "y",
        "w = const float32[2,1,1,1] [1.0, 2.0]",
        "k = const float32[] [2.0]",
        't = Conv(x, w) {stride_h=1, stride_w=1, padding="SAME"}',
        "y = Div(k, t)",
    ),
    "computed weights": graph(
        "x: float32[1,2,2,1], w: float32[2,1,1,1]",
        "y",
        "k = const float32[] [2.0]",
        't = Conv(x, w) {stride_h=1, stride_w=1, padding="SAME"}',
        "y = Mul(t, k)",
    ),
    "the constant adds an axis": graph(
        "x: float32[1,2]",
        "y",
        "w = const float32[1,2] [1.0, 2.0]",
        "k = const float32[1,1,1] [2.0]",
        "t = FullyConnected(x, w)",
        "y = Add(t, k)",
    ),
}


@pytest.mark.parametrize("name", REWRITES)
def test_rewrites(name: str) -> None:
    before, after = REWRITES[name]
    assert_rewrites(before, after, FuseBinaryIntoPrecedingAffine)


@pytest.mark.parametrize("name", NEAR_MISSES)
def test_near_misses_stay(name: str) -> None:
    assert_unchanged(NEAR_MISSES[name], FuseBinaryIntoPrecedingAffine)
