"""What the command-line tests share: a model file and the commands as processes of their own."""

import os
import subprocess
import sys
from typing import Any

import pytest

from tests.small_graph import graph_def


@pytest.fixture
def model(tmp_path: Any) -> Any:
    path = tmp_path / "small.pb"
    path.write_bytes(graph_def().SerializeToString())
    return path


@pytest.fixture
def strange_model(tmp_path: Any) -> Any:
    """A model with an operator that nobody knows."""
    path = tmp_path / "strange.pb"
    path.write_bytes(graph_def(last="Frobnicate").SerializeToString())
    return path


@pytest.fixture
def pytoco(tmp_path: Any) -> Any:
    """Runs `python -m pytoco ...` in an empty folder; no traceback may ever show."""

    def run(*argv: Any, debug: Any = False) -> Any:
        folder = tmp_path / "elsewhere"
        folder.mkdir(exist_ok=True)
        environment = {name: value for name, value in os.environ.items() if name != "PYTOCO_DEBUG"}
        if debug:
            environment["PYTOCO_DEBUG"] = "1"
        command = [sys.executable, "-m", "pytoco", *map(str, argv)]
        done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)
        assert debug or "Traceback" not in done.stderr, done.stderr
        return done

    return run


@pytest.fixture
def tflite_convert(pytoco: Any) -> Any:
    """Runs `tflite_convert` with its required flags, where they are not given."""

    def run(model: Any, output: Any, *argv: Any, **options: Any) -> Any:
        boundary = ["--input_arrays=x", "--output_arrays=y"]
        return pytoco(
            "tflite_convert", f"--graph_def_file={model}", f"--output_file={output}", *boundary, *argv, **options
        )

    return run
