"""Extents that stay open: TensorFlow Lite's -1 in `shape_signature`, and models that run in several sizes."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

import pytoco
from pytoco.compiler.errors import UnsupportedError
from tests.end_to_end.running import INCEPTION, MOBILENET, MOBILENET_OUTPUT, converted
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


NETWORKS = {
    "mobilenet": (MOBILENET, MOBILENET_OUTPUT, (96, 96, 3)),
    "inception": (INCEPTION, "InceptionV1/Logits/Predictions/Reshape_1", (224, 224, 3)),
    "within inception": (INCEPTION, "InceptionV1/InceptionV1/Mixed_3b/concat_v2", (224, 224, 3)),
}
"""Graphs that were frozen for a batch of 1, which their last Reshape says, too."""


@pytest.mark.parametrize("option", ["keep_dynamic_shapes", "variable_batch"])
@pytest.mark.parametrize("name", NETWORKS)
def test_a_network_takes_several_images_as_one_by_one(name: str, option: str) -> None:
    path, output, size = NETWORKS[name]
    boundary: dict[str, Any] = {"input_arrays": ["input"], "output_arrays": [output]}
    fixed = pytoco.convert(path, **boundary)
    options: dict[str, Any] = {option: True}
    shape = (None, *size) if option == "keep_dynamic_shapes" else (1, *size)
    made = pytoco.convert(path, **boundary, input_shapes=[shape], strict=True, **options)
    assert made.summary.operators == fixed.summary.operators
    assert made.data is not None
    assert fixed.data is not None
    assert list(details(bytes(made.data))["inputs"][0]["shape_signature"]) == [-1, *size]
    images = np.random.default_rng(1).uniform(-1, 1, (4, *size)).astype(np.float32)
    wanted = np.concatenate([run(bytes(fixed.data), [image[None]])[0] for image in images])
    for count in (1, 4):
        (found,) = run(bytes(made.data), [images[:count]], resize=True)
        np.testing.assert_allclose(found, wanted[:count], rtol=1e-4, atol=1e-6)


def test_the_command_takes_an_open_batch_in_the_shape(tmp_path: Path) -> None:
    flags = ("--input_shapes=-1,96,96,3", "--keep_dynamic_shapes")
    made = converted(MOBILENET, tmp_path / "out.tflite", *flags, inputs="input", outputs=MOBILENET_OUTPUT)
    assert list(details(made)["outputs"][0]["shape_signature"]) == [-1, 64]
    again = converted(MOBILENET, tmp_path / "out.tflite", "--variable_batch", inputs="input", outputs=MOBILENET_OUTPUT)
    assert made == again


def flattened() -> bytes:
    """A graph that flattens images the way Keras does: the batch is read from the shape at run time."""
    return data(
        placeholder("x", -1, 2, 3),
        node("shape", "Shape", ["x"], T=Type(FLOAT), out_type=Type(INT32)),
        const("0", [0], INT32),
        const("1", [1], INT32),
        node("batch", "StridedSlice", ["shape", "0", "1", "1"], T=Type(INT32), Index=Type(INT32), shrink_axis_mask=1),
        const("six", 6, INT32),
        node("to", "Pack", ["batch", "six"], N=2, T=Type(INT32), axis=0),
        node("flat", "Reshape", ["x", "to"], T=Type(FLOAT)),
        const("w", np.arange(24, dtype=np.float32).reshape(6, 4)),
        node("y", "MatMul", ["flat", "w"], T=Type(FLOAT)),
    )


@pytest.mark.parametrize("count", [1, 3])
def test_a_shape_put_together_at_run_time_becomes_a_constant(count: int) -> None:
    made = pytoco.convert(flattened(), output_arrays=["y"], keep_dynamic_shapes=True, strict=True, verify_each=True)
    assert set(made.summary.operators) <= {"FULLY_CONNECTED", "RESHAPE"}
    given = np.random.default_rng(count).uniform(-1, 1, (count, 2, 3)).astype(np.float32)
    (found,) = run(bytes(made.data or b""), [given], resize=True)
    wanted = given.reshape(count, 6) @ np.arange(24, dtype=np.float32).reshape(6, 4)
    np.testing.assert_allclose(found, wanted, rtol=1e-5, atol=1e-5)


def test_dynamic_tensors_are_refused_when_asked_for() -> None:
    with pytest.raises(UnsupportedError, match="the shape is known only at run time of 'x'"):
        pytoco.convert(DENSE, output_arrays=["y"], keep_dynamic_shapes=True, allow_dynamic_tensors=False)
    assert (
        pytoco.convert(DENSE, output_arrays=["y"], allow_dynamic_tensors=False).data
        == pytoco.convert(DENSE, output_arrays=["y"]).data
    )


def test_inputs_share_a_variable_batch() -> None:
    both = data(
        placeholder("a", -1, 3), placeholder("b", 1, 3), node("y", "AddV2", ["a", "b"], T=Type(FLOAT))
    )  # fmt: skip
    made = pytoco.convert(both, output_arrays=["y"], variable_batch=True)
    a, b = made.model.main.inputs
    assert a.shape is not None
    assert b.shape is not None
    assert a.shape[0] is b.shape[0]
    values = [np.ones((5, 3), np.float32), np.full((5, 3), 2, np.float32)]
    assert run(bytes(made.data or b""), values, resize=True)[0].tolist() == [[3.0] * 3] * 5
