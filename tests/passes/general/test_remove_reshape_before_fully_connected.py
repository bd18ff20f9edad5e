"""FullyConnected flattens by itself."""

import pytest

from pytoco.compiler.ir import Op
from pytoco.compiler.plugins.target import Target
from pytoco.compiler.testing import assert_rewrites, assert_unchanged
from pytoco.passes.general.remove_reshape_before_fully_connected import RemoveReshapeBeforeFullyConnected
from tests.passes.graphs import graph

REWRITES = {
    "a flattened image": (
        graph(
            "x: float32[2,1,2,3]",
            "y",
            "w = const float32[2,6] seed 1",
            "s = const int32[2] [2, 6]",
            "t = Reshape(x, s)",
            'y = FullyConnected(t, w) {activation="RELU"}',
        ),
        graph(
            "x: float32[2,1,2,3]",
            "y",
            "w = const float32[2,6] seed 1",
            'y = FullyConnected(x, w) {activation="RELU"}',
        ),
    ),
    "an unknown batch": (
        graph(
            "x: float32[?b,2,3]",
            "y",
            "w = const float32[2,6] seed 1",
            "s = const int32[2] [-1, 6]",
            "t = Reshape(x, s)",
            "y = FullyConnected(t, w)",
        ),
        graph("x: float32[?b,2,3]", "y", "w = const float32[2,6] seed 1", "y = FullyConnected(x, w)"),
    ),
    "two readers": (
        graph(
            "x: float32[4,2,3]",
            "y, z",
            "w = const float32[2,6] seed 1",
            "s = const int32[2] [4, 6]",
            "t = Reshape(x, s)",
            "y = FullyConnected(t, w)",
            "z = FullyConnected(t, w)",
        ),
        graph(
            "x: float32[4,2,3]",
            "y, z",
            "w = const float32[2,6] seed 1",
            "y = FullyConnected(x, w)",
            "z = FullyConnected(x, w)",
        ),
    ),
}

NEAR_MISSES = {
    "dimensions are kept": graph(
        "x: float32[2,1,2,3]",
        "y",
        "w = const float32[2,6] seed 1",
        "s = const int32[3] [1, 2, 6]",
        "t = Reshape(x, s)",
        "y = FullyConnected(t, w) {keep_num_dims=true}",
    ),
    "the rows are not known to be the same": graph(
        "x: float32[?a,?b,6]",
        "y",
        "w = const float32[2,6] seed 1",
        "s = const int32[2] [-1, 6]",
        "t = Reshape(x, s)",
        "y = FullyConnected(t, w)",
    ),
    "a vector": graph(
        "x: float32[6]",
        "y",
        "w = const float32[2,6] seed 1",
        "s = const int32[2] [1, 6]",
        "t = Reshape(x, s)",
        "y = FullyConnected(t, w)",
    ),
}


@pytest.mark.parametrize("name", REWRITES)
def test_rewrites(name: str) -> None:
    before, after = REWRITES[name]
    assert_rewrites(before, after, RemoveReshapeBeforeFullyConnected)


@pytest.mark.parametrize("name", NEAR_MISSES)
def test_near_misses_stay(name: str) -> None:
    assert_unchanged(NEAR_MISSES[name], RemoveReshapeBeforeFullyConnected)


class Matrices(Target):
    """A runtime whose FullyConnected takes matrices only."""

    def supports(self, op: Op) -> str | None:
        """Two dimensions."""
        return None if op.inputs[0] is not None and op.inputs[0].rank == 2 else "it takes matrices only"


def test_the_target_has_a_say() -> None:
    text = REWRITES["a flattened image"][0]
    assert_unchanged(text, RemoveReshapeBeforeFullyConnected, target=Matrices(), reason="it takes matrices only")
