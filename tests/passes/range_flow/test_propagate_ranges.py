"""Ranges go through operators as TOCO lets them, and where it had no rule as follows from what they compute."""

import pytest

from pytoco.compiler.options import Options
from pytoco.compiler.testing import assert_rewrites, assert_unchanged
from pytoco.passes.range_flow.propagate_ranges import PropagateRanges
from tests.passes.graphs import graph

UINT8 = Options(inference_type="QUANTIZED_UINT8")  # type: ignore[arg-type]  # coerced
X = "x: float32[2,2] minmax(-1.0, 2.0)"

FORWARD = {
    "Transpose": ("p = const int32[2] [1, 0]", "{} = Transpose(x, p)", (-1.0, 2.0)),
    "Pad": ("p = const int32[2,2] [0, 0, 0, 0]", "{} = Pad(x, p)", (-1.0, 2.0)),
    "Mean": ("p = const int32[1] [1]", "{} = Mean(x, p) {{keep_dims=true}}", (-1.0, 2.0)),
    "Relu": ("", "{} = Relu(x)", (0.0, 2.0)),
    "Relu6": ("", "{} = Relu6(x)", (0.0, 2.0)),
    "Relu1": ("", "{} = Relu1(x)", (-1.0, 1.0)),
    "Softmax": ("", "{} = Softmax(x)", (0.0, 255 / 256)),
    "Logistic": ("", "{} = Logistic(x)", (0.0, 255 / 256)),
    "Tanh": ("", "{} = Tanh(x)", (-1.0, 127 / 128)),
    "Concatenation": (
        "k = const float32[2,2] [0.0, 0.0, 0.0, 7.0]",
        "{} = Concatenation(x, k) {{axis=0}}",
        (-1.0, 7.0),
    ),
    "Split": ("a = const int32[] [0]", "{}, z = Split(a, x) {{num=2}}", (-1.0, 2.0)),
}


@pytest.mark.parametrize("kind", FORWARD)
def test_a_result_without_a_range_gets_one(kind: str) -> None:
    constant, line, (low, high) = FORWARD[kind]
    outputs = "y, z" if kind == "Split" else "y"
    lines = [constant] if constant else []
    before = graph(X, outputs, *lines, line.format("y"))
    shape = {"Mean": "2,1", "Concatenation": "4,2", "Split": "1,2"}.get(kind, "2,2")
    typed = f": float32[{shape}] minmax({low}, {high})"
    after = graph(X, outputs, *lines, line.format(f"y{typed}").replace(", z =", f", z{typed} ="))
    assert_rewrites(before, after, PropagateRanges, options=UINT8)


def test_concatenated_arrays_get_one_range_when_asked() -> None:
    inputs = "x: float32[1] minmax(-1.0, 2.0), z: float32[1] minmax(0.0, 6.0)"
    options = Options(inference_type="QUANTIZED_UINT8", change_concat_input_ranges=True)  # type: ignore[arg-type]
    assert_rewrites(
        graph(inputs, "y", "y = Concatenation(x, z) {axis=0}"),
        graph(
            "x: float32[1] minmax(-1.0, 6.0), z: float32[1] minmax(-1.0, 6.0)",
            "y",
            "y: float32[2] minmax(-1.0, 6.0) = Concatenation(x, z) {axis=0}",
        ),
        PropagateRanges,
        options=options,
    )


NEAR = {
    "the range is known": (graph(X, "y", "y: float32[2,2] minmax(0.0, 1.0) = Relu(x)"), "tells no array"),
    "nothing follows for a sum": (
        graph(f"{X}, z: float32[2,2] minmax(0.0, 1.0)", "y", "y = Add(x, z)"),
        "tells no array",
    ),
    "one operand is unknown": (graph(f"{X}, z: float32[2,2]", "y", "y = Maximum(x, z)"), "tells no array"),
    "no rule": (graph(X, "y", "y = Sin(x)"), "no rule"),
    "integers have no range": (graph("x: int32[4]", "y", "s = const int32[2] [2, 2]", "y = Reshape(x, s)"), "tells no"),
}


@pytest.mark.parametrize("case", NEAR)
def test_near_misses(case: str) -> None:
    text, reason = NEAR[case]
    assert_unchanged(text, PropagateRanges, options=UINT8, reason=reason)
