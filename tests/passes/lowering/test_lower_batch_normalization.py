"""Batch normalisation that nothing folds becomes arithmetic."""

import pytest

from pytoco.compiler.testing import assert_rewrites, assert_unchanged
from pytoco.passes.lowering.lower_batch_normalization import LowerBatchNormalization
from tests.passes.graphs import graph

STATISTICS = "m: float32[2], v: float32[2]"
EPSILON = "e = const float32[] [0.25]"

REWRITES = {
    "neither scale nor offset": (
        graph(f"x: float32[3,2], {STATISTICS}", "y", "y = BatchNormalization(x, _, _, m, v) {epsilon=0.25}"),
        graph(
            f"x: float32[3,2], {STATISTICS}", "y", EPSILON, "a = Add(v, e)", "f = Rsqrt(a)", "c = Sub(x, m)",
            "y = Mul(c, f)",
        ),
    ),
    "scale, offset and activation": (
        graph(
            f"x: float32[3,2], s: float32[2], o: float32[2], {STATISTICS}", "y",
            'y = BatchNormalization(x, s, o, m, v) {epsilon=0.25, activation="RELU"}',
        ),
        graph(
            f"x: float32[3,2], s: float32[2], o: float32[2], {STATISTICS}", "y", EPSILON, "a = Add(v, e)",
            "r = Rsqrt(a)", "f = Mul(r, s)", "c = Sub(x, m)", "t = Mul(c, f)", 'y = Add(t, o) {activation="RELU"}',
        ),
    ),
}  # fmt: skip

NEAR_MISSES = {
    "half precision": graph(
        "x: float16[3,2], m: float16[2], v: float16[2]", "y", "y = BatchNormalization(x, _, _, m, v) {epsilon=0.25}"
    ),
}


@pytest.mark.parametrize("name", REWRITES)
def test_rewrites(name: str) -> None:
    before, after = REWRITES[name]
    assert_rewrites(before, after, LowerBatchNormalization)


@pytest.mark.parametrize("name", NEAR_MISSES)
def test_near_misses_stay(name: str) -> None:
    assert_unchanged(NEAR_MISSES[name], LowerBatchNormalization)
