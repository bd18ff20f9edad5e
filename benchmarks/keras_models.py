"""Keras' image models as TensorFlow 2 exports them, converted, run, and laid beside TensorFlow's own converter.

The models are made by a child process in an environment with TensorFlow (keras_child.py) and kept in a folder; what
TensorFlow computes is kept with them.
"""

import json
import os
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import numpy as np

from pytoco.backends.tflite.summary import read_summary

from . import measure

CHILD = Path(__file__).with_name("keras_child.py")
MODELS = (
    ("MobileNetV2", "export"),
    ("MobileNetV2", "save"),
    ("MobileNetV3Small", "export"),
    ("EfficientNetB0", "export"),
    ("ResNet50", "export"),
    ("ResNet50", "save"),
    ("DenseNet121", "export"),
)
"""Names in keras.applications, and how they are written: by `model.export`, or by `tf.saved_model.save`."""


class Made(NamedTuple):
    """What a converter made of a model: largest error relative to the largest result, size, and seconds."""

    error: float
    operators: int
    size: int
    seconds: float


class Keras:
    """Makes, converts and runs models.

    `python` is that of the environment with pytoco, `tensorflow` that of one with TensorFlow 2 and LiteRT; what is made
    is kept in `folder`.
    """

    def __init__(self, python: str, tensorflow: str, folder: Path) -> None:
        self.python = python
        self.tensorflow = tensorflow
        self.folder = folder

    def model(self, name: str, form: str) -> Path:
        """Return the folder of a model, `model`, `input.npy` and `expected.npy` in it, made unless it is there."""
        folder = self.folder / f"{name}-{form}"
        if not (folder / "expected.npy").exists():
            self.child("make", name, form, folder)
        return folder

    def ours(self, folder: Path, repeat: int) -> Made:
        """Convert with pytoco: median seconds of whole processes."""
        result = folder / "pytoco.tflite"
        command = [self.python, "-m", "pytoco", "convert", str(folder / "model"), "-q", "-o", str(result)]
        return self.made(folder, result, measure.wall_times({"pytoco": command}, repeat)["pytoco"])

    def mlir(self, folder: Path) -> Made:
        """Convert with TensorFlow's converter: seconds of convert() alone."""
        result = folder / "mlir.tflite"
        told = self.child("mlir", folder / "model", result)
        return self.made(folder, result, json.loads(told.splitlines()[-1])["seconds"])

    def made(self, folder: Path, result: Path, seconds: float) -> Made:
        """Run a converted model on the kept input, and count."""
        computed = folder / "computed.npy"
        self.child("run", result, folder / "input.npy", computed)
        found, expected = np.load(computed), np.load(folder / "expected.npy")
        facts = read_summary(result)
        error = float(np.max(np.abs(found - expected)) / np.max(np.abs(expected)))
        return Made(error, sum(facts["operators"].values()), facts["size"], seconds)

    def child(self, *arguments: str | Path) -> str:
        """Run a step in the environment with TensorFlow and return what it printed."""
        environment = os.environ | {"TF_CPP_MIN_LOG_LEVEL": "3"}
        command = [self.tensorflow, str(CHILD), *map(str, arguments)]
        done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
        if done.returncode:
            raise RuntimeError(f"{' '.join(command)} failed:\n{done.stderr[-2000:]}")
        return done.stdout


def table(keras: Keras, *, peers: bool, repeat: int, row: Callable[..., None]) -> None:
    """Print a row a model, through `row`; `peers` says whether TensorFlow's converter is to run as well."""
    for name, form in MODELS:
        folder = keras.model(name, form)
        made = [keras.ours(folder, repeat), *([keras.mlir(folder)] if peers else [])]
        columns = (
            [f"{m.error:.1e}" for m in made],
            [str(m.operators) for m in made],
            [f"{m.size:,}" for m in made],
            [f"{m.seconds:.2f}" for m in made],
        )
        row(f"{name} ({form})", *(" / ".join(column) for column in columns))
