"""Weights of float operators in int8."""

import pytest

from pytoco.backends.tflite.target import TfliteTarget
from pytoco.compiler.options import Options
from pytoco.compiler.testing import assert_rewrites, assert_unchanged
from pytoco.passes.weights.quantize_weights import QuantizeWeights
from tests.passes.graphs import graph

OPTIONS = Options(post_training_quantize=True)
TARGET = TfliteTarget()
CONV = '{stride_h=1, stride_w=1, padding="VALID"}'


def test_a_kernel_that_cannot_compute_so_gets_them_dequantised() -> None:
    assert_rewrites(
        graph(
            "x: float32[1,1,1,1024]", "y", "w = const float32[1,1,1,1024] splat 1.27", f"y = DepthwiseConv(x, w) {CONV}"
        ),
        graph(
            "x: float32[1,1,1,1024]",
            "y",
            "w = const int8[1,1,1,1024] quant[[0.01], [0], null] splat 127",
            "d = Dequantize(w)",
            f"y = DepthwiseConv(x, d) {CONV}",
        ),
        QuantizeWeights,
        target=TARGET,
        options=OPTIONS,
    )


def test_all_weights_of_a_recurrent_operator_or_none() -> None:
    def rnn(recurrent: int) -> str:
        return graph(
            f"x: float32[3,1,1024], s: float32[1,{recurrent}]",
            "y",
            f"w = const float32[{recurrent},1024] splat 1.27",
            f"r = const float32[{recurrent},{recurrent}] splat 1.27",
            f"b = const float32[{recurrent}] splat 0.0",
            "y = UnidirectionalSequenceRnn(x, w, r, b, s)",
        )

    assert_unchanged(rnn(8), QuantizeWeights, target=TARGET, options=OPTIONS, reason="fewer than 1024")


SMALL = {
    "1023 elements": graph(
        "x: float32[1,1023]", "y", "w = const float32[1,1023] splat 1.0", "y = FullyConnected(x, w)"
    ),
    "computed": graph("x: float32[1,2048], w: float32[1,2048]", "y", "y = FullyConnected(x, w)"),
    "another kind": graph("x: float32[2048]", "y", "w = const float32[2048] splat 1.0", "y = Add(x, w)"),
    "quantised already": graph(
        "x: float32[1,2048]", "y", "w = const int8[1,2048] quant[[0.1], [0], null] splat 1", "y = FullyConnected(x, w)"
    ),
}


@pytest.mark.parametrize("case", SMALL)
def test_near_misses(case: str) -> None:
    assert_unchanged(SMALL[case], QuantizeWeights, target=TARGET, options=OPTIONS)
