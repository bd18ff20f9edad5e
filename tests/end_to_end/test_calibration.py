"""Quantisation with a representative dataset, from the Python API and the command line to LiteRT."""

from __future__ import annotations

import enum
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import pytoco
from pytoco.compiler.api import RepresentativeDataset, TargetSpec
from pytoco.compiler.cli.dispatch import run
from pytoco.compiler.cli.summary import Progress
from pytoco.compiler.errors import UnsupportedError, UsageError
from tests import litert
from tests.graphdefs import FLOAT, Type, const, data, node, placeholder

SHAPE = (1, 6, 6, 3)
RANDOM = np.random.default_rng(5)
WEIGHTS = RANDOM.normal(size=(3, 3, 3, 8)).astype(np.float32)
BIAS = RANDOM.normal(size=8).astype(np.float32)
SAMPLES = [RANDOM.uniform(-1, 1, SHAPE).astype(np.float32) for _ in range(8)]

Converter = Any


def graph_bytes(last: str) -> bytes:
    """A convolution with bias from `x`, and on top of it `y`."""
    t = Type(FLOAT)
    return data(
        placeholder("x", *SHAPE),
        const("w", WEIGHTS),
        const("b", BIAS),
        node("conv", "Conv2D", ["x", "w"], T=t, strides=[1, 1, 1, 1], padding="SAME"),
        node("biased", "BiasAdd", ["conv", "b"], T=t),
        node("y", last, ["biased"], T=t),
    )


def dataset() -> Iterator[list[Any]]:
    return ([sample] for sample in SAMPLES)


@pytest.fixture
def make() -> Callable[..., Converter]:
    """Makes a converter with the dataset set."""

    def made(last: str = "Relu", **settings: Any) -> Converter:
        converter = pytoco.TocoConverter(graph_bytes(last), ["x"], ["y"])
        converter.optimizations = ["DEFAULT"]
        converter.representative_dataset = dataset
        for name, value in settings.items():
            setattr(converter, name, value)
        return converter

    return made


def boundary(model: bytes) -> list[Any]:
    """The types of input and output."""
    found = litert.details(model)
    return [np.dtype(d["dtype"]).name for d in (*found["inputs"], *found["outputs"])]


def error_of(model: bytes, last: str = "Relu") -> float:
    """The largest error on the samples, relative to the largest value, whatever types the model takes and gives."""
    plain = pytoco.TocoConverter(graph_bytes(last), ["x"], ["y"]).convert()
    details = litert.details(model)
    given, got = details["inputs"][0], details["outputs"][0]
    worst = 0.0
    for sample in SAMPLES:
        (wanted,) = litert.run(plain, [sample])
        if given["dtype"] is not np.float32:
            scale, zero = given["quantization"]
            limits = np.iinfo(given["dtype"])
            sample = np.clip(np.round(sample / scale) + zero, limits.min, limits.max).astype(given["dtype"])
        (found,) = litert.run(model, [sample])
        if got["dtype"] is not np.float32:
            scale, zero = got["quantization"]
            found = (found.astype(np.float32) - zero) * scale
        worst = max(worst, float(np.abs(found - wanted).max() / np.abs(wanted).max()))
    return worst


def test_the_inside_is_int8_and_the_boundary_float(make: Callable[..., Converter]) -> None:
    converter = make()
    model = converter.convert()
    assert boundary(model) == ["float32", "float32"]
    assert converter.summary.operators == {"CONV_2D": 1, "DEQUANTIZE": 1, "QUANTIZE": 1}
    assert converter.summary.float_operators == {}
    assert error_of(model) < 0.02


@pytest.mark.parametrize("inside", ["FLOAT", "INT8"])
@pytest.mark.parametrize(
    ("given", "got"), [("INT8", "INT8"), ("QUANTIZED_UINT8", "FLOAT"), ("FLOAT", "QUANTIZED_UINT8")]
)
def test_boundary_types_are_those_asked_for(make: Callable[..., Converter], inside: str, given: str, got: str) -> None:
    names = {"INT8": "int8", "QUANTIZED_UINT8": "uint8", "FLOAT": "float32"}
    converter = make(inference_type=inside, inference_input_type=given, inference_output_type=got)
    model = converter.convert()
    assert boundary(model) == [names[given], names[got]]
    assert error_of(model) < 0.02


@pytest.mark.parametrize(
    ("inside", "outside"),
    [("QUANTIZED_INT16", "INT8"), ("QUANTIZED_INT16", "QUANTIZED_UINT8"), ("INT8", "QUANTIZED_INT16")],
)
def test_the_boundary_may_have_more_or_fewer_bits_than_the_inside(
    make: Callable[..., Converter], inside: str, outside: str
) -> None:
    model = make(inference_type=inside, inference_input_type=outside, inference_output_type=outside).convert()
    assert error_of(model) < 0.02


def test_a_quantized_inference_type_is_that_of_the_boundary_too(make: Callable[..., Converter]) -> None:
    assert boundary(make(inference_type="INT8").convert()) == ["int8", "int8"]
    assert boundary(make(inference_type="QUANTIZED_UINT8").convert()) == ["uint8", "uint8"]


@pytest.mark.parametrize("given", ["FLOAT", "QUANTIZED_INT16"])
def test_int16_activations_are_more_exact(make: Callable[..., Converter], given: str) -> None:
    converter = make(inference_input_type=given)
    converter.target_spec = TargetSpec(["EXPERIMENTAL_TFLITE_BUILTINS_ACTIVATIONS_INT16_WEIGHTS_INT8"])
    model = converter.convert()
    assert boundary(model) == ["float32" if given == "FLOAT" else "int16", "float32"]
    assert error_of(model) < error_of(make().convert())


