"""The benchmarks' own SavedModel: what is written is what comes out, whatever the number of shards."""

from pathlib import Path

import numpy as np
import pytest

import pytoco
from benchmarks.bundle import make
from tests import litert


@pytest.mark.parametrize("shards", [1, 3])
def test_the_model_computes_what_its_matrices_say(shards: int, tmp_path: Path) -> None:
    model = make(3, 8, shards, tmp_path)
    files = sorted((model.path / "variables").glob("*.data-*"))
    assert [file.name for file in files] == [f"variables.data-{k:05d}-of-{shards:05d}" for k in range(shards)]
    assert model.size == 3 * 8 * 8 * 4 == sum(file.stat().st_size for file in files)
    x = np.linspace(-1, 1, 8, dtype=np.float32)[None]
    expected = x
    for matrix in np.frombuffer(b"".join(file.read_bytes() for file in files), "<f4").reshape(3, 8, 8):
        expected = np.maximum(expected @ matrix, 0)
    result = pytoco.convert(model.path)
    assert result.summary.operators == {"FULLY_CONNECTED": 3}
    assert isinstance(result.data, bytes)
    np.testing.assert_allclose(litert.run(result.data, [x])[0], expected, rtol=1e-5, atol=1e-6)


def test_a_made_model_is_kept(tmp_path: Path) -> None:
    first = make(1, 4, 1, tmp_path)
    written = (first.path / "saved_model.pb").stat().st_mtime_ns
    assert make(1, 4, 1, tmp_path) == first
    assert (first.path / "saved_model.pb").stat().st_mtime_ns == written
