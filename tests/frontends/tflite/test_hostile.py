"""Files cut short or changed at random end in a typed error, or in a model that verifies; never in anything else."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from pytoco.compiler.errors import InvalidModelError, UnsupportedError
from pytoco.compiler.ir.verify import verify
from pytoco.frontends.tflite import load

FILES = Path(__file__).parents[2] / "data" / "tflite"
WORDS = (0, 1, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFF, 0xFFFFFFF0)


def survives(data: bytes) -> bool:
    """Whether the file is read; raises for anything but a typed refusal."""
    try:
        verify(load(data))
    except (InvalidModelError, UnsupportedError):
        return False
    return True


@pytest.mark.parametrize("name", ["mlir_if", "toco_uint8", "mlir_variables"])
def test_files_cut_short(name: str) -> None:
    data = (FILES / f"{name}.tflite").read_bytes()
    assert survives(data)
    refused = sum(not survives(data[:end]) for end in range(0, len(data), 37))
    assert refused > len(data) // 37 // 2


@pytest.mark.parametrize("name", ["mlir_if", "toco_uint8", "mlir_variables", "mlir_text"])
def test_changed_bytes_and_words(name: str) -> None:
    data = (FILES / f"{name}.tflite").read_bytes()
    rng = random.Random(name)
    refused = 0
    for _ in range(150):
        changed = bytearray(data)
        for _ in range(rng.choice((1, 2, 4, 16))):
            changed[rng.randrange(len(changed))] = rng.choice((0, 1, 127, 128, 255, rng.randrange(256)))
        refused += not survives(bytes(changed))
        changed = bytearray(data)
        place = rng.randrange(len(changed) - 4)
        changed[place : place + 4] = rng.choice((*WORDS, len(data) - place)).to_bytes(4, "little")
        refused += not survives(bytes(changed))
    assert refused > 30
