"""Element-wise operators first, data movement after."""

import pytest

from pytoco.backends.tflite.target import target
from pytoco.compiler.testing import assert_rewrites, assert_unchanged
from pytoco.passes.general.reorder_elementwise_unary import ReorderElementwiseUnary
from tests.passes.graphs import graph

REWRITES = {
    "Relu and Transpose": (
        graph("x: float32[2,3]", "y", "p = const int32[2] [1, 0]", "t = Transpose(x, p)", "y = Relu(t)"),
        graph("x: float32[2,3]", "y", "p = const int32[2] [1, 0]", "t = Relu(x)", "y = Transpose(t, p)"),
    ),
    "Cast and Squeeze": (
        graph("x: int32[1,2]", "y", "t = Squeeze(x) {axes=[0]}", 'y = Cast(t) {dtype="float32"}'),
        graph("x: int32[1,2]", "y", 't = Cast(x) {dtype="float32"}', "y = Squeeze(t) {axes=[0]}"),
    ),
    "LeakyRelu and SpaceToDepth": (
        graph("x: float32[1,2,2,1]", "y", "t = SpaceToDepth(x) {block_size=2}", "y = LeakyRelu(t) {alpha=0.5}"),
        graph("x: float32[1,2,2,1]", "y", "t = LeakyRelu(x) {alpha=0.5}", "y = SpaceToDepth(t) {block_size=2}"),
    ),
    "over several": (
        graph(
            "x: float32[2,3]",
            "y",
            "p = const int32[2] [1, 0]",
            "a = const int32[] [0]",
            "t = Transpose(x, p)",
            "u = ExpandDims(t, a)",
            "v = Neg(u)",
            "y = Relu(v)",
        ),
        graph(
            "x: float32[2,3]",
            "y",
            "p = const int32[2] [1, 0]",
            "a = const int32[] [0]",
            "n = Neg(x)",
            "r = Relu(n)",
            "t = Transpose(r, p)",
            "y = ExpandDims(t, a)",
        ),
    ),
    "ranges go along": (
        graph(
            "x: float32[2]",
            "y",
            "s = const int32[2] [2, 1]",
            "t: float32[2,1] minmax(-1.0, 2.0) = Reshape(x, s)",
            "y: float32[2,1] minmax(0.0, 2.0) = Relu(t)",
        ),
        graph(
            "x: float32[2] minmax(-1.0, 2.0)",
            "y",
            "s = const int32[2] [2, 1]",
            "t: float32[2] minmax(0.0, 2.0) = Relu(x)",
            "y: float32[2,1] minmax(0.0, 2.0) = Reshape(t, s)",
        ),
    ),
}

NEAR_MISSES = {
    "another reader": graph(
        "x: float32[2,3]",
        "y, z",
        "p = const int32[2] [1, 0]",
        "t = Transpose(x, p)",
        "z = Neg(t)",
        "y = Relu(t)",
    ),
    "the intermediate is an output": graph(
        "x: float32[2,3]", "y, t", "p = const int32[2] [1, 0]", "t = Transpose(x, p)", "y = Relu(t)"
    ),
    "Softmax looks along an axis": graph(
        "x: float32[2,3]", "y", "p = const int32[2] [1, 0]", "t = Transpose(x, p)", "y = Softmax(t)"
    ),
    "Pad makes new elements": graph(
        "x: float32[2,3]", "y", "p = const int32[2,2] [0, 1, 0, 0]", "t = Pad(x, p)", "y = Exp(t)"
    ),
    "a quantized array": graph(
        "x: uint8[2] quant[[0.5], [0], null]",
        "y",
        "s = const int32[2] [2, 1]",
        "t: uint8[2,1] quant[[0.5], [0], null] = Reshape(x, s)",
        "y: uint8[2,1] quant[[0.25], [0], null] = Relu(t)",
    ),
    "a constant is folded": graph(
        "x: float32[2]",
        "y, z",
        "c = const float32[2] [1.0, 2.0]",
        "s = const int32[2] [2, 1]",
        "t = Reshape(c, s)",
        "y = Neg(t)",
        "z = Exp(x)",
    ),
}


@pytest.mark.parametrize("name", REWRITES)
def test_rewrites(name: str) -> None:
    before, after = REWRITES[name]
    assert_rewrites(before, after, ReorderElementwiseUnary)


@pytest.mark.parametrize("name", NEAR_MISSES)
def test_near_misses_stay(name: str) -> None:
    assert_unchanged(NEAR_MISSES[name], ReorderElementwiseUnary)


def test_elements_of_a_type_that_the_target_cannot_move_stay_behind() -> None:
    text = graph("x: float32[1,2,2,1]", "y", "t = SpaceToDepth(x) {block_size=2}", 'y = Cast(t) {dtype="int16"}')
    assert_unchanged(text, ReorderElementwiseUnary, target=target(), reason="SPACE_TO_DEPTH takes float32")
