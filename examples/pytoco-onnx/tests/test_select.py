"""Choosing, sorting and scattering elements."""

import numpy as np
import pytest
from parity import assert_parity, graph


def test_choices() -> None:
    assert_parity(graph("c: bool[3,4], x: float32[3,4], z: float32[3,4]", "y = Select(c, x, z)"))
    assert_parity(graph("c: bool[3], x: float32[3,4], z: float32[3,4]", "y = Select(c, x, z)"))
    assert_parity(graph("c: bool[3,1], x: float32[4], z: float32[]", "y = SelectV2(c, x, z)"))


def test_places_of_true_elements() -> None:
    assert_parity(graph("c: bool[3,4]", "y = Where(c)"))


@pytest.mark.parametrize("axis", [-1, 0, 1])
def test_one_hot_leaves_out_indices_that_are_outside(axis: int) -> None:
    lines = ("d = const int32[] [3]", "a = const float32[] [2.0]", "b = const float32[] [-1.0]")
    values = {"i": np.array([[0, 2], [-1, 3]], np.int32)}
    assert_parity(graph("i: int32[2,2]", *lines, f"y = OneHot(i, d, a, b) {{axis={axis}}}"), inputs=values)


def test_the_largest() -> None:
    assert_parity(graph("x: float32[2,7]", "k = const int32[] [3]", "y, z = TopKV2(x, k)", outputs="y, z"))


@pytest.mark.parametrize("dtype", ["int32", "int64", "float32"])
def test_unique_elements_in_the_order_of_appearance(dtype: str) -> None:
    values = {"x": np.array([5, 2, 5, 9, 2], dtype)}
    assert_parity(graph(f"x: {dtype}[5]", "y, z = Unique(x)", outputs="y, z"), inputs=values)


def test_buckets() -> None:
    values = {"x": np.array([-1, 0, 0.5, 2, 7], np.float32)}
    assert_parity(graph("x: float32[5]", "y = Bucketize(x) {boundaries=[0.0, 2.0, 5.0]}"), inputs=values)


def test_scattered_slices_add_up() -> None:
    lines = ("i = const int32[3,1] [0, 2, 0]", "s = const int32[2] [4, 2]", "y = ScatterNd(i, x, s)")
    assert_parity(graph("x: float32[3,2]", *lines), opset=16)
    apart = ("i = const int32[3,1] [0, 2, 3]", *lines[1:])
    assert_parity(graph("x: float32[3,2]", *apart), opset=13)


def test_sparse_elements() -> None:
    lines = ("s = const int32[2] [3, 4]", "i = const int32[2,2] [0, 1, 2, 3]", "d = const float32[] [-1.0]")
    assert_parity(graph("x: float32[2]", *lines, "y = SparseToDense(i, s, x, d)"))


@pytest.mark.parametrize("start", [[0, 0], [1, 2], [9, -3]])
@pytest.mark.parametrize("block", ["2,2", "1,4"])
def test_blocks_that_replace_others(start: list[int], block: str) -> None:
    values = {
        "x": np.arange(12, dtype=np.float32).reshape(3, 4),
        "u": -np.ones([int(n) for n in block.split(",")], np.float32),
        "s": np.array(start, np.int32),
    }
    inputs = f"x: float32[3,4], u: float32[{block}], s: int32[2]"
    assert_parity(graph(inputs, "y = DynamicUpdateSlice(x, u, s)"), inputs=values)


@pytest.mark.parametrize("kind", ["Sum", "Prod", "Max", "Min"])
def test_segments(kind: str) -> None:
    lines = ("i = const int32[4] [2, 0, 2, 0]", "n = const int32[] [4]", f"y = UnsortedSegment{kind}(x, i, n)")
    assert_parity(graph("x: float32[4,3]", *lines), opset=18)


@pytest.mark.parametrize("kind", ["Sum", "Prod", "Max", "Min"])
def test_rows_that_negative_segment_numbers_leave_out(kind: str) -> None:
    lines = ("n = const int32[] [3]", f"y = UnsortedSegment{kind}(x, i, n)")
    values = {"x": np.arange(8, dtype=np.float32).reshape(4, 2), "i": np.array([2, -1, 0, 2], np.int32)}
    assert_parity(graph("x: float32[4,2], i: int32[4]", *lines), inputs=values, opset=18)


def test_segments_in_order() -> None:
    assert_parity(graph("x: float32[4,3]", "i = const int32[4] [0, 0, 2, 2]", "y = SegmentSum(x, i)"))


def test_diagonals() -> None:
    assert_parity(graph("x: float32[2,3]", "y = MatrixDiag(x)"))
    assert_parity(graph("x: float32[2,3,4], d: float32[2,3]", "y = MatrixSetDiag(x, d)"))
    assert_parity(graph("x: float32[4,3], d: float32[3]", "y = MatrixSetDiag(x, d)"))


def test_partitions_and_stitches() -> None:
    values = {"x": np.arange(8, dtype=np.float32).reshape(4, 2), "p": np.array([1, 0, 1, 0], np.int32)}
    line = "y, z = DynamicPartition(x, p) {num_partitions=2}"
    assert_parity(graph("x: float32[4,2], p: int32[4]", line, outputs="y, z"), inputs=values)
    lines = ("i = const int32[2] [2, 0]", "j = const int32[2] [1, 2]", "y = DynamicStitch(i, j, x, z) {pairs=2}")
    assert_parity(graph("x: float32[2,3], z: float32[2,3]", *lines))


@pytest.mark.parametrize("version", ["V4", "V5"])
def test_boxes_that_overlap_too_much(version: str) -> None:
    random = np.random.default_rng(0)
    corners = random.uniform(0, 1, (20, 2)).astype(np.float32)
    values = {
        "b": np.concatenate([corners, corners + random.uniform(0.1, 0.6, (20, 2)).astype(np.float32)], axis=1),
        "s": random.uniform(0, 1, 20).astype(np.float32),
    }
    lines = (
        "n = const int32[] [12]",
        "o = const float32[] [0.3]",
        "t = const float32[] [0.2]",
        "g = const float32[] [0.0]",
    )
    call = (
        "y, z = NonMaxSuppressionV4(b, s, n, o, t)"
        if version == "V4"
        else "y, k, z = NonMaxSuppressionV5(b, s, n, o, t, g)"
    )
    outputs = "y, z" if version == "V4" else "y, k, z"
    assert_parity(graph("b: float32[20,4], s: float32[20]", *lines, call, outputs=outputs), inputs=values)
