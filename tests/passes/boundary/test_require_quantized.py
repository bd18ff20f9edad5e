"""Operators that stay in float in a quantised model are told, or refused."""

from __future__ import annotations

from typing import Any

import pytest

from pytoco.backends.tflite.target import TfliteTarget
from pytoco.compiler.driver import Context, Runner
from pytoco.compiler.errors import UsageError
from pytoco.compiler.ir.text import parse
from pytoco.compiler.options import Options
from pytoco.passes.boundary.require_quantized import RequireQuantized
from tests.passes.graphs import graph

TEXT = graph(
    "q: uint8[2] quant[[0.5], [0], null]",
    "y, r",
    "x = Dequantize(q)",
    "y = Cos(x)",
    "z = Cos(y)",
    "r = Sin(z)",
)


def remarks(**more: Any) -> list[str]:
    """What the pass says about the model."""
    heard: list[str] = []
    options = Options(inference_type="QUANTIZED_UINT8", **more)  # type: ignore[arg-type]  # coerced
    context = Context(TfliteTarget(), options, lambda *said: heard.append(said[2]))
    Runner(parse(TEXT), strict=True).run_stage("boundary", [RequireQuantized(context)])
    return heard


HEARD = [
    "Cos stays in float (there is no uint8 kernel): 'y', 'z'",
    "Sin stays in float (there is no uint8 kernel): 'r'",
]


def test_they_are_remarked_on_by_kind() -> None:
    assert remarks() == HEARD


@pytest.mark.parametrize(
    "more",
    [
        {"strict_quantization": True},
        {"target_ops": ["TFLITE_BUILTINS_INT8"]},
        {"target_ops": ["EXPERIMENTAL_TFLITE_BUILTINS_ACTIVATIONS_INT16_WEIGHTS_INT8"]},
    ],
)
def test_strictly_they_are_refused_all_at_once(more: Any) -> None:
    with pytest.raises(UsageError, match=r"(?s)3 operators stay in float: Cos x2, Sin.*'y', 'z'.*'r'"):
        remarks(**more)


def test_float_kernels_may_be_allowed_beside_quantized_ones() -> None:
    assert remarks(target_ops=["TFLITE_BUILTINS_INT8", "TFLITE_BUILTINS"]) == HEARD
