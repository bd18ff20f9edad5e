"""Constants in float16."""

import pytest

from pytoco.compiler.options import Options
from pytoco.compiler.testing import assert_rewrites, assert_unchanged
from pytoco.passes.weights.convert_weights_to_float16 import ConvertWeightsToFloat16
from tests.passes.graphs import graph

OPTIONS = Options(post_training_quantize=True, quantize_to_float16=True)


def test_a_constant_with_two_readers_is_stored_and_dequantised_once() -> None:
    assert_rewrites(
        graph("x: float32[2]", "y", "k = const float32[2] [1.0, 0.1]", "t = Mul(x, k)", "y = Add(t, k)"),
        graph(
            "x: float32[2]",
            "y",
            "h = const float16[2] [1.0, 0.0999755859375]",
            "k = Dequantize(h)",
            "t = Mul(x, k)",
            "y = Add(t, k)",
        ),
        ConvertWeightsToFloat16,
        options=OPTIONS,
    )


NEAR = {
    "too large for float16": graph("x: float32[2]", "y", "k = const float32[2] [1.0, 65520.0]", "y = Mul(x, k)"),
    "not a number": graph("x: float32[2]", "y", "k = const float32[2] [1.0, NaN]", "y = Mul(x, k)"),
    "integers": graph("x: float32[4]", "y", "s = const int32[2] [2, 2]", "y = Reshape(x, s)"),
}


@pytest.mark.parametrize("case", NEAR)
def test_near_misses(case: str) -> None:
    assert_unchanged(NEAR[case], ConvertWeightsToFloat16, options=OPTIONS)


def test_nobody_asked() -> None:
    text = graph("x: float32[2]", "y", "k = const float32[2] [1.0, 0.1]", "y = Mul(x, k)")
    assert_unchanged(text, ConvertWeightsToFloat16, options=Options(post_training_quantize=True))