class Theirs(enum.Enum):
    """TensorFlow's own enum of operator sets."""

    TFLITE_BUILTINS_INT8 = "TFLITE_BUILTINS_INT8"


def test_tensorflows_own_objects_are_taken(make: Callable[..., Converter]) -> None:
    converter = make(representative_dataset=RepresentativeDataset(dataset), inference_input_type=np.int8)
    converter.target_spec.supported_ops = [Theirs.TFLITE_BUILTINS_INT8]
    assert boundary(converter.convert()) == ["int8", "float32"]
    converter = make()
    converter.target_spec.supported_types = [np.int8]
    assert converter.convert() == make().convert()


def test_an_operator_without_a_kernel_stays_in_float_and_is_told(make: Callable[..., Converter]) -> None:
    converter = make("Cos")
    model = converter.convert()
    assert converter.summary.float_operators == {"Cos": 1}
    assert "1 operator stays in float: Cos" in converter.summary.notes
    assert error_of(model, "Cos") < 0.15  # between -1 and 1, of a product between -10 and 10


@pytest.mark.parametrize("setting", [{"strict_quantization": True}, {"target_ops": ["TFLITE_BUILTINS_INT8"]}])
def test_or_is_refused_by_name(make: Callable[..., Converter], setting: Any) -> None:
    with pytest.raises(UsageError, match=r"(?s)1 operator stays in float: Cos.*no int8 kernel.*'y'"):
        make("Cos", **setting).convert()


def test_sets_of_quantized_kernels_need_a_dataset(make: Callable[..., Converter]) -> None:
    with pytest.raises(UsageError, match="TFLITE_BUILTINS_INT8 needs a representative dataset"):
        make(representative_dataset=None, target_ops=["TFLITE_BUILTINS_INT8"]).convert()


def test_types_that_nothing_is_stored_as_are_refused(make: Callable[..., Converter]) -> None:
    converter = make()
    converter.target_spec.supported_types = ["QUANTIZED_UINT8"]
    with pytest.raises(UnsupportedError, match=r"QUANTIZED_UINT8.*set inference_type"):
        converter.convert()


def test_a_dataset_beside_float16_has_no_effect(make: Callable[..., Converter]) -> None:
    with pytest.warns(UserWarning, match="representative_dataset has no effect"):
        model = make(quantize_to_float16=True).convert()
    assert error_of(model) < 0.002


@pytest.mark.parametrize(
    ("setting", "message"),
    [
        ({"representative_dataset": lambda: iter(())}, "is empty"),
        ({"representative_dataset": lambda: [[SAMPLES[0], SAMPLES[0]]]}, "has 2 array"),
        ({"representative_dataset": lambda: [[SAMPLES[0][0]]]}, "has the shape"),
        ({"calibration_percentile": 3}, "not above 50"),
    ],
)
def test_datasets_that_do_not_fit_end_the_conversion(
    make: Callable[..., Converter], setting: Any, message: str
) -> None:
    with pytest.raises(UsageError, match=message):
        make(**setting).convert()


def test_the_same_dataset_makes_the_same_file(make: Callable[..., Converter]) -> None:
    assert make().convert() == make().convert()
    assert make(calibration_percentile=99.0).convert() != make().convert()


def files(tmp_path: Path, last: str = "Cos") -> list[str]:
    """Arguments of a conversion with a dataset in a file."""
    (tmp_path / "m.pb").write_bytes(graph_bytes(last))
    np.savez(tmp_path / "d.npz", x=np.concatenate(SAMPLES))
    given = [f"--representative_dataset={tmp_path / 'd.npz'}", "--input_arrays=x", "--output_arrays=y"]
    return [*given, f"--output_file={tmp_path / 'm.tflite'}"]


def test_on_the_command_line_it_is_a_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    argv = ["convert", str(tmp_path / "m.pb"), *files(tmp_path), "--json"]
    assert run(argv) == 0
    out = capsys.readouterr()
    assert json.loads(out.out)["float_operators"] == {"Cos": 1}
    assert "pytoco convert: note: 1 operator stays in float: Cos" in out.err
    assert boundary((tmp_path / "m.tflite").read_bytes()) == ["float32", "float32"]


def test_both_commands_write_what_the_python_api_does(tmp_path: Path, make: Callable[..., Converter]) -> None:
    argv = [
        "tflite_convert",
        f"--graph_def_file={tmp_path / 'm.pb'}",
        *files(tmp_path, "Relu"),
        "--inference_input_type=INT8",
    ]
    assert run(argv) == 0
    assert (tmp_path / "m.tflite").read_bytes() == make(inference_input_type="INT8").convert()


@pytest.mark.parametrize(
    ("flag", "message", "status"),
    [
        ("--strict_quantization", "1 operator stays in float: Cos", 2),
        ("--target_ops=TFLITE_BUILTINS_INT8", "1 operator stays in float: Cos", 2),
        ("--calibration_percentile=101", "not above 50", 2),
        ("--representative_dataset=missing.npz", "missing.npz", 5),
    ],
)
def test_refusals_on_the_command_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], flag: str, message: str, status: int
) -> None:
    assert run(["convert", str(tmp_path / "m.pb"), *files(tmp_path), flag]) == status
    assert message in capsys.readouterr().err
    assert not (tmp_path / "m.tflite").exists()


def test_a_terminal_shows_how_far_it_is() -> None:
    progress = Progress("converting")
    progress.on_stage("calibration", [])
    progress.on_progress("calibrating", 5, 10)
    assert "calibrating [##########..........] 5 of 10" in progress.text(1.0)
    progress.on_progress("calibrating", 5, None)
    assert progress.text(1.0).endswith("calibrating 5")
