"""Batch normalisation becomes arithmetic."""

import pytest

from pytoco.compiler.testing import assert_rewrites, assert_unchanged
from pytoco.passes.general.resolve_batch_normalization import ResolveBatchNormalization
from tests.passes.graphs import graph

REWRITES = {
    "with its activation": (
        graph(
            "x: float32[1,1,1,2]",
            "y",
            "s = const float32[2] [2.0, 3.0]",
            "o = const float32[2] [0.5, 1.0]",
            "m = const float32[2] [1.0, 2.0]",
            "v = const float32[2] [3.0, 8.0]",
            'y = BatchNormalization(x, s, o, m, v) {epsilon=1.0, activation="RELU"}',
        ),
        graph(
            "x: float32[1,1,1,2]",
            "y",
            "f = const float32[2] [1.0, 1.0]",
            "a = const float32[2] [-0.5, -1.0]",
            "t = Mul(x, f)",
            'y = Add(t, a) {activation="RELU"}',
        ),
    ),
    "without scale": (
        graph(
            "x: float32[1,1,1,2]",
            "y",
            "o = const float32[2] [0.5, 1.0]",
            "m = const float32[2] [1.0, 2.0]",
            "v = const float32[2] [3.0, 8.0]",
            "y = BatchNormalization(x, _, o, m, v) {epsilon=1.0}",
        ),
        graph(
            "x: float32[1,1,1,2]",
            "y",
            "f = const float32[2] [0.5, 0.3333333333]",
            "a = const float32[2] [0.0, 0.33333333333]",
            "t = Mul(x, f)",
            "y = Add(t, a)",
        ),
    ),
    "without offset, another epsilon": (
        graph(
            "x: float32[1,1,1,2]",
            "y",
            "s = const float32[2] [2.0, 3.0]",
            "m = const float32[2] [1.0, 2.0]",
            "v = const float32[2] [3.0, 8.0]",
            "y = BatchNormalization(x, s, _, m, v) {epsilon=13.0}",
        ),
        graph(
            "x: float32[1,1,1,2]",
            "y",
            "f = const float32[2] [0.5, 0.6546536707]",
            "a = const float32[2] [-0.5, -1.3093073414]",
            "t = Mul(x, f)",
            "y = Add(t, a)",
        ),
    ),
}

NEAR_MISSES = {
    "computed statistics": graph(
        "x: float32[1,1,1,2], m: float32[2]",
        "y",
        "s = const float32[2] [2.0, 3.0]",
        "o = const float32[2] [0.5, 1.0]",
        "v = const float32[2] [3.0, 8.0]",
        "y = BatchNormalization(x, s, o, m, v) {epsilon=1.0}",
    ),
}


@pytest.mark.parametrize("name", REWRITES)
def test_rewrites(name: str) -> None:
    before, after = REWRITES[name]
    assert_rewrites(before, after, ResolveBatchNormalization)


@pytest.mark.parametrize("name", NEAR_MISSES)
def test_near_misses_stay(name: str) -> None:
    assert_unchanged(NEAR_MISSES[name], ResolveBatchNormalization)
