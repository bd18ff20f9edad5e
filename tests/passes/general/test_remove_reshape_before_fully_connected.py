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
    "the rows come from elsewhere": graph(
        "x: float32[?a,2,3], s: int32[2]",
        "y",
        "w = const float32[2,6] seed 1",
        "t: float32[?c,6] = Reshape(x, s)",
        "y: float32[?c,2] = FullyConnected(t, w)",
    ),
    "an unknown rank": graph(
        "x: float32[*]",
        "y",
        "w = const float32[2,6] seed 1",
        "s = const int32[2] [-1, 6]",
        "t = Reshape(x, s)",
        "y = FullyConnected(t, w)",
    ),
    "a constant is folded": graph(
        "x: float32[2]",
        "y, z",
        "c = const float32[1,2,3] seed 2",
        "w = const float32[2,6] seed 1",
        "s = const int32[2] [-1, 6]",
        "t = Reshape(c, s)",
        "y = FullyConnected(t, w)",
        "z = Exp(x)",
    ),
    "a quantized array": graph(
        "x: uint8[2,2,3] quant[[0.5], [0], null]",
        "y",
        "w = const uint8[1,6] quant[[0.5], [0], null] [1, 2, 3, 4, 5, 6]",
        "s = const int32[2] [2, 6]",
        "t: uint8[2,6] quant[[0.25], [0], null] = Reshape(x, s)",
        "y: uint8[2,1] quant[[0.5], [0], null] = FullyConnected(t, w)",
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
