"""Weights whose reordering was not folded are reordered at run time."""

import pytest

from pytoco.compiler.testing import assert_rewrites, assert_unchanged
from pytoco.passes.lowering.lower_reorder_axes import LowerReorderAxes
from tests.passes.graphs import graph

WEIGHTS = "w = const float32[1,2,1,2] [1.0, 2.0, 3.0, 4.0]"

REWRITES = {
    "constant weights of a convolution": (
        graph("", "y", WEIGHTS, 'y = ReorderAxes(w) {source="HWIO", target="OHWI"}'),
        graph("", "y", WEIGHTS, "p = const int32[4] [3, 0, 1, 2]", "y = Transpose(w, p)"),
    ),
    "constant weights of a depthwise convolution": (
        graph("", "y", WEIGHTS, 'y = ReorderAxes(w) {source="HWIM", target="1HWO"}'),
        graph("", "y", WEIGHTS, "s = const int32[4] [1, 1, 2, 2]", "y = Reshape(w, s)"),
    ),
}

NEAR_MISSES = {
    "another operator": graph("w: float32[1,2,1,2]", "y", "y = Exp(w)"),
}


@pytest.mark.parametrize("name", REWRITES)
def test_rewrites(name: str) -> None:
    before, after = REWRITES[name]
    assert_rewrites(before, after, LowerReorderAxes)


@pytest.mark.parametrize("name", NEAR_MISSES)
def test_near_misses_stay(name: str) -> None:
    assert_unchanged(NEAR_MISSES[name], LowerReorderAxes)
