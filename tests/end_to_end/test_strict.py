"""Every committed model converts with all checks on, without a warning: no pass fails, none sees its match too late."""

from __future__ import annotations

from pathlib import Path

import pytest

from pytoco.compiler.constants import FileFormat
from pytoco.compiler.convert import import_model, run_pipeline
from pytoco.compiler.driver.fixed_point import Runner
from pytoco.compiler.ir.verify import verify
from pytoco.compiler.options import Options
from pytoco.compiler.plugins.registry import open_registry
from tests.end_to_end.running import DATA, convert

BOUNDARIES = {
    "mobilenet_v1_0.25_96.pb": ("input", "MobilenetV1/Predictions/Reshape_1"),
    "inception_v1_small.pb": ("input", "InceptionV1/Logits/Predictions/Reshape_1"),
    "lstm.pb": ("x", "y"),
    "lstm_plain.pb": ("x", "y"),
    "rnn.pb": ("x", "y"),
    "bidirectional_lstm.pb": ("x", "y"),
    "bidirectional_rnn.pb": ("x", "y"),
}
QUANTIZED = "quantized"
"""Where the models are that test_quantized_toco.py converts, each with its own options."""

MODELS = sorted(path for path in DATA.glob("*/*.pb") if path.parent.name != QUANTIZED)


def test_every_committed_model_is_tested() -> None:
    assert {model.name for model in MODELS} == set(BOUNDARIES)


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.stem)
def test_it_converts_with_every_check(model: Path, tmp_path: Path) -> None:
    inputs, outputs = BOUNDARIES[model.name]
    done = convert(model, tmp_path / "out.tflite", "--strict", "--verify_each", inputs=inputs, outputs=outputs)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    plain = convert(model, tmp_path / "plain.tflite", inputs=inputs, outputs=outputs)
    assert plain.returncode == 0
    assert (tmp_path / "out.tflite").read_bytes() == (tmp_path / "plain.tflite").read_bytes()


@pytest.mark.parametrize("backend", ["TFLITE", "GRAPHVIZ_DOT"])
@pytest.mark.parametrize("seed", [None, 5])
@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.stem)
def test_the_confirmation_sweep_finds_nothing(model: Path, seed: int | None, backend: str) -> None:
    inputs, outputs = BOUNDARIES[model.name]
    options = Options(
        input_arrays=(inputs,), output_arrays=(outputs,), output_format=FileFormat.coerce(backend, "output_format")
    )
    registry = open_registry()
    read = import_model(options, model, registry)
    runner = Runner(read, shuffle=seed)  # not strict, so that everything is collected
    run_pipeline(runner, registry.backend_for(backend), options, registry)
    verify(read)
    assert runner.statistics.faults == []
    assert runner.statistics.warnings == []
    assert runner.statistics.rewrites
