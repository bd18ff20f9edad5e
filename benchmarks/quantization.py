"""How exact and how fast quantised models are, beside those of other converters."""

import json
import os
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from .models import Model
from .quantize_child import KINDS

CONVERT = Path(__file__).with_name("quantize_child.py")
RUN = Path(__file__).with_name("litert_child.py")
SEEDS = (0, 1, 2)
CALIBRATED = ("int8", "int16")


class Row(NamedTuple):
    """One converter's models of one kind: errors relative to the float model, averaged over seeds, and milliseconds."""

    kind: str
    converter: str
    seed: int
    worst: float
    norm: float
    milliseconds: float


def measure(
    model: Model, shape: str, pythons: Mapping[str, str], repeat: int, folder: Path, kinds: Sequence[str] = KINDS
) -> list[Row]:
    """Return a row for each kind, converter and seed that works; LiteRT is that of pytoco's environment."""
    made: dict[Path, tuple[str, str, int]] = {}
    for kind in kinds:
        for seed in SEEDS if kind in CALIBRATED else SEEDS[:1]:
            for which, python in pythons.items():
                result = folder / f"{kind}-{which}-{seed}.tflite"
                names = [str(model.path), ",".join(model.inputs), ",".join(model.outputs), shape, str(result)]
                if _is_run([python, str(CONVERT), which, kind, str(seed), *names]):
                    made[result] = (kind, which, seed)
    output = subprocess.run(
        [pythons["pytoco"], str(RUN), shape, str(repeat), *map(str, made)], check=True, stdout=subprocess.PIPE
    ).stdout
    found: dict[str, dict[str, Any]] = json.loads(output.splitlines()[-1])
    return [
        Row(*key, found[str(path)]["worst"], found[str(path)]["norm"], found[str(path)]["ms"])
        for path, key in made.items()
    ]


def _is_run(command: Sequence[str]) -> bool:
    """Whether a converter could; TensorFlow's messages are not of interest."""
    environment = os.environ | {"TF_CPP_MIN_LOG_LEVEL": "3"}
    done = subprocess.run(command, check=False, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    return done.returncode == 0
