"""Whole conversions, as users make them: Python, command line, inspection."""

import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import pytest
import pytoco
from numpy.typing import NDArray
from pytoco.compiler import UsageError

from pytoco_onnx.facts import inspect
from pytoco_onnx.run import run

CONST = 'attr {{ key: "dtype" value {{ type: {0} }} }} attr {{ key: "value" value {{ tensor {{ dtype: {0} {1} }} }} }}'
FLOAT = 'attr { key: "T" value { type: DT_FLOAT } }'


def const(name: str, shape: tuple[int, ...], values: np.ndarray[tuple[int, ...], np.dtype[np.float32]]) -> str:
    """A constant of floats in the text format of GraphDef."""
    dims = " ".join(f"dim {{ size: {d} }}" for d in shape)
    numbers = " ".join(f"float_val: {v!r}" for v in values.reshape(-1).tolist())
    content = CONST.format("DT_FLOAT", f"tensor_shape {{ {dims} }} {numbers}")
    return f'node {{ name: "{name}" op: "Const" {content} }}\n'


@pytest.fixture
def source(tmp_path: Path) -> Path:
    """A convolution with bias and activation, pooled, over images of 6 x 6."""
    random = np.random.default_rng(0)
    weights = random.standard_normal((3, 3, 2, 4)).astype(np.float32)
    strides = (
        'attr { key: "strides" value { list { i: 1 i: 2 i: 2 i: 1 } } } attr { key: "padding" value { s: "SAME" } }'
    )
    window = 'attr { key: "ksize" value { list { i: 1 i: 2 i: 2 i: 1 } } }'
    shape = 'attr { key: "shape" value { shape { dim { size: 1 } dim { size: 6 } dim { size: 6 } dim { size: 2 } } } }'
    nodes = (
        f'node {{ name: "image" op: "Placeholder" attr {{ key: "dtype" value {{ type: DT_FLOAT }} }} {shape} }}\n',
        const("weights", (3, 3, 2, 4), weights),
        const("bias", (4,), np.array([0.5, -0.5, 1.0, 0.0], np.float32)),
        f'node {{ name: "conv" op: "Conv2D" input: "image" input: "weights" {FLOAT} {strides} }}\n',
        f'node {{ name: "biased" op: "BiasAdd" input: "conv" input: "bias" {FLOAT} }}\n',
        f'node {{ name: "relu" op: "Relu6" input: "biased" {FLOAT} }}\n',
        f'node {{ name: "pooled" op: "MaxPool" input: "relu" {FLOAT} {strides} {window} }}\n',
        "versions { producer: 1087 }\n",
    )
    path = tmp_path / "model.pbtxt"
    path.write_text("".join(nodes))
    return path


def test_python(source: Path, tmp_path: Path) -> None:
    result = pytoco.convert(source, tmp_path / "model.onnx", output_format="ONNX", onnx_opset=15)
    assert result.summary.operators == {"Clip": 1, "Conv": 1, "MaxPool": 1, "Transpose": 2}
    made = onnx.load(tmp_path / "model.onnx")
    onnx.checker.check_model(made, full_check=True)
    assert made.opset_import[0].version == 15
    assert [i.name for i in made.graph.input] == ["image"]
    assert [o.name for o in made.graph.output] == ["pooled"]


def test_the_result_computes_what_tensorflow_lite_would_be_given(source: Path, tmp_path: Path) -> None:
    """Hand calculation of the first pixel: windows of SAME padding begin at the image's corner, for stride 2 of 6."""
    pytoco.convert(source, tmp_path / "model.onnx", output_format="ONNX")
    image = np.random.default_rng(1).standard_normal((1, 6, 6, 2)).astype(np.float32)
    weights = np.random.default_rng(0).standard_normal((3, 3, 2, 4)).astype(np.float32)
    padded = np.pad(image, ((0, 0), (0, 1), (0, 1), (0, 0)))
    bias = np.array([0.5, -0.5, 1.0, 0.0], np.float32)
    pixels = [
        np.tensordot(padded[0, 2 * i : 2 * i + 3, 2 * j : 2 * j + 3], weights, 3) + bias for i in (0, 1) for j in (0, 1)
    ]
    found = run(tmp_path / "model.onnx", {"image": image})["pooled"]
    assert found.shape == (1, 2, 2, 4)
    np.testing.assert_allclose(found[0, 0, 0], np.clip(np.max(pixels, axis=0), 0, 6), rtol=1e-5, atol=1e-5)


