"""Inputs become what the options want."""

import pytest

from pytoco.compiler.options import Options
from pytoco.compiler.testing import assert_rewrites, assert_unchanged
from pytoco.passes.quantize.quantize_inputs import QuantizeInputs
from tests.passes.graphs import graph

TEXT = graph("x: float32[2] minmax(0.0, 2.55), n: int32[2]", "y, z", "y = Neg(x)", "z = Neg(n)")


def test_only_real_inputs_of_known_range_change_and_they_keep_their_names() -> None:
    assert_rewrites(
        TEXT,
        graph(
            "x: uint8[2] quant[[0.01], [0], null], n: int32[2]",
            "y, z",
            "t: float32[2] minmax(0.0, 2.55) = Dequantize(x)",
            "y = Neg(t)",
            "z = Neg(n)",
        ),
        QuantizeInputs,
        options=Options(inference_input_type="QUANTIZED_UINT8"),  # type: ignore[arg-type]  # coerced
        numeric=False,
    )


@pytest.mark.parametrize("options", [Options(), Options(inference_type="INT8", inference_input_type="FLOAT")])  # type: ignore[arg-type]
def test_float_inputs_stay(options: Options) -> None:
    assert_unchanged(TEXT, QuantizeInputs, options=options)
