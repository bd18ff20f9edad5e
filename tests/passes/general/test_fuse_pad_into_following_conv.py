"""Pads before convolutions that are what SAME pads."""

import pytest

from pytoco.compiler.testing import assert_rewrites, assert_unchanged
from pytoco.passes.general.fuse_pad_into_following_conv import FusePadIntoFollowingConv
from tests.passes.graphs import graph

REWRITES = {
    "stride 2, even extents": (
        graph(
            "x: float32[1,8,8,2]",
            "y",
            "w = const float32[2,3,3,2] seed 1",
            "p = const int32[4,2] [0, 0, 0, 1, 0, 1, 0, 0]",
            "t = Pad(x, p)",
            'y = Conv(t, w) {stride_h=2, stride_w=2, padding="VALID"}',
        ),
        graph(
            "x: float32[1,8,8,2]",
            "y",
            "w = const float32[2,3,3,2] seed 1",
            'y = Conv(x, w) {stride_h=2, stride_w=2, padding="SAME"}',
        ),
    ),
    "stride 2, odd extents": (
        graph(
            "x: float32[1,9,9,2]",
            "y",
            "w = const float32[2,3,3,2] seed 1",
            "p = const int32[4,2] [0, 0, 1, 1, 1, 1, 0, 0]",
            "t = Pad(x, p)",
            'y = Conv(t, w) {stride_h=2, stride_w=2, padding="VALID"}',
        ),
        graph(
            "x: float32[1,9,9,2]",
            "y",
            "w = const float32[2,3,3,2] seed 1",
            'y = Conv(x, w) {stride_h=2, stride_w=2, padding="SAME"}',
        ),
    ),
    "dilations": (
        graph(
            "x: float32[1,8,8,2]",
            "y",
            "w = const float32[2,3,3,2] seed 1",
            "p = const int32[4,2] [0, 0, 2, 2, 2, 2, 0, 0]",
            "t = Pad(x, p)",
            'y = Conv(t, w) {stride_h=1, stride_w=1, padding="VALID", dilation_h=2, dilation_w=2}',
        ),
        graph(
            "x: float32[1,8,8,2]",
            "y",
            "w = const float32[2,3,3,2] seed 1",
            'y = Conv(x, w) {stride_h=1, stride_w=1, padding="SAME", dilation_h=2, dilation_w=2}',
        ),
    ),
    "depthwise": (
        graph(
            "x: float32[1,8,8,2]",
            "y",
            "w = const float32[1,3,3,2] seed 1",
            "p = const int32[4,2] [0, 0, 0, 1, 0, 1, 0, 0]",
            "t = Pad(x, p)",
            'y = DepthwiseConv(t, w) {stride_h=2, stride_w=2, padding="VALID"}',
        ),
        graph(
            "x: float32[1,8,8,2]",
            "y",
            "w = const float32[1,3,3,2] seed 1",
            'y = DepthwiseConv(x, w) {stride_h=2, stride_w=2, padding="SAME"}',
        ),
    ),
    "explicit padding": (
        graph(
            "x: float32[1,8,8,2]",
            "y",
            "w = const float32[2,3,3,2] seed 1",
            'y = Conv(x, w) {stride_h=2, stride_w=2, padding="EXPLICIT", explicit=[0, 1, 0, 1]}',
        ),
        graph(
            "x: float32[1,8,8,2]",
            "y",
            "w = const float32[2,3,3,2] seed 1",
            'y = Conv(x, w) {stride_h=2, stride_w=2, padding="SAME"}',
        ),
    ),
    "no explicit padding at all": (
        graph(
            "x: float32[1,8,8,2]",
            "y",
            "w = const float32[2,3,3,2] seed 1",
            'y = Conv(x, w) {stride_h=2, stride_w=2, padding="EXPLICIT", explicit=[0, 0, 0, 0]}',
        ),
        graph(
            "x: float32[1,8,8,2]",
            "y",
            "w = const float32[2,3,3,2] seed 1",
            'y = Conv(x, w) {stride_h=2, stride_w=2, padding="VALID"}',
        ),
    ),
    "the Pad has other readers": (
        graph(
            "x: float32[1,8,8,2]",
            "y, z",
            "w = const float32[2,3,3,2] seed 1",
            "p = const int32[4,2] [0, 0, 0, 1, 0, 1, 0, 0]",
            "t = Pad(x, p)",
            "z = Exp(t)",
            'y = Conv(t, w) {stride_h=2, stride_w=2, padding="VALID"}',
        ),
        graph(
            "x: float32[1,8,8,2]",
            "y, z",
            "w = const float32[2,3,3,2] seed 1",
            "p = const int32[4,2] [0, 0, 0, 1, 0, 1, 0, 0]",
            "t = Pad(x, p)",
            "z = Exp(t)",
            'y = Conv(x, w) {stride_h=2, stride_w=2, padding="SAME"}',
        ),
    ),
}

