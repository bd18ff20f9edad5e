"""Dropout that keeps everything goes; one that does not, stays."""

from collections.abc import Callable
from pathlib import Path

import pytest
import pytoco
from nodes import const, node, placeholder
from pytoco.testing import assert_rewrites, assert_unchanged, docstring_graphs

from pytoco_cleanup.strip_idle_dropout import StripIdleDropout

Writer = Callable[..., Path]


def test_what_the_docstring_shows() -> None:
    assert_rewrites(*docstring_graphs(StripIdleDropout), StripIdleDropout)


def graph(*statements: str, drawn: str = "random = RandomUniform(shape) {seed=1}", shape: str = "[4]") -> str:
    """A graph of x, float32[4], that draws random numbers, then `statements`, then reads `z`."""
    lines = [f"shape = const int32[{len(shape.split(','))}] {shape}", drawn, *statements, "y = Exp(z)"]
    return "\n".join(["graph main(x: float32[4]) -> y {", *(f"  {line}" for line in lines), "}"])


def kept(before: str) -> str:
    """The same graph with the dropout gone: `y` reads x."""
    lines = [line for line in before.splitlines() if not line.strip().startswith("z = ")]
    return "\n".join(lines).replace("Exp(z)", "Exp(x)")


AS_NUMBERS = 'mask = Cast(keep) {dtype="float32"}'
COMPARED = ("rate = const float32[] [0.0]", "keep = GreaterEqual(random, rate)")


@pytest.mark.parametrize(
    "statements",
    [
        ("one = const float32[] [1.0]", "sum = Add(one, random)", "mask = Floor(sum)", "z = Mul(mask, x)"),
        (*COMPARED, AS_NUMBERS, "z = Mul(x, mask)"),
        (*COMPARED, "none = const float32[4] [0.0, 0.0, 0.0, 0.0]", "z = SelectV2(keep, x, none)"),
        (*COMPARED, "none = const float32[4] [0.0, 0.0, 0.0, 0.0]", "z = Select(keep, x, none)"),
    ],
)
def test_every_form_of_it(statements: tuple[str, ...]) -> None:
    before = graph(*statements)
    assert_rewrites(before, kept(before), StripIdleDropout)


def test_random_numbers_of_a_given_key() -> None:
    drawn = 'random: float32[4] = Opaque(shape, shape) {source_kind="StatelessRandomUniformV2"}'
    before = graph(*COMPARED, AS_NUMBERS, "z = Mul(x, mask)", drawn=drawn)
    assert_rewrites(before, kept(before), StripIdleDropout, numeric=False)


HALF = ("rate = const float32[] [0.5]", "keep = GreaterEqual(random, rate)")
ALWAYS = ("one = const float32[] [1.0]", "sum = Add(random, one)", "mask = Floor(sum)")


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (graph(*HALF, AS_NUMBERS, "z = Mul(x, mask)"), "does not keep everything"),
        (
            graph("p = const float32[] [0.5]", "sum = Add(random, p)", "mask = Floor(sum)", "z = Mul(x, mask)"),
            "is not masked by random numbers",
        ),
        (graph("z = Mul(x, random)"), "is not masked by random numbers"),
        (graph(*ALWAYS, 'z = Mul(x, mask) {activation="RELU"}'), "has an activation"),
        (graph(*ALWAYS, "z = Mul(x, mask)", shape="[3, 4]"), "is broadcast to the shape of the mask"),
        (graph(*ALWAYS, "z = Mul(x, mask)", "u = Neg(z)").replace("-> y", "-> y, z, x"), "promised names"),
        (
            graph(*ALWAYS, "z = Mul(x, mask)", drawn="random = RandomStandardNormal(shape) {seed=1}"),
            "comes from",
        ),
    ],
)
def test_near_misses(text: str, reason: str) -> None:
    assert_unchanged(text, StripIdleDropout, reason=reason)


def dropout(write_model: Writer, keep_prob: str) -> Path:
    """Dropout as TensorFlow 1 writes it, whose keep_prob can be fed."""
    return write_model(
        placeholder("x", 2, 3),
        const("p", f"float_val: {keep_prob}"),
        node("keep_prob", "PlaceholderWithDefault", "p", dtype="type: DT_FLOAT", shape="shape { }"),
        const("shape", "int_val: 2 int_val: 3", 2, dtype="DT_INT32"),
        node("uniform", "RandomUniform", "shape", dtype="type: DT_FLOAT", T="type: DT_INT32"),
        node("sum", "Add", "keep_prob", "uniform"),
        node("mask", "Floor", "sum"),
        node("scaled", "RealDiv", "x", "keep_prob"),
        node("dropped", "Mul", "scaled", "mask"),
        node("y", "Exp", "dropped"),
    )


def test_a_whole_conversion(write_model: Writer) -> None:
    result = pytoco.convert(dropout(write_model, "1.0"), check="random")
    assert result.summary.operators == {"EXP": 1}
    assert result.summary.remarks == ["strip-idle-dropout at 'dropped': the dropout is gone: it kept everything"]
    assert result.summary.check is not None
    assert not result.summary.check.offences


def test_dropout_that_drops_stays(write_model: Writer) -> None:
    assert "RANDOM_UNIFORM" in pytoco.convert(dropout(write_model, "0.5")).summary.operators
