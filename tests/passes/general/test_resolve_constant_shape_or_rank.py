"""Questions about shapes."""

import pytest

from pytoco.compiler.testing import assert_rewrites, assert_unchanged
from pytoco.passes.general.resolve_constant_shape_or_rank import ResolveConstantShapeOrRank
from tests.passes.graphs import graph

REWRITES = {
    "Shape": (
        graph("x: float32[2,3]", "y", "y = Shape(x)"),
        graph("x: float32[2,3]", "y", "y = const int32[2] [2, 3]"),
    ),
    "Shape as int64": (
        graph("x: float32[2,3]", "y", 'y = Shape(x) {output_type="int64"}'),
        graph("x: float32[2,3]", "y", "y = const int64[2] [2, 3]"),
    ),
    "Shape of a scalar": (
        graph("x: float32[]", "y", "y = Shape(x)"),
        graph("x: float32[]", "y", "y = const int32[0] []"),
    ),
    "Rank with unknown extents": (
        graph("x: float32[?a,?b]", "y", "y = Rank(x)"),
        graph("x: float32[?a,?b]", "y", "y = const int32[] [2]"),
    ),
    "one known extent by StridedSlice": (
        graph(
            "x: float32[?b,3]",
            "y",
            "s = Shape(x)",
            "b = const int32[1] [1]",
            "e = const int32[1] [2]",
            "i = const int32[1] [1]",
            "y = StridedSlice(s, b, e, i) {shrink_axis_mask=1}",
        ),
        graph("x: float32[?b,3]", "y", "y = const int32[] [3]"),
    ),
    "the last two by Slice": (
        graph(
            "x: float32[?b,3,4]",
            "y",
            "s = Shape(x)",
            "b = const int32[1] [1]",
            "e = const int32[1] [-1]",
            "y = Slice(s, b, e)",
        ),
        graph("x: float32[?b,3,4]", "y", "y = const int32[2] [3, 4]"),
    ),
    "backwards": (
        graph(
            "x: float32[?b,3,4]",
            "y",
            "s = Shape(x)",
            "b = const int32[1] [-1]",
            "e = const int32[1] [0]",
            "i = const int32[1] [-1]",
            "y = StridedSlice(s, b, e, i)",
        ),
        graph("x: float32[?b,3,4]", "y", "y = const int32[2] [4, 3]"),
    ),
    "Gather by computed indices": (
        graph("x: float32[2,3], i: int32[1]", "y", "s = Shape(x)", "y = Gather(s, i)"),
        graph("x: float32[2,3], i: int32[1]", "y", "s = const int32[2] [2, 3]", "y = Gather(s, i)"),
    ),
    "Gather": (
        graph("x: float32[?b,3,4]", "y", "s = Shape(x)", "i = const int32[2] [2, 1]", "y = Gather(s, i)"),
        graph("x: float32[?b,3,4]", "y", "y = const int32[2] [4, 3]"),
    ),
}

NEAR_MISSES = {
    "an unknown extent": graph("x: float32[?b,3]", "y", "y = Shape(x)"),
    "the unknown one is asked for": graph(
        "x: float32[?b,3]", "y", "s = Shape(x)", "i = const int32[1] [0]", "y = Gather(s, i)"
    ),
    "an unknown rank": graph("x: float32[*]", "y", "y = Rank(x)"),
    "computed indices": graph("x: float32[?b,3], i: int32[1]", "y", "s = Shape(x)", "y = Gather(s, i)"),
    "an index outside": graph(
        "x: float32[?b,3]",
        "y",
        "s = Shape(x)",
        "b = const int32[1] [5]",
        "i = const int32[1] [1]",
        "y: int32[?n] = StridedSlice(s, b, b, i) {end_mask=1, begin_mask=1}",
    ),
    "a slice of something else": graph("x: int32[2]", "y", "b = const int32[1] [1]", "y = Slice(x, b, b)"),
    "a shape of unknown rank": graph("x: float32[*]", "y", "y = Shape(x)"),
    "an extent of an unknown rank": graph(
        "x: float32[*]", "y", "s = Shape(x)", "i = const int32[1] [0]", "y = Gather(s, i)"
    ),
}


@pytest.mark.parametrize("name", REWRITES)
def test_rewrites(name: str) -> None:
    before, after = REWRITES[name]
    assert_rewrites(before, after, ResolveConstantShapeOrRank)


@pytest.mark.parametrize("name", NEAR_MISSES)
def test_near_misses_stay(name: str) -> None:
    assert_unchanged(NEAR_MISSES[name], ResolveConstantShapeOrRank)
