"""Equal constants become one."""

import pytest

from pytoco.compiler.testing import assert_rewrites, assert_unchanged
from pytoco.passes.final.share_constants import ShareConstants
from tests.passes.graphs import graph

REWRITES = {
    "two of three": (
        graph(
            "x: float32[20]",
            "y",
            "a = const float32[20] splat 1.0",
            "b = const float32[20] splat 1.0",
            "c = const float32[20] splat 2.0",
            "t = Add(x, a)",
            "u = Mul(t, b)",
            "y = Sub(u, c)",
        ),
        graph(
            "x: float32[20]",
            "y",
            "a = const float32[20] splat 1.0",
            "c = const float32[20] splat 2.0",
            "t = Add(x, a)",
            "u = Mul(t, a)",
            "y = Sub(u, c)",
        ),
    ),
    "large ones": (
        graph(
            "x: float32[900]",
            "y",
            "a = const float32[900] seed 4",
            "b = const float32[900] seed 4",
            "t = Add(x, a)",
            "y = Mul(t, b)",
        ),
        graph("x: float32[900]", "y", "a = const float32[900] seed 4", "t = Add(x, a)", "y = Mul(t, a)"),
    ),
}

NEAR_MISSES = {
    "small ones": graph(
        "x: float32[2]",
        "y",
        "a = const float32[2] [1.0, 2.0]",
        "b = const float32[2] [1.0, 2.0]",
        "t = Add(x, a)",
        "y = Mul(t, b)",
    ),
    "another shape": graph(
        "x: float32[2,20]",
        "y",
        "a = const float32[20] splat 1.0",
        "b = const float32[1,20] splat 1.0",
        "t = Add(x, a)",
        "y = Mul(t, b)",
    ),
    "another type": graph(
        "x: float32[20], i: int32[20]",
        "y, z",
        "a = const float32[20] splat 0.0",
        "b = const int32[20] splat 0",
        "y = Add(x, a)",
        "z = Add(i, b)",
    ),
    "another range": graph(
        "x: float32[20]",
        "y",
        "a = const float32[20] minmax(0.0, 1.0) splat 1.0",
        "b = const float32[20] splat 1.0",
        "t = Add(x, a)",
        "y = Mul(t, b)",
    ),
    "two outputs": graph(
        "x: float32[20]",
        "y, a, b",
        "a = const float32[20] splat 1.0",
        "b = const float32[20] splat 1.0",
        "t = Add(x, a)",
        "y = Mul(t, b)",
    ),
}


@pytest.mark.parametrize("name", REWRITES)
def test_rewrites(name: str) -> None:
    before, after = REWRITES[name]
    assert_rewrites(before, after, ShareConstants)


@pytest.mark.parametrize("name", NEAR_MISSES)
def test_near_misses_stay(name: str) -> None:
    assert_unchanged(NEAR_MISSES[name], ShareConstants)
