"""Padding of what was transposed."""

import pytest

from pytoco.compiler.testing import assert_rewrites, assert_unchanged
from pytoco.passes.general.move_transpose_behind_pad import MoveTransposeBehindPad
from tests.passes.graphs import graph

REWRITES = {
    "another number than 0": (
        graph(
            "x: float32[1,2,2,3]",
            "y",
            "q = const int32[4] [0, 3, 1, 2]",
            "p = const int32[4,2] [0, 0, 3, 0, 0, 2, 0, 0]",
            "k = const float32[] [1.0]",
            "t = Transpose(x, q)",
            "y = PadV2(t, p, k)",
        ),
        graph(
            "x: float32[1,2,2,3]",
            "y",
            "q = const int32[4] [0, 3, 1, 2]",
            "p = const int32[4,2] [0, 0, 0, 2, 0, 0, 3, 0]",
            "k = const float32[] [1.0]",
            "t = PadV2(x, p, k)",
            "y = Transpose(t, q)",
        ),
    ),
    "mirrored": (
        graph(
            "x: float32[1,2,2,3]",
            "y",
            "q = const int32[4] [0, 3, 1, 2]",
            "p = const int32[4,2] [0, 0, 0, 0, 1, 0, 0, 1]",
            "t = Transpose(x, q)",
            'y = MirrorPad(t, p) {mode="REFLECT"}',
        ),
        graph(
            "x: float32[1,2,2,3]",
            "y",
            "q = const int32[4] [0, 3, 1, 2]",
            "p = const int32[4,2] [0, 0, 1, 0, 0, 1, 0, 0]",
            't = MirrorPad(x, p) {mode="REFLECT"}',
            "y = Transpose(t, q)",
        ),
    ),
}

NEAR_MISSES = {
    "another reader": graph(
        "x: float32[1,2,2,3]",
        "y, t",
        "q = const int32[4] [0, 3, 1, 2]",
        "p = const int32[4,2] [0, 0, 0, 0, 1, 0, 0, 1]",
        "t = Transpose(x, q)",
        "y = Pad(t, p)",
    ),
    "computed paddings": graph(
        "x: float32[1,2,2,3], p: int32[4,2]",
        "y",
        "q = const int32[4] [0, 3, 1, 2]",
        "t = Transpose(x, q)",
        "y = Pad(t, p)",
    ),
}


@pytest.mark.parametrize("name", REWRITES)
def test_rewrites(name: str) -> None:
    before, after = REWRITES[name]
    assert_rewrites(before, after, MoveTransposeBehindPad)


@pytest.mark.parametrize("name", NEAR_MISSES)
def test_near_misses_stay(name: str) -> None:
    assert_unchanged(NEAR_MISSES[name], MoveTransposeBehindPad)
