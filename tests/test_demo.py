"""The demo model: `make demo` and the README's first commands, held against TensorFlow's and TOCO's own results."""

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

import pytoco
from tests.litert import run

ROOT = Path(__file__).resolve().parent.parent
MODEL = ROOT / "tests" / "data" / "demo" / "mobilenet_v1_0.25_96.pb"
OUTPUT = "MobilenetV1/Predictions/Reshape_1"
# What TOCO of TensorFlow 1.15 makes of the model: 15 CONV_2D, 13 DEPTHWISE_CONV_2D, AVERAGE_POOL_2D, RESHAPE, SOFTMAX.
TOCO_OPERATORS, TOCO_BYTES = 31, 919_288


@pytest.fixture(scope="module")
def model() -> bytes:
    """The demo model, converted."""
    converted = pytoco.TocoConverter.from_frozen_graph(str(MODEL), ["input"], [OUTPUT]).convert()
    assert isinstance(converted, bytes)
    return converted


def test_result_computes_what_tensorflow_computed(model: bytes) -> None:
    with np.load(MODEL.with_suffix(".npz")) as known:
        image, expected = known["input"], known["output"]
    (found,) = run(model, [image])
    np.testing.assert_allclose(found, expected, rtol=0, atol=1e-5 * expected.max())


def test_result_is_no_larger_than_tocos(model: bytes) -> None:
    assert len(model) <= TOCO_BYTES


def test_command_line_makes_the_same_file_and_counts_its_operators(model: bytes, tmp_path: Path) -> None:
    result = tmp_path / "mobilenet.tflite"
    command = [
        sys.executable,
        "-m",
        "pytoco",
        "convert",
        str(MODEL),
        "-o",
        str(result),
        f"--dump_graphviz_dir={tmp_path}",
    ]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr
    assert result.read_bytes() == model
    (total,) = (line.split() for line in done.stdout.splitlines() if line.split()[:1] == ["all"])
    assert int(total[-1]) <= TOCO_OPERATORS
    assert sorted(path.name for path in tmp_path.glob("*.dot")) == [
        "toco_AFTER_ALLOCATION.dot",
        "toco_AFTER_TRANSFORMATIONS.dot",
        "toco_AT_IMPORT.dot",
    ]


def test_example_runs() -> None:
    command = [sys.executable, str(ROOT / "examples" / "convert_and_run.py")]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr
    assert "most likely class: " in done.stdout


def test_example_plugin_is_found(tmp_path: Path) -> None:
    plugin = ROOT / "examples" / "remove_double_neg.py"
    command = [sys.executable, "-m", "pytoco", "passes", "-p", str(plugin)]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr
    assert "remove-double-neg" in done.stdout
