"""Convolutions between SpaceToBatchND and BatchToSpaceND: the padding follows from paddings and crops."""

import pytest

from pytoco.compiler.testing import assert_rewrites, assert_unchanged
from pytoco.passes.general.identify_dilated_conv import IdentifyDilatedConv
from tests.passes.graphs import graph

X = "x: float32[1,7,9,2]"
PLAIN = '{stride_h=1, stride_w=1, padding="VALID"}'


def spread(
    paddings: str,
    crops: str,
    *between: str,
    conv: str = f"b = Conv(a, w) {PLAIN}",
    block: str = "2, 2",
    inputs: str = X,
    last: str = "b",
    outputs: str = "y",
) -> str:
    """A convolution of 3x3 between the two, followed by operators `between`."""
    return graph(
        inputs,
        outputs,
        "w = const float32[2,3,3,2] seed 1",
        f"block = const int32[2] [{block}]",
        f"p = const int32[2,2] [{paddings}]",
        f"c = const int32[2,2] [{crops}]",
        "a = SpaceToBatchND(x, block, p)",
        conv,
        *between,
        f"y = BatchToSpaceND({last}, block, c)",
    )


def dilated(padding: str, *after: str, result: str = "y", rate: tuple[int, int] = (2, 2), more: str = "") -> str:
    """The dilated convolution that it is."""
    return graph(
        X,
        "y",
        "w = const float32[2,3,3,2] seed 1",
        f'{result} = Conv(x, w) {{stride_h=1, stride_w=1, padding="{padding}", dilation_h={rate[0]}, '
        f"dilation_w={rate[1]}{more}}}",
        *after,
    )


REWRITES = {
    "SAME, extents that need more padding": (spread("2, 3, 2, 3", "0, 1, 0, 1"), dilated("SAME")),
    "VALID": (spread("0, 1, 0, 1", "0, 1, 0, 1"), dilated("VALID")),
    "VALID, cropped at the front": (spread("1, 0, 1, 0", "1, 0, 1, 0"), dilated("VALID")),
    "different rates": (
        spread("2, 3, 3, 3", "0, 1, 0, 0", block="2, 3"),
        dilated("SAME", rate=(2, 3)),
    ),
    "neither SAME nor VALID": (
        spread("1, 0, 2, 1", "0, 0, 0, 1"),
        dilated("EXPLICIT", more=", explicit=[1, 0, 2, 0]"),
    ),
    "an open number of images": (
        spread("2, 3, 2, 3", "0, 1, 0, 1", inputs="x: float32[?b,7,9,2]"),
        dilated("SAME", result="y: float32[?,7,9,2]").replace("x: float32[1,", "x: float32[?b,"),
    ),
    "SAME within": (
        spread("0, 1, 0, 1", "0, 1, 0, 1", conv='b = Conv(a, w) {stride_h=1, stride_w=1, padding="SAME"}'),
        dilated("SAME"),
    ),
    "depthwise, with a bias": (
        graph(
            X,
            "y",
            "w = const float32[1,3,3,4] seed 1",
            "v = const float32[4] seed 2",
            "block = const int32[2] [2, 2]",
            "p = const int32[2,2] [2, 3, 2, 3]",
            "c = const int32[2,2] [0, 1, 0, 1]",
            "a = SpaceToBatchND(x, block, p)",
            f"b = DepthwiseConv(a, w, v) {PLAIN}",
            "y = BatchToSpaceND(b, block, c)",
        ),
        graph(
            X,
            "y",
            "w = const float32[1,3,3,4] seed 1",
            "v = const float32[4] seed 2",
            'y = DepthwiseConv(x, w, v) {stride_h=1, stride_w=1, padding="SAME", dilation_h=2, dilation_w=2}',
        ),
    ),
    "arithmetic, an activation and a convolution of 1x1 between": (
        spread(
            "2, 3, 2, 3",
            "0, 1, 0, 1",
            "k = const float32[2] [1.0, 2.0]",
            "v = const float32[3,1,1,2] seed 3",
            "d = Mul(k, b)",
            "e = Relu6(d)",
            f"f = Conv(e, v) {PLAIN}",
            last="f",
        ),
        dilated(
            "SAME",
            "k = const float32[2] [1.0, 2.0]",
            "v = const float32[3,1,1,2] seed 3",
            "d = Mul(k, b)",
            "e = Relu6(d)",
            f"y = Conv(e, v) {PLAIN}",
            result="b",
        ),
    ),
    "one dimension": (
        graph(
            "x: float32[2,9,2]",
            "y",
            "w = const float32[4,1,3,2] seed 1",
            "block = const int32[1] [2]",
            "p = const int32[1,2] [2, 3]",
            "c = const int32[1,2] [0, 1]",
            "axis = const int32[] [1]",
            "a = SpaceToBatchND(x, block, p)",
            "b = ExpandDims(a, axis)",
            f"d = Conv(b, w) {PLAIN}",
            "e = Squeeze(d) {axes=[1]}",
            "y = BatchToSpaceND(e, block, c)",
        ),
        graph(
            "x: float32[2,9,2]",
            "y",
            "w = const float32[4,1,3,2] seed 1",
            "s = const int32[4] [2, 1, 9, 2]",
            "t = const int32[3] [2, 9, 4]",
            "a = Reshape(x, s)",
            'b = Conv(a, w) {stride_h=1, stride_w=1, padding="SAME", dilation_w=2}',
            "y = Reshape(b, t)",
        ),
    ),
}

NEAR_MISSES = {
    "more is cropped than padded": spread("0, 1, 0, 1", "1, 0, 0, 1"),
    "strides": spread("0, 1, 0, 1", "0, 0, 0, 0", conv='b = Conv(a, w) {stride_h=2, stride_w=1, padding="VALID"}'),
    "dilations of its own": spread(
        "2, 3, 2, 3", "0, 0, 0, 0", conv='b = Conv(a, w) {stride_h=1, stride_w=1, padding="VALID", dilation_w=2}'
    ),
    "another reader of the spread result": spread("2, 3, 2, 3", "0, 1, 0, 1", outputs="y, b"),
    "an addend that differs from place to place": spread(
        "2, 3, 2, 3", "0, 1, 0, 1", "k = const float32[4,1,1] seed 5", "d = Add(b, k)", last="d"
    ),
    "no SpaceToBatchND": graph(
        "x: float32[4,7,9,2]",
        "y",
        "w = const float32[2,3,3,2] seed 1",
        "block = const int32[2] [2, 2]",
        "c = const int32[2,2] [0, 0, 0, 0]",
        f"b = Conv(x, w) {PLAIN}",
        "y = BatchToSpaceND(b, block, c)",
    ),
    "other blocks": graph(
        "x: float32[4,8,8,2]",
        "y",
        "w = const float32[2,3,3,2] seed 1",
        "block = const int32[2] [2, 2]",
        "wide = const int32[2] [4, 1]",
        "p = const int32[2,2] [0, 0, 0, 0]",
        "a = SpaceToBatchND(x, block, p)",
        f"b = Conv(a, w) {PLAIN}",
        "y = BatchToSpaceND(b, wide, p)",
    ),
}


@pytest.mark.parametrize("name", REWRITES)
def test_rewrites(name: str) -> None:
    before, after = REWRITES[name]
    assert_rewrites(before, after, IdentifyDilatedConv)


@pytest.mark.parametrize("name", NEAR_MISSES)
def test_near_misses_stay(name: str) -> None:
    assert_unchanged(NEAR_MISSES[name], IdentifyDilatedConv)
