"""Ranges and biases from samples, as the pass leaves them in the graph."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from pytoco.backends.tflite.target import TfliteTarget
from pytoco.compiler.ir.text import parse
from pytoco.compiler.options import Options
from pytoco.compiler.quantization import calibration_engines
from pytoco.compiler.testing import assert_rewrites, assert_unchanged, run_passes
from pytoco.passes.calibration.calibrate_with_samples import CalibrateWithSamples
from tests.passes.graphs import graph

TARGET = TfliteTarget()


@pytest.fixture(autouse=True)
def _no_runtime(monkeypatch: pytest.MonkeyPatch) -> None:
    """Numpy is faster for one operator than a process."""
    monkeypatch.setattr(calibration_engines, "is_runtime_installed", lambda: False)


def options(*samples: Any, **more: Any) -> Options:
    return Options(representative_dataset=samples, **more)


def test_ranges_that_are_known_already_stay() -> None:
    assert_rewrites(
        graph("x: float32[2] minmax(-9.0, 9.0)", "y", "t = Relu(x)", "y: float32[2] minmax(0.0, 1.0) = Relu6(t)"),
        graph(
            "x: float32[2] minmax(-9.0, 9.0)",
            "y",
            "t: float32[2] minmax(0.0, 2.0) = Relu(x)",
            "y: float32[2] minmax(0.0, 1.0) = Relu6(t)",
        ),
        CalibrateWithSamples,
        target=TARGET,
        options=options([[-1.0, 2.0]]),
    )


def test_results_of_kernels_with_one_grid_have_the_range_of_the_operand() -> None:
    pool = '{kernel_h=2, kernel_w=2, stride_h=2, stride_w=2, padding="VALID"}'
    sample = np.array([-4, 0, 0, 8], np.float32).reshape(1, 2, 2, 1)
    assert_rewrites(
        graph("x: float32[1,2,2,1]", "y", f"y = AveragePool(x) {pool}"),
        graph(
            "x: float32[1,2,2,1] minmax(-4.0, 8.0)",
            "y",
            f"y: float32[1,1,1,1] minmax(-4.0, 8.0) = AveragePool(x) {pool}",
        ),
        CalibrateWithSamples,
        target=TARGET,
        options=options([sample]),
    )


def test_operands_of_a_concatenation_get_its_range_unless_others_read_them() -> None:
    lines = ["a = Neg(x)", "b = Abs(x)", "c = Concatenation(a, b) {axis=0}", "d = Neg(b)"]
    model = parse(graph("x: float32[2]", "c, d", *lines))
    run_passes(model, CalibrateWithSamples, target=TARGET, options=options([[-1.0, 3.0]]))
    ranges = {a.name: a.minmax and tuple(a.minmax[:2]) for a in model.main.arrays()}
    assert ranges == {"x": (-1.0, 3.0), "a": (-3.0, 3.0), "b": (1.0, 3.0), "c": (-3.0, 3.0), "d": (-3.0, -1.0)}


def test_what_has_no_quantized_kernel_is_not_looked_at() -> None:
    model = parse(graph("x: float32[2]", "y", "t = Cos(x)", "u = Sin(t)", "y = Relu(u)"))
    run_passes(model, CalibrateWithSamples, target=TARGET, options=options([[-1.0, 3.0]]))
    assert [a.name for a in model.main.arrays() if a.minmax is not None] == ["x", "u", "y"]


def test_a_bias_makes_up_for_what_rounding_the_weights_loses() -> None:
    # One channel; codes of 1/127 each: 0.5 becomes 64/127, 0.25 becomes 32/127, 1.0 stays. On average the operand is
    # (2, 3, 4), so the result would be too large by (64/127 - 0.5) * 2 + (32/127 - 0.25) * 3.
    model = parse(
        graph(
            "x: float32[1,3]",
            "y",
            "w = const float32[1,3] [0.5, 0.25, 1.0]",
            "b = const float32[1] [10.0]",
            "y = FullyConnected(x, w, b)",
        )
    )
    run_passes(model, CalibrateWithSamples, target=TARGET, options=options([[[1.0, 3.0, 4.0]]], [[[3.0, 3.0, 4.0]]]))
    bias = model.main.find("b")
    assert bias is not None
    expected = 10 - (64 / 127 - 0.5) * 2 - (32 / 127 - 0.25) * 3
    np.testing.assert_allclose(bias.numpy(), [expected], rtol=1e-6)


@pytest.mark.parametrize(
    "given",
    [Options(), Options(inference_type="INT8"), options([[1.0, 2.0]], quantize_to_float16=True)],  # type: ignore[arg-type]  # coerced
)
def test_without_a_dataset_or_a_scheme_nothing_changes(given: Options) -> None:
    assert_unchanged(graph("x: float32[2]", "y", "y = Relu(x)"), CalibrateWithSamples, target=TARGET, options=given)
