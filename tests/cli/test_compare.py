"""`pytoco compare`."""

import json
from typing import Any

import numpy as np
import pytest


@pytest.fixture
def quantized(pytoco: Any, model: Any, tmp_path: Any) -> Any:
    """The small model in uint8, beside the journal of its conversion."""
    path = tmp_path / "small.tflite"
    types = ["--inference_type=QUANTIZED_UINT8", "--mean_values=128", "--std_dev_values=64"]
    ranges = ["--default_ranges_min=-4", "--default_ranges_max=4"]
    done = pytoco("convert", model, "-o", path, *types, *ranges, "--journal", tmp_path / "journal")
    assert done.returncode == 0, done.stderr
    return path


def test_a_table_of_layers_and_outputs(pytoco: Any, model: Any, quantized: Any) -> None:
    done = pytoco("compare", quantized, model)
    assert (done.returncode, done.stderr) == (0, "")
    first, second, heads, *rows = done.stdout.splitlines()
    assert first == f"{quantized} against {model}, 4 samples"
    assert second == "layers, by accumulated error: 2"
    assert " ".join(heads.split()) == "tensor operator shape type max of range mean steps at ends clipped dB own dB"
    assert {row.split()[0] for row in rows[:2]} == {"x", "y"}
    assert rows[2] == "outputs"
    assert rows[4].split()[:2] == ["y", "FullyConnected"]


def test_as_json_by_the_journal(pytoco: Any, model: Any, quantized: Any, tmp_path: Any) -> None:
    np.savez(tmp_path / "data.npz", x=np.zeros((3, 2), np.float32))
    flags = ["--journal", tmp_path / "journal", "--data", tmp_path / "data.npz", "--input-arrays=x"]
    done = pytoco("compare", quantized, model, *flags, "--json", "--local", "--worst=1")
    assert (done.returncode, done.stderr) == (0, "")
    found = json.loads(done.stdout)
    assert (found["samples"], found["sorted_by"], len(found["layers"])) == (3, "local", 1)
    (layer,) = found["layers"]
    assert (layer["name"], layer["reference"], layer["matched"]) == ("y", "y", "journal")
    # relu([-10, 0.5]) on the grid with step 8 / 255: half is step 15.94
    assert layer["error"]["max_abs"] == pytest.approx(16 * 8 / 255 - 0.5, rel=1e-4)


def test_two_files_of_one_model(pytoco: Any, model: Any, quantized: Any, tmp_path: Any) -> None:
    assert pytoco("convert", model, "-o", tmp_path / "float.tflite").returncode == 0
    done = pytoco("compare", quantized, tmp_path / "float.tflite", "--json")
    assert json.loads(done.stdout)["engines"]["reference"] == "runtime"


@pytest.mark.parametrize(
    ("flags", "status", "says"),
    [
        (["--worst=0"], 2, "--worst"),
        (["--worst=many"], 2, "--worst"),
        (["--data=missing.npz"], 5, "missing.npz"),
        (["--journal=missing"], 5, "missing"),
        (["--nonsense"], 2, "--nonsense"),
        (["--input_arrays=absent"], 2, "absent"),
    ],
)
def test_refusals(pytoco: Any, model: Any, quantized: Any, flags: Any, status: Any, says: Any) -> None:
    done = pytoco("compare", quantized, model, *flags)
    assert done.returncode == status
    assert says in done.stderr


def test_a_missing_model(pytoco: Any, model: Any) -> None:
    done = pytoco("compare", "absent.tflite", model)
    assert done.returncode == 5
    assert "absent.tflite" in done.stderr
