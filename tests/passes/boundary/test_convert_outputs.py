"""Outputs get the type that the caller wants, and keep their names."""

from typing import Any

import pytest

from pytoco.compiler.options import Options
from pytoco.compiler.testing import assert_rewrites, assert_unchanged
from pytoco.passes.boundary.convert_outputs import ConvertOutputs
from tests.passes.graphs import graph

X = "x: int8[2] quant[[0.5], [-28], null]"
RELU = "{}: int8[2] quant[[1.0], [-128], null] = Relu(x)"

CASES: dict[str, tuple[dict[str, Any], str, str]] = {
    "int8 to uint8 moves the codes": (
        {"inference_type": "INT8", "inference_output_type": "QUANTIZED_UINT8"},
        graph(X, "y", RELU.format("y")),
        graph(X, "y", RELU.format("t"), 'y: uint8[2] quant[[1.0], [0], null] = Quantize(t) {dtype="uint8"}'),
    ),
    "int8 to float": (
        {"inference_type": "INT8", "inference_output_type": "FLOAT"},
        graph(X, "y", RELU.format("y")),
        graph(X, "y", RELU.format("t"), "y = Dequantize(t)"),
    ),
    "float of known range to uint8": (
        {"inference_type": "QUANTIZED_UINT8"},
        graph("x: float32[2]", "y", "y: float32[2] minmax(0.0, 2.55) = Cos(x)"),
        graph(
            "x: float32[2]",
            "y",
            "t: float32[2] minmax(0.0, 2.55) = Cos(x)",
            'y: uint8[2] quant[[0.01], [0], null] = Quantize(t) {dtype="uint8"}',
        ),
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_conversions(case: str) -> None:
    options, before, after = CASES[case]
    assert_rewrites(before, after, ConvertOutputs, options=Options(**options), numeric=False)


def test_what_is_right_stays() -> None:
    options = Options(inference_type="INT8")  # type: ignore[arg-type]  # coerced
    assert_unchanged(graph(X, "y", RELU.format("y")), ConvertOutputs, options=options)
    assert_unchanged(graph("x: int32[2]", "y", "y = Neg(x)"), ConvertOutputs, options=options)
    assert_unchanged(graph("x: float32[2]", "y", "y = Cos(x)"), ConvertOutputs, options=options)  # of unknown range
