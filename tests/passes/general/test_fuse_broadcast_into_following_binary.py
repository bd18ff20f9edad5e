"""Arithmetic broadcasts by itself."""

import pytest

from pytoco.compiler.ir import Op
from pytoco.compiler.plugins.target import Target
from pytoco.compiler.testing import assert_rewrites, assert_unchanged
from pytoco.passes.general.fuse_broadcast_into_following_binary import FuseBroadcastIntoFollowingBinary
from tests.passes.graphs import graph

REWRITES = {
    "Tile": (
        graph(
            "x: float32[2,1], z: float32[2,3]",
            "y",
            "m = const int32[2] [1, 3]",
            "t = Tile(x, m)",
            "y = Sub(z, t)",
        ),
        graph("x: float32[2,1], z: float32[2,3]", "y", "y = Sub(z, x)"),
    ),
    "BroadcastTo with an axis more": (
        graph(
            "x: float32[3], z: float32[2,3]",
            "y",
            "s = const int32[2] [2, 3]",
            "t = BroadcastTo(x, s)",
            "y = Maximum(t, z)",
        ),
        graph("x: float32[3], z: float32[2,3]", "y", "y = Maximum(x, z)"),
    ),
    "both, along different axes": (
        graph(
            "x: float32[2,1], z: float32[1,3]",
            "y",
            "s = const int32[2] [2, 3]",
            "t = BroadcastTo(x, s)",
            "u = BroadcastTo(z, s)",
            "y = Mul(t, u)",
        ),
        graph("x: float32[2,1], z: float32[1,3]", "y", "y = Mul(x, z)"),
    ),
    "other readers keep it": (
        graph(
            "x: float32[2,1], z: float32[2,3]",
            "y, w",
            "m = const int32[2] [1, 3]",
            "t = Tile(x, m)",
            "w = Neg(t)",
            "y = Add(t, z)",
        ),
        graph(
            "x: float32[2,1], z: float32[2,3]",
            "y, w",
            "m = const int32[2] [1, 3]",
            "t = Tile(x, m)",
            "w = Neg(t)",
            "y = Add(x, z)",
        ),
    ),
}

NEAR_MISSES = {
    "the other does not have the whole shape": graph(
        "x: float32[2,1], z: float32[1]",
        "y",
        "m = const int32[2] [1, 3]",
        "t = Tile(x, m)",
        "y = Add(t, z)",
    ),
    "more than one element repeated": graph(
        "x: float32[2,2], z: float32[2,4]",
        "y",
        "m = const int32[2] [1, 2]",
        "t = Tile(x, m)",
        "y = Add(t, z)",
    ),
    "different arrays joined": graph(
        "x: float32[2,1], w: float32[2,1], z: float32[2,2]",
        "y",
        "t = Concatenation(x, w) {axis=1}",
        "y = Add(t, z)",
    ),
    "an activation between": graph(
        "x: float32[2,1], z: float32[2,2]",
        "y",
        't = Concatenation(x, x) {axis=1, activation="RELU"}',
        "y = Add(t, z)",
    ),
    "five axes": graph(
        "x: float32[1,1,1,1,1], z: float32[1,1,1,1,3]",
        "y",
        "m = const int32[5] [1, 1, 1, 1, 3]",
        "t = Tile(x, m)",
        "y = Add(t, z)",
    ),
    "Pow does not broadcast everywhere": graph(
        "x: float32[2,1], z: float32[2,3]",
        "y",
        "m = const int32[2] [1, 3]",
        "t = Tile(x, m)",
        "y = Pow(z, t)",
    ),
    "a constant is folded": graph(
        "z: float32[2,3]",
        "y",
        "k = const float32[2,1] [1.0, 2.0]",
        "m = const int32[2] [1, 3]",
        "t = Tile(k, m)",
        "y = Add(t, z)",
    ),
}


@pytest.mark.parametrize("name", REWRITES)
def test_rewrites(name: str) -> None:
    before, after = REWRITES[name]
    assert_rewrites(before, after, FuseBroadcastIntoFollowingBinary)


@pytest.mark.parametrize("name", NEAR_MISSES)
def test_near_misses_stay(name: str) -> None:
    assert_unchanged(NEAR_MISSES[name], FuseBroadcastIntoFollowingBinary)


class Narrow(Target):
    """A runtime that does not broadcast."""

    def supports(self, op: Op) -> str | None:
        """Operands of one shape only."""
        return None if len({a.shape for a in op.inputs if a is not None}) == 1 else "it does not broadcast"


def test_the_target_has_a_say() -> None:
    text = REWRITES["Tile"][0]
    assert_unchanged(text, FuseBroadcastIntoFollowingBinary, target=Narrow(), reason="it does not broadcast")
