"""Two transposes become one."""

import pytest

from pytoco.compiler.testing import assert_rewrites, assert_unchanged
from pytoco.passes.general.remove_successive_transpose import RemoveSuccessiveTranspose
from tests.passes.graphs import graph

REWRITES = {
    "composed": (
        graph(
            "x: float32[2,3,4]",
            "y",
            "a = const int32[3] [2, 0, 1]",
            "t = Transpose(x, a)",
            "y = Transpose(t, a)",
        ),
        graph("x: float32[2,3,4]", "y", "p = const int32[3] [1, 2, 0]", "y = Transpose(x, p)"),
    ),
    "cancelling": (
        graph(
            "x: float32[2,3,4]",
            "y",
            "a = const int32[3] [2, 0, 1]",
            "b = const int32[3] [1, 2, 0]",
            "t = Transpose(x, a)",
            "u = Transpose(t, b)",
            "y = Exp(u)",
        ),
        graph("x: float32[2,3,4]", "y", "p = const int32[3] [0, 1, 2]", "t = Transpose(x, p)", "y = Exp(t)"),
    ),
    "cancelling with another reader between": (
        graph(
            "x: float32[2,3,4]",
            "y, z",
            "a = const int32[3] [1, 0, 2]",
            "t = Transpose(x, a)",
            "z = Neg(t)",
            "u = Transpose(t, a)",
            "y = Exp(u)",
        ),
        graph(
            "x: float32[2,3,4]",
            "y, z",
            "a = const int32[3] [1, 0, 2]",
            "p = const int32[3] [0, 1, 2]",
            "t = Transpose(x, a)",
            "z = Neg(t)",
            "u = Transpose(x, p)",
            "y = Exp(u)",
        ),
    ),
    "three": (
        graph(
            "x: float32[2,3,4]",
            "y",
            "a = const int32[3] [1, 0, 2]",
            "b = const int32[3] [0, 2, 1]",
            "t = Transpose(x, a)",
            "u = Transpose(t, b)",
            "y = Transpose(u, a)",
        ),
        graph("x: float32[2,3,4]", "y", "p = const int32[3] [2, 1, 0]", "y = Transpose(x, p)"),
    ),
}

NEAR_MISSES = {
    "the first is an output": graph(
        "x: float32[2,3,4]",
        "t, y",
        "a = const int32[3] [2, 0, 1]",
        "t = Transpose(x, a)",
        "y = Transpose(t, a)",
    ),
    "the first has other readers": graph(
        "x: float32[2,3,4]",
        "z, y",
        "a = const int32[3] [2, 0, 1]",
        "t = Transpose(x, a)",
        "z = Neg(t)",
        "y = Transpose(t, a)",
    ),
    "a computed permutation": graph(
        "x: float32[2,3,4], p: int32[3]",
        "y",
        "a = const int32[3] [2, 0, 1]",
        "t = Transpose(x, p)",
        "y = Transpose(t, a)",
    ),
    "something between": graph(
        "x: float32[2,3,4]",
        "y",
        "a = const int32[3] [2, 0, 1]",
        "t = Transpose(x, a)",
        "u = Exp(t)",
        "y = Transpose(u, a)",
    ),
    "a quantized array": graph(
        "x: uint8[2,3] quant[[0.5], [0], null]",
        "y",
        "a = const int32[2] [1, 0]",
        "t: uint8[3,2] quant[[0.25], [0], null] = Transpose(x, a)",
        "y: uint8[2,3] quant[[0.25], [0], null] = Transpose(t, a)",
    ),
    "the second permutation is computed": graph(
        "x: float32[2,3,4], p: int32[3]",
        "y",
        "a = const int32[3] [2, 0, 1]",
        "t = Transpose(x, a)",
        "y = Transpose(t, p)",
    ),
}


@pytest.mark.parametrize("name", REWRITES)
def test_rewrites(name: str) -> None:
    before, after = REWRITES[name]
    assert_rewrites(before, after, RemoveSuccessiveTranspose)


@pytest.mark.parametrize("name", NEAR_MISSES)
def test_near_misses_stay(name: str) -> None:
    assert_unchanged(NEAR_MISSES[name], RemoveSuccessiveTranspose)
