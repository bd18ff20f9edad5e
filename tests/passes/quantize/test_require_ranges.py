"""Missing ranges stop the conversion before anything is quantised, all of them named, by cause."""

import pytest

from pytoco.backends.tflite.target import TfliteTarget
from pytoco.compiler.errors import UsageError
from pytoco.compiler.ir.text import parse
from pytoco.compiler.options import Options
from pytoco.compiler.testing import assert_unchanged, run_passes
from pytoco.passes.quantize.require_ranges import RequireRanges
from tests.passes.graphs import graph

UINT8 = Options(inference_type="QUANTIZED_UINT8")  # type: ignore[arg-type]  # coerced
TARGET = TfliteTarget()


def test_all_are_named_by_cause_with_what_would_help() -> None:
    text = graph("x: float32[2], z: float32[2]", "y", "t = Add(x, z)", "u = Relu(t)", "v = Add(u, t)", "y = Softmax(v)")
    with pytest.raises(UsageError) as caught:
        run_passes(parse(text), RequireRanges, target=TARGET, options=UINT8)
    message = str(caught.value)
    assert "5 arrays have no range" in message
    assert "inputs, read by Add: 'x', 'z'" in message
    assert "results of Add: 't', 'v'" in message
    assert "results of Relu: 'u'" in message
    assert "default_ranges_min" in message


KNOWN = {
    "constants have their values": graph(
        "x: float32[2] minmax(0.0, 1.0)",
        "y",
        "k = const float32[2] [1.0, 2.0]",
        "y: float32[2] minmax(0.0, 3.0) = Add(x, k)",
    ),
    "some kinds know their results": graph("x: float32[2] minmax(0.0, 1.0)", "y", "y = Softmax(x)"),
    "what stays float needs none": graph("x: float32[2]", "y", "y = Cos(x)"),
    "quantised arrays have a grid": graph(
        "q: uint8[2] quant[[0.5], [0], null]", "y", "x = Dequantize(q)", "y: float32[2] minmax(0.0, 3.0) = Relu(x)"
    ),
    "integers are no real values": graph("x: int32[2]", "y", "y = Add(x, x)"),
}


@pytest.mark.parametrize("case", KNOWN)
def test_nothing_is_missing_where_a_range_is_known_or_not_needed(case: str) -> None:
    assert_unchanged(KNOWN[case], RequireRanges, target=TARGET, options=UINT8)
