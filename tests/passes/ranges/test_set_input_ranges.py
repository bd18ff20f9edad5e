"""Ranges of inputs follow from the codes that callers give."""

from typing import Any

import pytest

from pytoco.compiler.options import Options
from pytoco.compiler.testing import assert_rewrites, assert_unchanged
from pytoco.passes.ranges.set_input_ranges import SetInputRanges
from tests.passes.graphs import graph

BEFORE = graph("x: float32[2], n: int32[2]", "y, z", "y = Neg(x)", "z = Neg(n)")


@pytest.mark.parametrize(
    ("options", "low", "high"),
    [
        ({}, 0.0, 255.0),
        ({"mean_values": (128.0,), "std_dev_values": (127.0,)}, -128 / 127, 1.0),
        ({"mean_values": (127.5,), "std_dev_values": (127.5,)}, -1.0, 1.0),
        ({"mean_values": (0.0,), "std_dev_values": (-1.0,)}, -255.0, 0.0),
        ({"inference_type": "FLOAT", "inference_input_type": "QUANTIZED_UINT8"}, 0.0, 255.0),
    ],
)
def test_real_is_code_minus_mean_by_deviation(options: dict[str, Any], low: float, high: float) -> None:
    given = Options(**{"inference_type": "QUANTIZED_UINT8", "input_arrays": ("x",), **options})
    after = graph(f"x: float32[2] minmax({low}, {high}), n: int32[2]", "y, z", "y = Neg(x)", "z = Neg(n)")
    assert_rewrites(BEFORE, after, SetInputRanges, options=given)


def test_signed_inputs_need_to_be_told() -> None:
    assert_unchanged(BEFORE, SetInputRanges, options=Options(inference_type="INT8"))  # type: ignore[arg-type]


def test_what_is_said_wins_over_training_but_not_over_what_is_said_of_the_array() -> None:
    said = Options(inference_type="QUANTIZED_UINT8", mean_values=(128.0,), std_dev_values=(128.0,))  # type: ignore[arg-type]
    lines = ("x: float32[2] minmax({})", "y", "y = Neg(x)")
    learned, given = (graph(lines[0].format(r), *lines[1:]) for r in ("-3.0, 3.0, false, 8", "-3.0, 3.0"))
    after = graph(lines[0].format("-1.0, 0.9921875"), *lines[1:])
    assert_rewrites(learned, after, SetInputRanges, options=said)
    assert_unchanged(given, SetInputRanges, options=said)


def test_an_input_that_training_is_about_to_tell_is_left_to_it() -> None:
    text = graph("x: float32[2]", "y", "t = FakeQuant(x) {min=-1.0, max=1.0}", "y = Neg(t)")
    assert_unchanged(text, SetInputRanges, options=Options(inference_type="QUANTIZED_UINT8"))  # type: ignore[arg-type]


def test_without_anything_said_a_range_from_training_stays() -> None:
    text = graph("x: float32[2] minmax(-3.0, 3.0)", "y", "y = Neg(x)")
    assert_unchanged(text, SetInputRanges, options=Options(inference_type="QUANTIZED_UINT8"))  # type: ignore[arg-type]
