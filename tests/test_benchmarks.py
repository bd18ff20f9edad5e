"""The benchmarks' own models: small ones of each shape become what TOCO makes of them."""

import sys
from pathlib import Path

import numpy as np
import pytest

import pytoco
from benchmarks.__main__ import main
from benchmarks.keras_models import Keras
from benchmarks.models import make

# What TOCO of TensorFlow 1.15 makes of each, counted in its output.
TOCO = {
    ("chain", 71): {"CONV_2D": 10},
    ("dag", 92): {"CONV_2D": 12, "CONCATENATION": 3, "ADD": 3},
    ("mlp", 70): {"FULLY_CONNECTED": 3},
}


@pytest.mark.parametrize(("shape", "nodes"), TOCO)
def test_model_becomes_what_toco_makes_of_it(shape: str, nodes: int, tmp_path: Path) -> None:
    model = make(shape, nodes, tmp_path)
    assert model.nodes == nodes
    result = pytoco.convert(model.path, input_arrays=model.inputs, output_arrays=model.outputs)
    assert result.summary.operators == TOCO[shape, nodes]


def test_a_made_model_is_kept(tmp_path: Path) -> None:
    first = make("chain", 71, tmp_path)
    written = first.path.stat().st_mtime_ns
    assert make("chain", 71, tmp_path) == first
    assert first.path.stat().st_mtime_ns == written


def test_keras_models_are_left_out_without_tensorflow(capsys: pytest.CaptureFixture[str]) -> None:
    main(["keras"])
    assert "--tf-python" in capsys.readouterr().out


def test_error_operators_and_bytes_of_a_converted_model(tmp_path: Path) -> None:
    model = make("mlp", 70, tmp_path)
    result = tmp_path / "mlp.tflite"
    pytoco.convert(model.path, result, input_arrays=model.inputs, output_arrays=model.outputs)
    np.save(tmp_path / "input.npy", np.zeros((1, 16), np.float32))
    keras = Keras(sys.executable, sys.executable, tmp_path)
    keras.child("run", result, tmp_path / "input.npy", tmp_path / "expected.npy")
    expected = np.load(tmp_path / "expected.npy")
    expected[0, np.argmin(np.abs(expected))] += 0.5 * np.max(np.abs(expected))
    np.save(tmp_path / "expected.npy", expected)
    made = keras.made(tmp_path, result, 1.5)
    assert made.error == pytest.approx(0.5)
    assert made[1:] == (3, result.stat().st_size, 1.5)