NEAR_MISSES = {
    "the other side": graph(
        "x: float32[1,8,8,2]",
        "y",
        "w = const float32[2,3,3,2] seed 1",
        "p = const int32[4,2] [0, 0, 1, 0, 1, 0, 0, 0]",
        "t = Pad(x, p)",
        'y = Conv(t, w) {stride_h=2, stride_w=2, padding="VALID"}',
    ),
    "both sides where SAME pads one": graph(
        "x: float32[1,8,8,2]",
        "y",
        "w = const float32[2,3,3,2] seed 1",
        "p = const int32[4,2] [0, 0, 1, 1, 1, 1, 0, 0]",
        "t = Pad(x, p)",
        'y = Conv(t, w) {stride_h=2, stride_w=2, padding="VALID"}',
    ),
    "only the height": graph(
        "x: float32[1,8,8,2]",
        "y",
        "w = const float32[2,3,3,2] seed 1",
        "p = const int32[4,2] [0, 0, 0, 1, 0, 0, 0, 0]",
        "t = Pad(x, p)",
        'y = Conv(t, w) {stride_h=2, stride_w=2, padding="VALID"}',
    ),
    "SAME behind the Pad": graph(
        "x: float32[1,8,8,2]",
        "y",
        "w = const float32[2,3,3,2] seed 1",
        "p = const int32[4,2] [0, 0, 1, 1, 1, 1, 0, 0]",
        "t = Pad(x, p)",
        'y = Conv(t, w) {stride_h=1, stride_w=1, padding="SAME"}',
    ),
    "the channels are padded": graph(
        "x: float32[1,8,8,1]",
        "y",
        "w = const float32[2,3,3,2] seed 1",
        "p = const int32[4,2] [0, 0, 0, 1, 0, 1, 0, 1]",
        "t = Pad(x, p)",
        'y = Conv(t, w) {stride_h=2, stride_w=2, padding="VALID"}',
    ),
    "unknown extents": graph(
        "x: float32[1,?h,8,2]",
        "y",
        "w = const float32[2,3,3,2] seed 1",
        "p = const int32[4,2] [0, 0, 0, 1, 0, 1, 0, 0]",
        "t = Pad(x, p)",
        'y = Conv(t, w) {stride_h=2, stride_w=2, padding="VALID"}',
    ),
    "another number than 0": graph(
        "x: float32[1,8,8,2]",
        "y",
        "w = const float32[2,3,3,2] seed 1",
        "p = const int32[4,2] [0, 0, 0, 1, 0, 1, 0, 0]",
        "one = const float32[] [1.0]",
        "t = PadV2(x, p, one)",
        'y = Conv(t, w) {stride_h=2, stride_w=2, padding="VALID"}',
    ),
}


@pytest.mark.parametrize("name", REWRITES)
def test_rewrites(name: str) -> None:
    before, after = REWRITES[name]
    assert_rewrites(before, after, FusePadIntoFollowingConv)


@pytest.mark.parametrize("name", NEAR_MISSES)
def test_near_misses_stay(name: str) -> None:
    assert_unchanged(NEAR_MISSES[name], FusePadIntoFollowingConv)
