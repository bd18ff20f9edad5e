"""ReorderAxes of computed weights."""

import pytest

from pytoco.compiler.testing import assert_rewrites, assert_unchanged
from pytoco.passes.general.convert_reorder_axes import ConvertReorderAxes
from tests.passes.graphs import graph

REWRITES = {
    "HWIO to OHWI": (
        graph("w: float32[2,3,4,5]", "y", 'y = ReorderAxes(w) {source="HWIO", target="OHWI"}'),
        graph("w: float32[2,3,4,5]", "y", "p = const int32[4] [3, 0, 1, 2]", "y = Transpose(w, p)"),
    ),
    "HWIM to 1HWO": (
        graph("w: float32[2,3,4,5]", "y", 'y = ReorderAxes(w) {source="HWIM", target="1HWO"}'),
        graph("w: float32[2,3,4,5]", "y", "s = const int32[4] [1, 2, 3, 20]", "y = Reshape(w, s)"),
    ),
}

NEAR_MISSES = {
    "constant weights": graph(
        "x: float32[1,1,1,2]",
        "y",
        "w = const float32[1,1,2,1] [1.0, 2.0]",
        'r = ReorderAxes(w) {source="HWIO", target="OHWI"}',
        'y = Conv(x, r) {stride_h=1, stride_w=1, padding="VALID"}',
    ),
    "constant weights with a recorded range": graph(
        "x: float32[1,1,1,2]",
        "y",
        "w = const float32[1,1,2,1] [1.0, 2.0]",
        "f = FakeQuant(w) {min=-1.0, max=2.0}",
        'r = ReorderAxes(f) {source="HWIO", target="OHWI"}',
        'y = Conv(x, r) {stride_h=1, stride_w=1, padding="VALID"}',
    ),
    "two unknown extents of a reshape": graph(
        "w: float32[?h,?w,4,5]", "y", 'y = ReorderAxes(w) {source="HWIM", target="1HWO"}'
    ),
}


@pytest.mark.parametrize("name", REWRITES)
def test_rewrites(name: str) -> None:
    before, after = REWRITES[name]
    assert_rewrites(before, after, ConvertReorderAxes)


@pytest.mark.parametrize("name", NEAR_MISSES)
def test_near_misses_stay(name: str) -> None:
    assert_unchanged(NEAR_MISSES[name], ConvertReorderAxes)
