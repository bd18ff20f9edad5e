"""The benchmarks' own models: small ones of each shape become what TOCO makes of them."""

from pathlib import Path

import pytest

import pytoco
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
