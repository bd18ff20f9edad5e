"""What calibration measures, with both engines, and how it gets over a runtime that fails."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from pytoco.backends.tflite.target import TfliteTarget
from pytoco.compiler.errors import UsageError
from pytoco.compiler.ir import Model
from pytoco.compiler.ir.text import parse
from pytoco.compiler.plugins.target import Target
from pytoco.compiler.quantization import calibration_child, calibration_engines
from pytoco.compiler.quantization.calibration import Measured, measure
from pytoco.compiler.quantization.calibration_child import Ranges
from tests.passes.graphs import graph

TEXT = graph("x: float32[1,4]", "y", "k = const float32[] [2.0]", "t = Mul(x, k)", "y = Relu(t)")
SAMPLES = [[np.array([[-1, 0, 1, 2]], np.float32)], [np.array([[-3, 0, 1, 1]], np.float32)]]


class Broken(TfliteTarget):
    """Writes what is no model."""

    def write_runnable(self, model: Model, path: Path) -> bool:
        path.write_bytes(b"no model at all")
        return True


class Deadly(TfliteTarget):
    """Writes a model whose header leads far out of the file."""

    def write_runnable(self, model: Model, path: Path) -> bool:
        path.write_bytes(b"\xff\xff\xff\x7fTFL3" + bytes(64))
        return True


def run(target: Target, text: str = TEXT, dataset: Any = SAMPLES, **more: Any) -> tuple[dict[str, Any], Measured]:
    """Ranges by array name, and everything that was found."""
    main = parse(text).main
    arrays = [a for a in main.arrays() if a.value is None]
    found = measure(main, arrays, dataset, target, averaged=arrays, **more)
    return {a.name: tuple(r[:2]) for a, r in found.ranges.items()}, found


@pytest.mark.parametrize(("target", "engine"), [(TfliteTarget(), "runtime"), (Target(), "numpy")])
def test_both_engines_measure_the_same(target: Target, engine: str) -> None:
    seen: list[tuple[Any, ...]] = []
    ranges, found = run(target, progress=lambda *progress: seen.append(progress))
    assert ranges == {"x": (-3.0, 2.0), "t": (-6.0, 4.0), "y": (0.0, 4.0)}
    assert (found.engine, found.samples, found.refused) == (engine, 2, "")
    assert seen == [("calibrating", 1, 2), ("calibrating", 2, 2)]
    averages = {a.name: value.tolist() for a, value in found.averages.items()}
    assert averages == {"x": [[-2.0, 0.0, 1.0, 1.5]], "t": [[-4.0, 0.0, 2.0, 3.0]], "y": [[0.0, 0.0, 2.0, 3.0]]}


@pytest.mark.parametrize("target", [Broken(), Deadly()])
def test_numpy_takes_over_when_the_runtime_fails(target: Target) -> None:
    ranges, found = run(target)
    assert ranges["y"] == (0.0, 4.0)
    assert found.engine == "numpy"
    assert found.refused


def test_a_runtime_that_hangs_is_given_up(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "child.py").write_text("import time\ntime.sleep(60)\n")
    monkeypatch.setattr(calibration_child, "__file__", str(tmp_path / "child.py"))
    monkeypatch.setattr(calibration_engines, "TIMEOUT", 0.2)
    assert "died" in run(TfliteTarget())[1].refused


def test_errors_of_the_dataset_are_not_taken_for_those_of_the_runtime() -> None:
    with pytest.raises(UsageError, match=r"sample 1 .* shape"):
        run(TfliteTarget(), dataset=[SAMPLES[0], [np.zeros((2, 4), np.float32)]])


def test_a_model_that_nothing_runs_is_refused() -> None:
    text = graph("x: float32[1,4]", "y", 'y: float32[1,4] = Opaque(x) {source_kind="Frobnicate"}')
    with pytest.raises(UsageError, match="cannot be run for calibration"):
        run(Target(), text)


def test_arrays_with_nan_or_infinity_have_no_range() -> None:
    text = graph("x: float32[1,4]", "y", "t = Log(x)", "y = Relu(t)")
    ranges, _ = run(TfliteTarget(), text)
    assert list(ranges) == ["x"]


@pytest.mark.parametrize("target", [TfliteTarget(), Target()])
def test_percentiles_leave_outliers_out(target: Target) -> None:
    values = np.linspace(-1, 1, 4000, dtype=np.float32)
    values[7], values[8] = 100.0, -50.0
    text = graph("x: float32[4000]", "y", "y = Relu(x)")
    assert run(target, text, [[values]])[0]["x"] == (-50.0, 100.0)
    low, high = run(target, text, [[values]], percentile=99.9)[0]["x"]
    assert -1.1 < low <= -0.99
    assert 0.99 <= high < 1.1
    low, high = run(target, text, [[values]], percentile=100.0)[0]["x"]
    assert (low, high) == (-50.0, 100.0)


def test_histograms_grow_without_losing_values() -> None:
    ranges = Ranges(1, True)
    for value in (0.0, 1e-30, 1.0, -3.0, 1e20):
        ranges.see(0, np.array([value, 0.0]))
    assert ranges.counts[0].sum() == 10
    assert ranges.counts[0].argmax() == calibration_child.BINS // 2
    assert ranges.width[0] >= 1e20


def test_unknown_extents_are_those_of_the_samples() -> None:
    text = graph("x: float32[?n,2]", "y", "y = Neg(x)")
    dataset = [[np.ones((n, 2), np.float32) * n] for n in (1, 3, 2)]
    ranges, found = run(TfliteTarget(), text, dataset)
    assert ranges == {"x": (1.0, 3.0), "y": (-3.0, -1.0)}
    assert (found.engine, found.averages) == ("runtime", {})
