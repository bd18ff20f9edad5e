"""Shapes, parts, joining, picking, padding and moving."""

import numpy as np
import pytest
from parity import OPSETS, assert_parity, graph

CASES = {
    "reshape": ("x: float32[2,6]", "s = const int32[3] [3, -1, 2]", "y = Reshape(x, s)"),
    "reshape at run time": ("x: float32[2,6], z: float32[3,4]", "s = Shape(z)", "y = Reshape(x, s)"),
    "squeeze": ("x: float32[1,3,1,2]", "y = Squeeze(x) {axes=[0, 2]}"),
    "squeeze all": ("x: float32[1,3,1,2]", "y = Squeeze(x)"),
    "expand dims": ("x: float32[3,2]", "a = const int32[] [-2]", "y = ExpandDims(x, a)"),
    "shape": ("x: float32[?n,3]", "y = Shape(x)"),
    "long shape": ("x: float32[?n,3]", 'y = Shape(x) {output_type="int64"}'),
    "rank": ("x: float32[2,3]", "y = Rank(x)"),
    "tile": ("x: float32[2,3]", "m = const int32[2] [2, 1]", "y = Tile(x, m)"),
    "broadcast to": ("x: float32[3,1]", "s = const int32[3] [2, 3, 4]", "y = BroadcastTo(x, s)"),
    "fill": ("x: float32[]", "s = const int32[2] [2, 3]", "y = Fill(s, x)"),
    "slice": ("x: float32[4,5]", "b = const int32[2] [1, 2]", "s = const int32[2] [2, -1]", "y = Slice(x, b, s)"),
    "split": ("x: float32[4,6]", "a = const int32[] [1]", "y, z = Split(a, x) {num=2}"),
    "split v": (
        "x: float32[4,6]",
        "s = const int32[2] [1, -1]",
        "a = const int32[] [1]",
        "y, z = SplitV(x, s, a) {num=2}",
    ),
    "concatenation": ("x: float32[2,3], z: float32[2,1]", "y = Concatenation(x, z) {axis=-1}"),
    "pack": ("x: float32[2,3], z: float32[2,3]", "y = Pack(x, z) {axis=1}"),
    "pack scalars": ("x: int32[], z: int32[]", "y = Pack(x, z)"),
    "unpack": ("x: float32[3,2]", "y, z = Unpack(x) {num=2, axis=1}"),
    "gather": ("x: float32[3,4]", "i = const int32[2,2] [0, 3, 1, 1]", "y = Gather(x, i) {axis=1}"),
    "gather in batches": (
        "x: float32[2,3,4]",
        "i = const int32[2,2] [0, 2, 1, 1]",
        "y = Gather(x, i) {axis=1, batch_dims=1}",
    ),
    "gather behind batches": (
        "x: float32[2,3,4,5]",
        "i = const int32[2,2] [0, 3, 1, 1]",
        "y = Gather(x, i) {axis=2, batch_dims=1}",
    ),
    "gather nd": ("x: float32[3,4,2]", "i = const int32[2,2] [0, 3, 2, 1]", "y = GatherNd(x, i)"),
    "reverse": ("x: float32[3,4,2]", "a = const int32[2] [0, 2]", "y = ReverseV2(x, a)"),
    "pad": ("x: float32[2,3]", "p = const int32[2,2] [1, 0, 2, 1]", "y = Pad(x, p)"),
    "pad with": (
        "x: float32[2,3]",
        "p = const int32[2,2] [1, 0, 2, 1]",
        "v = const float32[] [7.0]",
        "y = PadV2(x, p, v)",
    ),
    "reflect": ("x: float32[3,4]", "p = const int32[2,2] [1, 2, 0, 3]", 'y = MirrorPad(x, p) {mode="REFLECT"}'),
    "symmetric": ("x: float32[3,4]", "p = const int32[2,2] [1, 3, 0, 4]", 'y = MirrorPad(x, p) {mode="SYMMETRIC"}'),
    "transpose": ("x: float32[2,3,4]", "p = const int32[3] [2, 0, 1]", "y = Transpose(x, p)"),
    "space to batch": (
        "x: float32[1,4,5,2]",
        "b = const int32[2] [2, 3]",
        "p = const int32[2,2] [1, 1, 0, 1]",
        "y = SpaceToBatchND(x, b, p)",
    ),
    "batch to space": (
        "x: float32[6,2,2,3]",
        "b = const int32[2] [2, 3]",
        "c = const int32[2,2] [1, 0, 0, 2]",
        "y = BatchToSpaceND(x, b, c)",
    ),
    "blocks of integers": (
        "x: int32[1,4,4,2]",
        "z = SpaceToDepth(x) {block_size=2}",
        "y = DepthToSpace(z) {block_size=2}",
    ),
}


