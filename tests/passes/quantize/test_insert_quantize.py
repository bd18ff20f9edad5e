"""Float arrays of known range are quantised for operators that can take them."""

import pytest

from pytoco.backends.tflite.target import TfliteTarget
from pytoco.compiler.options import Options
from pytoco.compiler.testing import assert_rewrites, assert_unchanged
from pytoco.passes.general.remove_unused_op import RemoveUnusedOp
from pytoco.passes.quantize.insert_quantize import InsertQuantize
from pytoco.passes.quantize.quantize_operator import QuantizeOperator
from pytoco.passes.quantize.remove_trivial_quantize import RemoveTrivialQuantize
from tests.passes.graphs import graph

UINT8 = Options(inference_type="QUANTIZED_UINT8")  # type: ignore[arg-type]  # coerced
TARGET = TfliteTarget()


def test_a_float_island_ends_in_a_quantize() -> None:
    island = "t: float32[2] minmax(0.0, 2.55) = Cos(x)"
    assert_rewrites(
        graph("x: float32[2]", "y", island, "y: float32[2] minmax(0.0, 2.55) = Relu(t)"),
        graph(
            "x: float32[2]",
            "y",
            island,
            'q: uint8[2] quant[[0.01], [0], null] = Quantize(t) {dtype="uint8"}',
            "u: float32[2] minmax(0.0, 2.55) = Dequantize(q)",
            "y: float32[2] minmax(0.0, 2.55) = Relu(u)",
        ),
        InsertQuantize,
        target=TARGET,
        options=UINT8,
        tolerance=0.02,
    )


def test_together_with_its_neighbours_only_the_island_is_left_in_float() -> None:
    before = graph(
        "q: uint8[2] quant[[0.01], [0], null]",
        "y",
        "x = Dequantize(q)",
        "a: float32[2] minmax(0.0, 2.55) = Relu(x)",
        "b: float32[2] minmax(0.0, 2.55) = Cos(a)",
        "c: float32[2] minmax(0.0, 2.55) = Relu(b)",
        "y: float32[2] minmax(0.0, 2.55) = Relu6(c)",
    )
    after = graph(
        "q: uint8[2] quant[[0.01], [0], null]",
        "y",
        "x = Dequantize(q)",
        "a: uint8[2] quant[[0.01], [0], null] = Relu(q)",
        "d: float32[2] minmax(0.0, 2.55) = Dequantize(a)",
        "b: float32[2] minmax(0.0, 2.55) = Cos(d)",
        'e: uint8[2] quant[[0.01], [0], null] = Quantize(b) {dtype="uint8"}',
        "f: float32[2] minmax(0.0, 2.55) = Dequantize(e)",
        "c: uint8[2] quant[[0.01], [0], null] = Relu(e)",
        "g: float32[2] minmax(0.0, 2.55) = Dequantize(c)",
        "y: uint8[2] quant[[0.01], [0], null] = Relu6(c)",
    )
    passes = [QuantizeOperator, InsertQuantize, RemoveTrivialQuantize, RemoveUnusedOp]
    dead = [line for line in after.splitlines() if not line.strip().startswith(("x =", "f:", "g:"))]
    assert_rewrites(before, "\n".join(dead), passes, target=TARGET, options=UINT8, numeric=False)


NEAR = {
    "its range is unknown": graph("x: float32[2]", "y", "y: float32[2] minmax(0.0, 1.0) = Relu(x)"),
    "it is quantised": graph(
        "q: uint8[2] quant[[0.01], [0], null]", "y", "x = Dequantize(q)", "y: float32[2] minmax(0.0, 1.0) = Relu(x)"
    ),
    "the reader has no such kernel": graph("x: float32[2] minmax(0.0, 1.0)", "y", "y = Cos(x)"),
}


@pytest.mark.parametrize("case", NEAR)
def test_near_misses(case: str) -> None:
    assert_unchanged(NEAR[case], InsertQuantize, target=TARGET, options=UINT8)