def test_the_bytes_are_those_of_the_file(source: Path, tmp_path: Path) -> None:
    result = pytoco.convert(source, output_format="onnx")
    pytoco.convert(source, tmp_path / "model.onnx", output_format="ONNX")
    assert result.data == (tmp_path / "model.onnx").read_bytes()


def test_every_rewrite_keeps_the_values(source: Path) -> None:
    result = pytoco.convert(source, output_format="ONNX", check="random", strict=True, verify_each=True)
    assert result.summary.check is not None
    assert result.summary.check.compared > 0


def results(source: Path, **options: Any) -> tuple[Any, NDArray[Any]]:
    """A conversion, and what its result computes of an image within -2..2; quantised values as real ones."""
    done = pytoco.convert(source, output_format="ONNX", **options)
    assert done.data is not None
    (image,), (pooled,) = done.model.main.inputs, done.model.main.outputs
    values = np.clip(np.random.default_rng(1).standard_normal((1, 6, 6, 2)), -2, 2).astype(np.float32)
    if image.quantization is not None:
        values = np.round(values / image.quantization.scale[0] + image.quantization.zero_point[0]).astype(np.uint8)
    found = run(bytes(done.data), {"image": values})["pooled"]
    if pooled.quantization is not None:
        found = (found.astype(np.float32) - pooled.quantization.zero_point[0]) * pooled.quantization.scale[0]
    return done, found


def test_eight_bits(source: Path) -> None:
    grids = {"mean_values": [128.0], "std_dev_values": [63.0], "default_ranges_min": 0.0, "default_ranges_max": 6.0}
    done, found = results(source, inference_type="QUANTIZED_UINT8", **grids)
    counts = done.summary.operators
    assert {kind: counts[kind] for kind in ("Conv", "MaxPool", "Transpose")} == {
        "Conv": 1,
        "MaxPool": 1,
        "Transpose": 2,
    }
    assert "Clip" not in counts, "the grid ends where the activation does"
    assert counts["QuantizeLinear"] <= counts["DequantizeLinear"]
    np.testing.assert_allclose(found, results(source)[1], atol=3 * 6 / 255)


def test_samples_choose_the_grids(source: Path) -> None:
    images = np.random.default_rng(2).uniform(-2, 2, (8, 1, 6, 6, 2)).astype(np.float32)
    done, found = results(source, representative_dataset=lambda: ([image] for image in images))
    assert done.summary.operators["QuantizeLinear"] >= 2
    np.testing.assert_allclose(found, results(source)[1], atol=0.2)


def test_weights_in_fewer_bits(source: Path) -> None:
    exact = results(source)[1]
    done, found = results(source, quantize_to_float16=True, post_training_quantize=True)
    assert done.summary.operators["Cast"] == 2
    assert done.summary.operators["Transpose"] == 2
    np.testing.assert_allclose(found, exact, atol=2e-2)


def test_an_opset_that_is_too_old(source: Path, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="not between 13 and"):
        pytoco.convert(source, tmp_path / "model.onnx", output_format="ONNX", onnx_opset=9)
    assert not (tmp_path / "model.onnx").exists()


def command(*arguments: str | Path) -> "subprocess.CompletedProcess[str]":
    """Run the command line."""
    return subprocess.run([sys.executable, "-m", "pytoco", *map(str, arguments)], capture_output=True, text=True)


def test_command_line(source: Path, tmp_path: Path) -> None:
    done = command("convert", source, "-o", tmp_path / "model.onnx", "--onnx_opset=16")
    assert done.returncode == 0, done.stderr
    assert onnx.load(tmp_path / "model.onnx").opset_import[0].version == 16
    shown = command("inspect", tmp_path / "model.onnx")
    assert "ONNX" in shown.stdout
    assert "image  float[1,6,6,2]" in shown.stdout
    assert "1  Conv" in shown.stdout


def test_inspection(source: Path, tmp_path: Path) -> None:
    assert inspect(source) is None
    noise = tmp_path / "noise.onnx"
    noise.write_bytes(b"\xff\xffno model")
    assert inspect(noise) is None
    pytoco.convert(source, tmp_path / "model.onnx", output_format="ONNX")
    facts = inspect(tmp_path / "model.onnx")
    assert facts is not None
    assert facts["opset"] == {"ai.onnx": 17}
    assert facts["operators"]["Transpose"] == 2
    assert facts["problem"] == ""


def test_the_onnx_package_is_imported_only_to_write(source: Path) -> None:
    code = f"import sys, pytoco; pytoco.convert({str(source)!r}); print('onnx' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"


def test_the_backend_conforms() -> None:
    done = command("conformance", "onnx")
    assert done.returncode == 0, done.stdout + done.stderr
