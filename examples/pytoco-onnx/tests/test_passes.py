"""The passes: what their docstrings show, what they must leave alone, and how many Transposes they leave."""

import pytest
from parity import STAGES, assert_parity, graph, protocol
from pytoco.testing import assert_rewrites, assert_unchanged, docstring_graphs

from pytoco_onnx.layout.merge_transposes import MergeTransposes
from pytoco_onnx.layout.sink_transpose import SinkTranspose
from pytoco_onnx.layout.transpose_into_weights import TransposeIntoWeights
from pytoco_onnx.layout.transpose_to_reshape import TransposeToReshape
from pytoco_onnx.lowering.lower_conv import LowerConv

LAYOUT = [MergeTransposes, SinkTranspose]
LAST = "p = const int32[4] [0, 2, 3, 1]"
FIRST = "q = const int32[4] [0, 3, 1, 2]"
CONV = '{stride_h=1, stride_w=1, padding="SAME"}'
WEIGHTS = ("w = const float32[3,3,3,3] seed 1", "v = const float32[3,3,3,3] seed 2")


@pytest.mark.parametrize("cls", [cls for stage in STAGES for cls in stage], ids=lambda cls: cls.name)
def test_what_the_docstring_shows(cls: type) -> None:
    assert_rewrites(*docstring_graphs(cls), cls)


def transposes(text: str) -> int:
    """How many Transposes the ONNX model has."""
    return sum(1 for node in protocol(text).graph.node if node.op_type == "Transpose")


def between(*lines: str, inputs: str = "x: float32[2,6,6,3]") -> str:
    """A convolution, some lines from `a` to `b`, another convolution."""
    return graph(inputs, *WEIGHTS, f"a = Conv(x, w) {CONV}", *lines, f"y = Conv(b, v) {CONV}")


BETWEEN = {
    "nothing": ("b = Relu6(a)",),
    "constants": (
        "c = const float32[3] [1.0, 2.0, 3.0]",
        "m = Mul(a, c)",
        "s = const float32[] [0.5]",
        "b = Add(m, s)",
    ),
    "slopes": ("c = const float32[1,1,3] [0.1, 0.2, 0.3]", "b = PRelu(a, c)"),
    "a shortcut": ("r = Relu(a)", f"d = Conv(r, v) {CONV}", "b = Add(d, a)"),
    "a gate": ("n = const int32[2] [1, 2]", "m = Mean(a, n) {keep_dims=true}", "g = Logistic(m)", "b = Mul(a, g)"),
    "a dense gate": (
        "n = const int32[2] [1, 2]",
        "m = Mean(a, n)",
        "k = const float32[3,3] seed 3",
        "f = FullyConnected(m, k)",
        "s = const int32[4] [-1, 1, 1, 3]",
        "r = Reshape(f, s)",
        "b = Mul(a, r)",
    ),
    "padding": ("n = const int32[4,2] [0, 0, 1, 1, 2, 0, 0, 0]", "b = Pad(a, n)"),
    "parts": ("n = const int32[] [-1]", "d, e, f = Split(n, a) {num=3}", "b = Concatenation(f, d, e) {axis=3}"),
    "normalised": (
        "n = const int32[1] [3]",
        "m = Mean(a, n) {keep_dims=true}",
        "d = Sub(a, m)",
        "e = Square(d)",
        "f = Mean(e, n) {keep_dims=true}",
        "g = Rsqrt(f)",
        "b = Mul(d, g)",
    ),
    "a window": ("n = const int32[4] [0, 1, 1, 0]", "k = const int32[4] [-1, 4, -1, 3]", "b = Slice(a, n, k)"),
    "steps": (
        "i = const int32[4] [0, 0, 1, 0]",
        "j = const int32[4] [2, 6, 6, 3]",
        "k = const int32[4] [1, 2, 1, 1]",
        "b = StridedSlice(a, i, j, k) {begin_mask=3}",
    ),
    "picked rows": ("i = const int32[3] [0, 2, 4]", "b = Gather(a, i) {axis=1}"),
    "mirrored": ("i = const int32[2] [1, 2]", "b = ReverseV2(a, i)"),
}


@pytest.mark.parametrize("name", BETWEEN)
def test_between_convolutions_everything_is_channels_first(name: str) -> None:
    text = between(*BETWEEN[name])
    assert transposes(text) == 2
    assert_parity(text)


def test_reductions_of_pixels_take_the_transpose_away() -> None:
    lines = ("n = const int32[2] [1, 2]", "y = Mean(a, n)")
    text = graph("x: float32[2,6,6,3]", WEIGHTS[0], f"a = Conv(x, w) {CONV}", *lines)
    assert transposes(text) == 1
    assert_parity(text)


