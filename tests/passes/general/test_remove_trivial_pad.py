"""Padding by nothing."""

import numpy as np
import pytest

from pytoco.compiler.testing import assert_rewrites, assert_unchanged
from pytoco.passes.general.remove_trivial_pad import RemoveTrivialPad
from tests.passes.graphs import graph

REWRITES = {
    "Pad": (
        graph("x: float32[2,3]", "y", "p = const int32[2,2] [0, 0, 0, 0]", "t = Pad(x, p)", "y = Exp(t)"),
        graph("x: float32[2,3]", "y", "y = Exp(x)"),
    ),
    "PadV2": (
        graph(
            "x: float32[2,3]",
            "y",
            "p = const int64[2,2] [0, 0, 0, 0]",
            "v = const float32[] [7.0]",
            "t = PadV2(x, p, v)",
            "y = Exp(t)",
        ),
        graph("x: float32[2,3]", "y", "y = Exp(x)"),
    ),
    "MirrorPad": (
        graph(
            "x: float32[2,3]",
            "y",
            "p = const int32[2,2] splat 0",
            't = MirrorPad(x, p) {mode="REFLECT"}',
            "y = Exp(t)",
        ),
        graph("x: float32[2,3]", "y", "y = Exp(x)"),
    ),
}

NEAR_MISSES = {
    "one row more": graph("x: float32[2,3]", "y", "p = const int32[2,2] [0, 1, 0, 0]", "t = Pad(x, p)", "y = Exp(t)"),
    "computed paddings": graph("x: float32[2,3], p: int32[2,2]", "y", "t = Pad(x, p)", "y = Exp(t)"),
}


@pytest.mark.parametrize("name", REWRITES)
def test_rewrites(name: str) -> None:
    before, after = REWRITES[name]
    assert_rewrites(before, after, RemoveTrivialPad)


@pytest.mark.parametrize("name", NEAR_MISSES)
def test_near_misses_stay(name: str) -> None:
    assert_unchanged(NEAR_MISSES[name], RemoveTrivialPad)


def test_computed_paddings_that_cannot_add_anything() -> None:
    before = graph("x: float32[2], p: int32[1,2]", "y", "t: float32[2] = Pad(x, p)", "y = Exp(t)")
    after = graph("x: float32[2], p: int32[1,2]", "y", "y = Exp(x)")
    inputs = [np.array([1, 2], np.float32), np.zeros((1, 2), np.int32)]
    assert_rewrites(before, after, RemoveTrivialPad, inputs=inputs)
