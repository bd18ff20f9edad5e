"""Ranges that go from results to operands."""

from pytoco.compiler.options import Options
from pytoco.compiler.testing import assert_rewrites, assert_unchanged
from pytoco.passes.range_flow.propagate_ranges_back import PropagateRangesBack
from tests.passes.graphs import graph

UINT8 = Options(inference_type="QUANTIZED_UINT8")  # type: ignore[arg-type]  # coerced


def test_a_reshape_tells_its_operand_too() -> None:
    s = "s = const int32[1] [4]"
    assert_rewrites(
        graph("x: float32[2,2]", "y", s, "y: float32[4] minmax(0.0, 1.0) = Reshape(x, s)"),
        graph("x: float32[2,2] minmax(0.0, 1.0)", "y", s, "y: float32[4] minmax(0.0, 1.0) = Reshape(x, s)"),
        PropagateRangesBack,
        options=UINT8,
    )


def test_the_operand_of_a_relu_takes_its_result_s_range() -> None:
    assert_rewrites(
        graph("x: float32[2]", "y", "t = Neg(x)", "y: float32[2] minmax(0.0, 1.0) = Relu(t)"),
        graph(
            "x: float32[2]", "y", "t: float32[2] minmax(0.0, 1.0) = Neg(x)", "y: float32[2] minmax(0.0, 1.0) = Relu(t)"
        ),
        PropagateRangesBack,
        options=UINT8,
    )


def test_a_chain_is_gone_through_from_its_end() -> None:
    s = "s = const int32[1] [4]"
    y = "y: float32[4] minmax(0.0, 1.0) = Relu(t)"
    assert_rewrites(
        graph("x: float32[2,2]", "y", s, "t = Reshape(x, s)", y),
        graph("x: float32[2,2] minmax(0.0, 1.0)", "y", s, "t: float32[4] minmax(0.0, 1.0) = Reshape(x, s)", y),
        PropagateRangesBack,
        options=UINT8,
    )


def test_what_is_known_stays() -> None:
    text = graph("x: float32[2] minmax(-1.0, 1.0)", "y", "y: float32[2] minmax(0.0, 0.5) = Relu(x)")
    assert_unchanged(text, PropagateRangesBack, options=UINT8)


def test_constants_and_other_kinds_are_told_nothing() -> None:
    text = graph("x: float32[2]", "y", "p = const int32[1] [0]", "y: float32[2] minmax(0.0, 0.5) = Transpose(x, p)")
    assert_unchanged(text, PropagateRangesBack, options=UINT8)
