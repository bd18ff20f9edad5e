"""The conditions of `pytoco bisect`: what they mean, and what is said about wrong ones."""

from __future__ import annotations

import pytest

from pytoco.compiler.debug.predicates import Predicate
from pytoco.compiler.errors import UsageError
from pytoco.compiler.ir import Graph
from pytoco.compiler.ir.text import parse

GRAPH = parse("""
    graph main(x: float32[?n,4], i: int32[2]) -> y, z {
      k = const float32[4] [1.0, 2.0, 3.0, 4.0]
      a/b = Mul(x, k)
      a/c = Add(a/b, k)
      y = Relu(a/c)
      o = Opaque(x) {source_kind="Erf"}
      z: int8[2] = Cast(i) {dtype={"dtype": "int8"}}
    }""").main

ERRORS = {None: (0.5, 0.25), "y": (0.5, 0.25)}


class State:
    """A graph with known errors: absolute and relative."""

    def __init__(self, graph: Graph | None = GRAPH, *, crashed: bool = False) -> None:
        self.graph = graph
        self.crashed = crashed

    def error(self, pattern: str | None, relative: bool) -> float | None:
        return ERRORS[pattern][relative] if pattern in ERRORS else None


HOLD = [
    "exists(Mul)",
    "exists('a/b')",
    "exists('a/*')",
    "exists(Mul, 'a/b')",
    "exists(Mul, 'k')",
    "exists(Erf)",
    "exists(Add, 'a/?')",
    "count(Mul) == 1",
    "count(Add, 'a/*') > 0",
    "0 <= count(Conv) < 1",
    "dtype('z') == int8",
    "dtype('z') == 'int8'",
    "dtype('y') != int8",
    "dtype('gone') != int8",
    "shape('k') == [4]",
    "shape('x') == [None, 4]",
    "shape('x') == (None, 4)",
    "shape('z') != [3]",
    "max_abs_error > 4e-1",
    "max_rel_error == 0.25",
    "error('y') < 0.3",
    "error('y') > -1",
    "not exists(Conv) and (exists(Mul) or exists(Add))",
    "not crashes",
    " exists(Mul) ",
]

DO_NOT_HOLD = [
    "exists(Conv)",
    "exists('a/d')",
    "exists(Relu, 'k')",
    "count(Mul) > 1",
    "dtype('gone') == int8",
    "shape('x') == [1, 4]",
    "shape('gone') == [4]",
    "error('gone') > 0",
    "error('gone') <= 0",
    "max_abs_error < 0.4 or crashes",
    "exists(Mul) and not exists(Add)",
]


@pytest.mark.parametrize("text", HOLD)
def test_holds(text: str) -> None:
    assert Predicate(text).holds(State())


@pytest.mark.parametrize("text", DO_NOT_HOLD)
def test_does_not_hold(text: str) -> None:
    assert not Predicate(text).holds(State())


def test_of_a_failed_conversion_only_crashes_holds() -> None:
    failed = State(None, crashed=True)
    assert Predicate("crashes").holds(failed)
    for text in ("exists(Mul)", "exists('y')", "count(Mul) >= 0", "dtype('y') == float32", "shape('k') == [4]"):
        assert not Predicate(text).holds(failed)


def test_what_needs_more_than_a_journal() -> None:
    assert not Predicate("exists(Mul) or shape('k') == [4]").needs_conversions
    for text in ("max_abs_error > 1", "exists(Mul) and error('y') > 1"):
        assert Predicate(text).is_numeric
    assert Predicate("crashes").asks_crash


WRONG = {
    "": (1, "invalid syntax"),
    "max_abs_error >": (16, "invalid syntax"),
    "max_abs_err > 1": (1, "did you mean max_abs_error"),
    "max_abs_error": (1, "this is a number"),
    "exists(Mul) and count(Mul)": (17, "this is a number"),
    "exist(Mul)": (1, "did you mean exists"),
    "exists(1)": (8, r"write exists\(Conv\)"),
    "exists()": (1, r"write exists\(Conv\)"),
    "exists(Mul, 'a', 'b')": (1, r"write exists\(Conv\)"),
    "exists(kind='Mul')": (1, r"write exists\(Conv\)"),
    "exists('a', Mul)": (8, r"write exists\(Conv\)"),
    "count('a') > 1": (1, r"write count\(Conv\)"),
    "dtype(Mul) == int8": (7, r"write dtype\('name'\)"),
    "dtype('y') == int9": (15, "did you mean int8"),
    "dtype('y') > int8": (14, "only be compared with == and !="),
    "dtype('y') == 8": (15, "a dtype cannot be compared with a number"),
    "dtype('y') == 'nothing'": (15, "'nothing' is neither a number nor an element type"),
    "shape('y') == [1, 'a']": (19, "an extent is a whole number"),
    "shape('y') == [1, True]": (19, "an extent is a whole number"),
    "max_abs_error in [1]": (18, "only == != < <= > >= compare"),
    "max_abs_error > 1 + 1": (17, "'1 [+] 1' cannot be understood"),
    "__import__('os').system('x') == 0": (1, "there is no"),
    "x.y == 1": (1, "'x.y' cannot be understood"),
    "(lambda: 1)() == 1": (1, "there is no"),
    "[i for i in y] == [1]": (1, "cannot be understood"),
    "f'{x}' == 1": (1, "cannot be understood"),
    "not 1": (5, "this is a number"),
    "exists('ä') and max_abs_err > 1": (17, "did you mean max_abs_error"),
}


@pytest.mark.parametrize("text", WRONG)
def test_a_wrong_condition_is_refused_and_the_column_said(text: str) -> None:
    column, words = WRONG[text]
    with pytest.raises(UsageError, match=words) as caught:
        Predicate(text)
    assert f"column {column} of" in str(caught.value)


@pytest.mark.parametrize("text", ["not " * 900 + "crashes", "(" * 900 + "crashes" + ")" * 900, "x" * 5000, "a\0b"])
def test_monstrous_conditions_are_refused(text: str) -> None:
    with pytest.raises(UsageError):
        Predicate(text)


def test_names_that_never_are_get_a_suggestion() -> None:
    names, kinds = ["conv/weights", "conv/out"], ["Conv", "Add"]
    Predicate("exists(Conv, 'conv/*') and exists('conv/out')").check(names, kinds)
    with pytest.raises(UsageError, match=r"column 8 .* no .*array 'conv/weight'.*did you mean 'conv/weights'"):
        Predicate("exists('conv/weight')").check(names, kinds)
    with pytest.raises(UsageError, match=r"column 12 .*operator kind 'Convv'.*did you mean 'Conv'"):
        Predicate("not exists(Convv)").check(names, kinds)
    with pytest.raises(UsageError, match="there are conv/weights, conv/out"):
        Predicate("exists('*/zzz')").check(names, kinds)
