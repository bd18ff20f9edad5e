"""Reshapes around a Gather: dropped where they only flatten the indices and restore their shape."""

from __future__ import annotations

import pytest

from pytoco.compiler.testing import assert_rewrites, assert_unchanged
from pytoco.passes.general.merge_reshapes_around_gather import MergeReshapesAroundGather
from tests.passes.graphs import graph

INPUTS = "x: float32[2,3,6], t: float32[6,4]"
IDS = ("last = const int32[] [2]", "i = ArgMax(x, last)", "flat = const int32[1] [-1]")
SHAPE = "s = const int32[3] [2, 3, 4]"
RESHAPED = ("a = Reshape(i, flat)", "b = Gather(t, a)", "y = Reshape(b, s)")


def test_indices_keep_their_shape() -> None:
    assert_rewrites(
        graph(INPUTS, "y", *IDS, SHAPE, *RESHAPED),
        graph(INPUTS, "y", *IDS[:2], "y = Gather(t, i)"),
        MergeReshapesAroundGather,
    )


def test_the_flat_indices_may_have_other_readers() -> None:
    assert_rewrites(
        graph(INPUTS, "y, z", *IDS, SHAPE, *RESHAPED, "z = Neg(a)"),
        graph(INPUTS, "y, z", *IDS, "a = Reshape(i, flat)", "y = Gather(t, i)", "z = Neg(a)"),
        MergeReshapesAroundGather,
    )


NEAR_MISSES = {
    "another shape": graph(INPUTS, "y", *IDS, "s = const int32[3] [3, 2, 4]", *RESHAPED),
    "columns instead of rows": graph(
        "x: float32[2,2,4], t: float32[4,4]",
        "y",
        *IDS,
        "s = const int32[3] [2, 2, 4]",
        "a = Reshape(i, flat)",
        "b = Gather(t, a) {axis=1}",
        "y = Reshape(b, s)",
    ),
    "the rows have another reader": graph(INPUTS, "y, z", *IDS, SHAPE, *RESHAPED, "z = Neg(b)"),
    "the rows are an output": graph(INPUTS, "y, b", *IDS, SHAPE, *RESHAPED),
    "an unknown number of indices": graph(
        "x: float32[?n,3,6], t: float32[6,4]", "y", *IDS, "s = const int32[3] [-1, 3, 4]", *RESHAPED
    ),
}


@pytest.mark.parametrize("name", NEAR_MISSES)
def test_near_misses_stay(name: str) -> None:
    assert_unchanged(NEAR_MISSES[name], MergeReshapesAroundGather)
