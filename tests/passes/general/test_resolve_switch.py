"""Branches whose condition is constant."""

import pytest

from pytoco.compiler.testing import assert_rewrites, assert_unchanged
from pytoco.passes.general.resolve_switch import ResolveSwitch
from tests.passes.graphs import graph

REWRITES = {
    "true": (
        graph(
            "x: float32[2,3]",
            "y",
            "yes = const bool[] [true]",
            "f, t = Switch(x, yes)",
            "a = Neg(f)",
            "b = Exp(t)",
            "y, i = Merge(a, b)",
        ),
        graph("x: float32[2,3]", "y", "b = Exp(x)", "y, i = Merge(b)"),
    ),
    "false": (
        graph(
            "x: float32[2,3]",
            "y",
            "no = const bool[] [false]",
            "f, t = Switch(x, no)",
            "a = Neg(f)",
            "b = Exp(t)",
            "c = Exp(b)",
            "y, i = Merge(a, c)",
        ),
        graph("x: float32[2,3]", "y", "a = Neg(x)", "y, i = Merge(a)"),
    ),
    "the index is read": (
        graph(
            "x: float32[2,3]",
            "y, z",
            "yes = const bool[] [true]",
            "f, t = Switch(x, yes)",
            "a = Neg(f)",
            "y, i = Merge(a, t)",
            "z = Neg(i)",
        ),
        graph("x: float32[2,3]", "y, z", "y, i = Merge(x)", "k = const int32[] [1]", "z = Neg(k)"),
    ),
    "a dead operator that reads live arrays": (
        graph(
            "x: float32[2,3]",
            "y",
            "yes = const bool[] [true]",
            "f, t = Switch(x, yes)",
            "a = Add(f, x)",
            "y, i = Merge(a, t)",
        ),
        graph("x: float32[2,3]", "y", "y, i = Merge(x)"),
    ),
    "the live result is an output": (
        graph(
            "x: float32[2,3]",
            "t",
            "yes = const bool[] [true]",
            "f, t = Switch(x, yes)",
            "a = Neg(f)",
            "m, i = Merge(a, t)",
        ),
        graph("x: float32[2,3]", "t", "t = Identity(x)", "m, i = Merge(t)"),
    ),
}

NEAR_MISSES = {
    "a computed condition": graph(
        "x: float32[2], p: bool[]", "y", "f, t = Switch(x, p)", "a = Neg(f)", "y, i = Merge(a, t)"
    ),
    "the dead branch is an output": graph(
        "x: float32[2,3]",
        "a, y",
        "yes = const bool[] [true]",
        "f, t = Switch(x, yes)",
        "a = Neg(f)",
        "y = Exp(t)",
    ),
    "the index among several": graph(
        "x: float32[2,3]",
        "y, i",
        "yes = const bool[] [true]",
        "f, t = Switch(x, yes)",
        "a = Neg(f)",
        "y, i = Merge(a, t, x)",
    ),
    "nothing else comes to the join": graph(
        "x: float32[2,3]",
        "y, z",
        "yes = const bool[] [true]",
        "f, t = Switch(x, yes)",
        "a = Neg(f)",
        "y, i = Merge(a)",
        "z = Exp(t)",
    ),
    "the dead branch has an effect": graph(
        "x: float32[2]",
        "y",
        "yes = const bool[] [true]",
        "f, t = Switch(x, yes)",
        "c = Less(f, x)",
        "Assert(c, f)",
        "a = Neg(f)",
        "y, i = Merge(a, t)",
    ),
}


@pytest.mark.parametrize("name", REWRITES)
def test_rewrites(name: str) -> None:
    before, after = REWRITES[name]
    assert_rewrites(before, after, ResolveSwitch, numeric=False)


@pytest.mark.parametrize("name", NEAR_MISSES)
def test_near_misses_stay(name: str) -> None:
    assert_unchanged(NEAR_MISSES[name], ResolveSwitch)