def test_what_ends_in_such_a_reduction_is_channels_first() -> None:
    lines = ("s = Logistic(a)", "m = Mul(a, s)", "n = const int32[2] [1, 2]", "y = Mean(m, n)")
    text = graph("x: float32[2,6,6,3]", WEIGHTS[0], f"a = Conv(x, w) {CONV}", *lines)
    assert transposes(text) == 1
    assert_parity(text)


def test_labels_of_pixels_are_found_channels_first() -> None:
    lines = ("n = const int32[] [3]", "y = ArgMax(a, n)")
    text = graph("x: float32[2,6,6,3]", WEIGHTS[0], f"a = Conv(x, w) {CONV}", *lines)
    assert transposes(text) == 1
    assert_parity(text)


def test_pixels_of_extent_one_are_reshaped() -> None:
    pool = 'a = AveragePool(x) {kernel_h=6, kernel_w=6, stride_h=1, stride_w=1, padding="VALID"}'
    lines = ("s = const int32[2] [-1, 3]", "y = Reshape(a, s)")
    text = graph("x: float32[2,6,6,3]", pool, *lines)
    assert [node.op_type for node in protocol(text).graph.node] == ["Transpose", "AveragePool", "Reshape"]
    assert_parity(text)


def test_a_result_between_keeps_its_name_and_place() -> None:
    text = between("b = Relu(a)").replace("-> y", "-> b, y")
    assert [output.name for output in protocol(text).graph.output] == ["b", "y"]
    assert transposes(text) == 3
    assert_parity(text)


def test_operands_that_are_not_transposed_may_become_so() -> None:
    assert_rewrites(
        graph(
            "x: float32[1,3,2,2], u: float32[1,3,2,2], z: float32[1,2,2,3]",
            LAST, FIRST, "t = Transpose(x, p)", "s = Transpose(u, p)", "c = Concatenation(t, s, z) {axis=3}",
            "y = Transpose(c, q)",
        ),
        graph(
            "x: float32[1,3,2,2], u: float32[1,3,2,2], z: float32[1,2,2,3]",
            FIRST, "t = Transpose(z, q)", "y = Concatenation(x, u, t) {axis=1}",
        ),
        LAYOUT,
    )  # fmt: skip


def test_one_transpose_is_not_exchanged_for_another() -> None:
    lines = (LAST, "t = Transpose(x, p)", "y = Add(t, z)")
    reason = "operands of"
    assert_unchanged(graph("x: float32[1,3,2,2], z: float32[1,2,2,3]", *lines), SinkTranspose, reason=reason)


def test_a_transpose_that_others_read_is_not_doubled() -> None:
    lines = (LAST, "t = Transpose(x, p)", "y = Relu(t)", "z = Tanh(t)")
    text = graph("x: float32[1,3,2,2]", *lines, outputs="y, z")
    assert_unchanged(text, SinkTranspose, reason="no Transpose comes after it")


def test_other_permutations_stay() -> None:
    lines = ("p = const int32[4] [0, 2, 1, 3]", "t = Transpose(x, p)", "y = Relu(t)")
    assert_unchanged(graph("x: float32[1,3,2,2]", *lines), SinkTranspose, reason="channels-last")


def test_slices_that_drop_axes_stay() -> None:
    lines = (
        LAST,
        "t = Transpose(x, p)",
        "i = const int32[4] [0, 0, 0, 0]",
        "j = const int32[4] [1, 2, 2, 1]",
        "k = const int32[4] [1, 1, 1, 1]",
        "y = StridedSlice(t, i, j, k) {shrink_axis_mask=8}",
    )
    assert_unchanged(graph("x: float32[1,3,2,2]", *lines), SinkTranspose, reason="more than cut")


def test_a_layer_over_rows_of_pixels_stays() -> None:
    lines = (LAST, "t = Transpose(x, p)", "w = const float32[2,3] seed 1", "y = FullyConnected(t, w)")
    text = graph("x: float32[1,3,2,2]", *lines)
    assert_unchanged(text, TransposeIntoWeights, reason="not whole images")


def test_a_transpose_that_moves_elements_is_no_reshape() -> None:
    text = graph("x: float32[1,3,2,1]", LAST, "y = Transpose(x, p)")
    assert_unchanged(text, TransposeToReshape, reason="moves elements")


def test_dilated_windows_over_unknown_extents_stay() -> None:
    attributes = '{stride_h=2, stride_w=2, padding="SAME", dilation_h=2, dilation_w=2}'
    text = graph("x: float32[1,?h,8,3]", WEIGHTS[0], f"y = Conv(x, w) {attributes}")
    assert_unchanged(text, LowerConv, reason="is dilated")
