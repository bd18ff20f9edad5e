"""Each TensorFlow operator, from TensorFlow's GraphDef to what LiteRT computes (tests/data/make_operators.py)."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

import pytoco
from pytoco.frontends.graphdef.importers import FAMILIES, known
from tests import litert

DATA = np.load(Path(__file__).parents[2] / "data" / "operators" / "tensorflow.npz")
NAMES = sorted({key.split("/")[0] for key in DATA.files})
CUSTOM = ("AudioSpectrogram", "Mfcc")
TOLERANCE = {"Mfcc": 1e-3, "AudioSpectrogram": 1e-3}


def part(name: str, what: str) -> dict[str, Any]:
    """Inputs (`x`) or results (`y`) of a case by array name."""
    keys = [key for key in DATA.files if key.startswith(f"{name}/{what}")]
    return {key.split("/")[1]: DATA[key] for key in keys}


@pytest.mark.parametrize("name", NAMES)
def test_litert_computes_what_tensorflow_computes(name: str) -> None:
    inputs, wanted = part(name, "x"), part(name, "y")
    op = name.partition(".")[0]
    made = pytoco.convert(
        DATA[f"{name}/graph"].tobytes(),
        input_arrays=list(inputs),
        output_arrays=list(wanted),
        allow_custom_ops=op in CUSTOM,
        strict=True,
        verify_each=True,
    ).data
    assert isinstance(made, bytes)
    for found, expected in zip(litert.run(made, list(inputs.values())), wanted.values(), strict=True):
        assert (found.dtype, found.shape) == (expected.dtype, expected.shape)
        np.testing.assert_allclose(found, expected, rtol=TOLERANCE.get(op, 1e-4), atol=TOLERANCE.get(op, 1e-4))


NOT_RUN = {
    "CTCBeamSearchDecoder": "a custom operator that LiteRT has no kernel for",
    "Svdf": "not an operator of TensorFlow; see test_sequence.py",
    "UnidirectionalSequenceLstm": "not an operator of TensorFlow; see test_sequence.py",
    "UnidirectionalSequenceRnn": "not an operator of TensorFlow; see test_sequence.py",
    "TFLite_Detection_PostProcess": "not an operator of TensorFlow; see test_custom.py",
    "Multinomial": "draws random numbers; see test_random.py",
    "RandomStandardNormal": "draws random numbers; see test_random.py",
    "RandomUniform": "draws random numbers; see test_random.py",
    "FakeQuantWithMinMaxVarsPerChannel": "folded into weights; see end_to_end/test_quantized_values.py",
    **dict.fromkeys(f"{FAMILIES['flow']} {FAMILIES['lists']}".split(), "runs functions; see end_to_end/test_loops.py"),
    **dict.fromkeys(FAMILIES["variables"].split(), "reads variables; see test_variables.py"),
}


def test_every_operator_with_an_importer_is_run() -> None:
    assert sorted({name.partition(".")[0] for name in NAMES} | set(NOT_RUN)) == known()