@pytest.mark.parametrize("opset", OPSETS)
@pytest.mark.parametrize("name", CASES)
def test_case(name: str, opset: int) -> None:
    inputs, *lines = CASES[name]
    outputs = "y, z" if lines[-1].startswith("y, z") else "y"
    assert_parity(graph(inputs, *lines, outputs=outputs), opset=opset)


@pytest.mark.parametrize(
    ("begin", "end", "strides", "masks"),
    [
        ([1, 0, 0], [3, 3, 4], [1, 1, 2], ""),
        ([-1, 3, 0], [-5, 0, 4], [-1, -2, 1], ""),
        ([3, 3, 3], [0, 0, 0], [-1, -1, -1], "begin_mask=3, end_mask=5"),
        ([1, 0, 2], [2, 2, 3], [1, 1, 1], "shrink_axis_mask=5"),
        ([-1, 0], [0, 2], [1, 1], "shrink_axis_mask=1"),
        ([0, 1, 0, 0], [0, 3, 0, 2], [1, 1, 1, 1], "new_axis_mask=1, ellipsis_mask=4"),
        ([0, 2], [0, 3], [1, 1], "ellipsis_mask=1, shrink_axis_mask=2"),
        ([1, 0, 0], [2, 0, 2], [1, 1, 1], "shrink_axis_mask=1, new_axis_mask=2"),
    ],
)
def test_strided_slices(begin: list[int], end: list[int], strides: list[int], masks: str) -> None:
    constants = [f"{n} = const int32[{len(v)}] {v}" for n, v in (("b", begin), ("e", end), ("s", strides))]
    attributes = f" {{{masks}}}" if masks else ""
    assert_parity(graph("x: float32[4,3,5]", *constants, f"y = StridedSlice(x, b, e, s){attributes}"))


def test_parts_that_are_computed() -> None:
    values = {"x": np.arange(20, dtype=np.float32).reshape(4, 5), "b": np.array([1, 2], np.int32)}
    assert_parity(
        graph("x: float32[4,5], b: int32[2]", "s = const int32[2] [2, -1]", "y = Slice(x, b, s)"), inputs=values
    )
    lines = (
        "e = const int32[2] [0, 5]",
        "s = const int32[2] [1, 2]",
        "y = StridedSlice(x, b, e, s) {shrink_axis_mask=1}",
    )
    assert_parity(graph("x: float32[4,5], b: int32[2]", *lines), inputs=values)


def test_numbers_in_a_row() -> None:
    values = {"a": np.array(2, np.int32), "b": np.array(9, np.int32), "c": np.array(3, np.int32)}
    assert_parity(graph("a: int32[], b: int32[], c: int32[]", "y = Range(a, b, c)"), inputs=values)


@pytest.mark.parametrize(("seq", "batch"), [(1, 0), (0, 1), (2, 1)])
def test_sequences_that_are_reversed(seq: int, batch: int) -> None:
    values = {
        "x": np.arange(24, dtype=np.float32).reshape(2, 3, 4),
        "n": np.array([2, 1, 0][: (2, 3, 4)[batch]], np.int32),
    }
    line = f"y = ReverseSequence(x, n) {{seq_dim={seq}, batch_dim={batch}}}"
    assert_parity(graph(f"x: float32[2,3,4], n: int32[{(2, 3, 4)[batch]}]", line), inputs=values)


@pytest.mark.parametrize(("a", "b"), [([2, 1, 4], [3, 1]), ([1], [1]), ([2, 0], [2, 1])])
def test_the_shape_of_both(a: list[int], b: list[int]) -> None:
    values = {"x": np.array(a, np.int32), "z": np.array(b, np.int32)}
    assert_parity(graph(f"x: int32[{len(a)}], z: int32[{len(b)}]", "y = BroadcastArgs(x, z)"), inputs=values)


def test_an_extent_of_zero_is_not_copied() -> None:
    text = graph("x: float32[3,0]", "s = const int32[2] [0, 5]", "y = Reshape(x, s)")
    assert_parity(text, opset=14)
