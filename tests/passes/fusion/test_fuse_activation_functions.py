"""Activations go into the operator before them."""

import pytest

from pytoco.compiler.plugins.target import Target
from pytoco.compiler.testing import assert_rewrites, assert_unchanged
from pytoco.passes.fusion.fuse_activation_functions import FuseActivationFunctions
from tests.passes.graphs import graph

REWRITES = {
    "Relu": (
        graph("x: float32[2], z: float32[2]", "y", "t = Add(x, z)", "y = Relu(t)"),
        graph("x: float32[2], z: float32[2]", "y", 'y = Add(x, z) {activation="RELU"}'),
    ),
    "Relu1 into a Conv": (
        graph(
            "x: float32[1,2,2,1]",
            "y",
            "w = const float32[2,1,1,1] [1.0, 2.0]",
            't = Conv(x, w) {stride_h=1, stride_w=1, padding="SAME"}',
            "y = Relu1(t)",
        ),
        graph(
            "x: float32[1,2,2,1]",
            "y",
            "w = const float32[2,1,1,1] [1.0, 2.0]",
            'y = Conv(x, w) {stride_h=1, stride_w=1, padding="SAME", activation="RELU_N1_TO_1"}',
        ),
    ),
}

NEAR_MISSES = {
    "one is fused already": graph(
        "x: float32[2], z: float32[2]", "y", 't = Add(x, z) {activation="RELU"}', "y = Relu6(t)"
    ),
    "another reader": graph("x: float32[2], z: float32[2]", "y, u", "t = Add(x, z)", "u = Neg(t)", "y = Relu(t)"),
    "the intermediate is an output": graph("x: float32[2], z: float32[2]", "y, t", "t = Add(x, z)", "y = Relu(t)"),
    "an operator that cannot carry one": graph(
        "x: float32[2], z: float32[2]", "y", "t = SquaredDifference(x, z)", "y = Relu(t)"
    ),
    "integers": graph("x: int32[2]", "y", "t = Add(x, x)", "y = Relu(t)"),
    "float64, which no kernel computes": graph("x: float64[2]", "y", "t = Add(x, x)", "y = Relu(t)"),
    "Tanh is not fused": graph("x: float32[2], z: float32[2]", "y", "t = Add(x, z)", "y = Tanh(t)"),
}


@pytest.mark.parametrize("name", REWRITES)
def test_rewrites(name: str) -> None:
    before, after = REWRITES[name]
    assert_rewrites(before, after, FuseActivationFunctions)


@pytest.mark.parametrize("name", NEAR_MISSES)
def test_near_misses_stay(name: str) -> None:
    assert_unchanged(NEAR_MISSES[name], FuseActivationFunctions)


class Plain(Target):
    """A runtime without fused activations."""

    def can_fuse(self, kind: str, activation: str) -> bool:
        """Never."""
        return False


def test_the_target_has_a_say() -> None:
    assert_unchanged(REWRITES["Relu"][0], FuseActivationFunctions, target=Plain(), reason="does not carry RELU")
