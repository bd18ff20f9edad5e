"""Extents that stay open: TensorFlow Lite's -1 in `shape_signature`, and models that run in several sizes."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

import pytoco
from tests.end_to_end.running import converted
from tests.graphdefs import FLOAT, INT32, Type, const, data, node, placeholder
from tests.litert import details, run

WEIGHTS = np.arange(12, dtype=np.float32).reshape(3, 4) / 4
DENSE = data(
    placeholder("x", -1, 3),
    const("w", WEIGHTS),
    const("b", [0.0, 1.0, -9.0, 2.0]),
    node("product", "MatMul", ["x", "w"], T=Type(FLOAT)),
    node("sum", "BiasAdd", ["product", "b"], T=Type(FLOAT)),
    node("y", "Relu", ["sum"], T=Type(FLOAT)),
)
FILTER = np.ones((3, 3, 2, 1), np.float32)
IMAGES = data(
    placeholder("x", -1, -1, -1, 2),
    const("w", FILTER),
    node("filtered", "Conv2D", ["x", "w"], T=Type(FLOAT), strides=[1, 1, 1, 1], padding="SAME"),
    const("axes", [1, 2], INT32),
    node("y", "Max", ["filtered", "axes"], T=Type(FLOAT), Tidx=Type(INT32), keep_dims=False),
)


def _dense(rows: int) -> tuple[np.ndarray, np.ndarray]:
    given = np.random.default_rng(rows).uniform(-1, 1, (rows, 3)).astype(np.float32)
    return given, np.maximum(given @ WEIGHTS + np.array([0, 1, -9, 2], np.float32), 0)


def _images(count: int, height: int, width: int) -> tuple[np.ndarray, np.ndarray]:
    """Images and the greatest sum over 3 x 3 pixels and both channels of each, zeros around them."""
    given = np.random.default_rng(height).uniform(0, 1, (count, height, width, 2)).astype(np.float32)
    wide = np.pad(given.sum(3), ((0, 0), (1, 1), (1, 1)))
    sums = sum(wide[:, i : i + height, j : j + width] for i in range(3) for j in range(3))
    return given, np.asarray(sums).max((1, 2))[:, None]


def _kept(source: bytes) -> bytes:
    made = pytoco.convert(
        source, input_arrays=["x"], output_arrays=["y"], keep_dynamic_shapes=True, strict=True, verify_each=True
    ).data
    assert made is not None
    return bytes(made)


def test_an_unknown_batch_stays_open_when_asked_for() -> None:
    made = _kept(DENSE)
    (given,) = details(made)["inputs"]
    assert (given["name"], list(given["shape_signature"]), list(given["shape"])) == ("x", [-1, 3], [1, 3])
    (result,) = details(made)["outputs"]
    assert list(result["shape_signature"]) == [-1, 4]


@pytest.mark.parametrize("rows", [1, 2, 7])
def test_such_a_model_runs_in_several_sizes(rows: int) -> None:
    given, wanted = _dense(rows)
    (found,) = run(_kept(DENSE), [given], resize=True)
    np.testing.assert_allclose(found, wanted, rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize("size", [(1, 5, 4), (3, 8, 6)])
def test_heights_and_widths_may_be_open_too(size: tuple[int, int, int]) -> None:
    made = _kept(IMAGES)
    assert list(details(made)["inputs"][0]["shape_signature"]) == [-1, -1, -1, 2]
    given, wanted = _images(*size)
    (found,) = run(made, [given], resize=True)
    np.testing.assert_allclose(found, wanted, rtol=1e-5)


def test_an_unknown_batch_is_1_otherwise(tmp_path: Path) -> None:
    model = tmp_path / "model.pb"
    model.write_bytes(DENSE)
    made = converted(model, tmp_path / "out.tflite")
    (given,) = details(made)["inputs"]
    assert list(given["shape_signature"]) == list(given["shape"]) == [1, 3]
    rows, wanted = _dense(1)
    np.testing.assert_allclose(run(made, [rows])[0], wanted, rtol=1e-5, atol=1e-6)


def test_the_flag_gives_the_batch() -> None:
    made = pytoco.convert(DENSE, input_arrays=["x"], output_arrays=["y"], input_shapes=[(5, 3)]).data
    assert made is not None
    given, wanted = _dense(5)
    np.testing.assert_allclose(run(bytes(made), [given])[0], wanted, rtol=1e-5, atol=1e-6)


def test_the_command_keeps_shapes_open_as_the_api_does(tmp_path: Path) -> None:
    model = tmp_path / "model.pb"
    model.write_bytes(DENSE)
    assert converted(model, tmp_path / "out.tflite", "--keep_dynamic_shapes") == _kept(DENSE)
