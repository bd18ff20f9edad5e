"""Reshapes to the same shape, and reshapes of reshapes."""

import pytest

from pytoco.compiler.testing import assert_rewrites, assert_unchanged
from pytoco.passes.general.remove_trivial_reshape import RemoveTrivialReshape
from tests.passes.graphs import graph

REWRITES = {
    "to the same shape": (
        graph("x: float32[2,3]", "y", "s = const int32[2] [2, 3]", "t = Reshape(x, s)", "y = Exp(t)"),
        graph("x: float32[2,3]", "y", "y = Exp(x)"),
    ),
    "to the same shape by -1": (
        graph("x: float32[2,3]", "y", "s = const int32[2] [2, -1]", "t = Reshape(x, s)", "y = Exp(t)"),
        graph("x: float32[2,3]", "y", "y = Exp(x)"),
    ),
    "with an unknown extent": (
        graph("x: float32[?b,3]", "y", "s = const int32[2] [-1, 3]", "t = Reshape(x, s)", "y = Exp(t)"),
        graph("x: float32[?b,3]", "y", "y = Exp(x)"),
    ),
    "of a reshape": (
        graph(
            "x: float32[2,3]",
            "y",
            "a = const int32[1] [6]",
            "s = const int32[2] [3, 2]",
            "t = Reshape(x, a)",
            "y = Reshape(t, s)",
        ),
        graph("x: float32[2,3]", "y", "s = const int32[2] [3, 2]", "y = Reshape(x, s)"),
    ),
    "of a squeeze": (
        graph("x: float32[1,2,3]", "y", "s = const int32[2] [3, 2]", "t = Squeeze(x)", "y = Reshape(t, s)"),
        graph("x: float32[1,2,3]", "y", "s = const int32[2] [3, 2]", "y = Reshape(x, s)"),
    ),
    "back and forth with another reader between": (
        graph(
            "x: float32[2,3]",
            "y, z",
            "a = const int32[1] [6]",
            "b = const int32[2] [2, 3]",
            "t = Reshape(x, a)",
            "z = Neg(t)",
            "u = Reshape(t, b)",
            "y = Exp(u)",
        ),
        graph(
            "x: float32[2,3]",
            "y, z",
            "a = const int32[1] [6]",
            "t = Reshape(x, a)",
            "z = Neg(t)",
            "y = Exp(x)",
        ),
    ),
    "a long chain": (
        graph(
            "x: float32[2,3]",
            "y",
            "a = const int32[1] [6]",
            "s = const int32[2] [3, 2]",
            "t = Reshape(x, a)",
            "u = Reshape(t, s)",
            "v = Reshape(u, a)",
            "y = Reshape(v, s)",
        ),
        graph("x: float32[2,3]", "y", "s = const int32[2] [3, 2]", "y = Reshape(x, s)"),
    ),
    "a copy between two promised names": (
        graph("x: float32[2,3]", "y", "s = const int32[2] [2, 3]", "y = Reshape(x, s)"),
        graph("x: float32[2,3]", "y", "y = Identity(x)"),
    ),
}

NEAR_MISSES = {
    "another shape": graph("x: float32[2,3]", "y", "s = const int32[2] [3, 2]", "t = Reshape(x, s)", "y = Exp(t)"),
    "two unknown extents that may differ": graph(
        "x: float32[?a,3], s: int32[2]", "y", "t: float32[?c,3] = Reshape(x, s)", "y = Exp(t)"
    ),
    "the earlier one is an output": graph(
        "x: float32[2,3]",
        "t, y",
        "a = const int32[1] [6]",
        "s = const int32[2] [3, 2]",
        "t = Reshape(x, a)",
        "y = Reshape(t, s)",
    ),
    "the earlier one has other readers": graph(
        "x: float32[2,3]",
        "z, y",
        "a = const int32[1] [6]",
        "s = const int32[2] [3, 2]",
        "t = Reshape(x, a)",
        "z = Neg(t)",
        "y = Reshape(t, s)",
    ),
    "a quantized array": graph(
        "x: uint8[2,3] quant[[0.5], [0], null]",
        "y",
        "a = const int32[1] [6]",
        "s = const int32[2] [3, 2]",
        "t: uint8[6] quant[[0.25], [0], null] = Reshape(x, a)",
        "y: uint8[3,2] quant[[0.25], [0], null] = Reshape(t, s)",
    ),
    "another grid": graph(
        "x: uint8[2] quant[[0.5], [0], null]",
        "y",
        "s = const int32[1] [2]",
        "y: uint8[2] quant[[0.25], [0], null] = Reshape(x, s)",
    ),
}


@pytest.mark.parametrize("name", REWRITES)
def test_rewrites(name: str) -> None:
    before, after = REWRITES[name]
    assert_rewrites(before, after, RemoveTrivialReshape)


@pytest.mark.parametrize("name", NEAR_MISSES)
def test_near_misses_stay(name: str) -> None:
    assert_unchanged(NEAR_MISSES[name], RemoveTrivialReshape)
