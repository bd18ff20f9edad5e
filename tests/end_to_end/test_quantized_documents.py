"""The quantisation examples of TOCO's user documents, as they are written there."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

import pytoco
from pytoco.compiler.convert import convert
from pytoco.compiler.ir.types import Quantization
from tests import litert
from tests.end_to_end.running import DATA, MOBILENET, MOBILENET_OUTPUT, command
from tests.graphdefs import FLOAT, const, data, node, placeholder


def test_the_python_example() -> None:
    """Images of 1 x 64 x 64 x 3 plus [2, 6, 7], which is 1 at least, into a range of 0 to 1."""
    graph = data(
        placeholder("img", 1, 64, 64, 3),
        const("Const", np.array([1, 2, 3], np.float32)),
        const("Const_1", np.array([1, 4, 4], np.float32)),
        node("add", "AddV2", ["Const", "Const_1"], T=FLOAT),
        node("add_1", "AddV2", ["img", "add"], T=FLOAT),
        node("output", "FakeQuantWithMinMaxArgs", ["add_1"], min=0.0, max=1.0),
    )
    converter = pytoco.TocoConverter(graph, None, None, [("img", (1, 64, 64, 3))], ["output"])
    converter.inference_type = pytoco.constants.QUANTIZED_UINT8
    converter.quantized_input_stats = [(0.0, 1.0)]  # mean, std_dev
    with pytest.warns(UserWarning, match="real values go from 0 to 255"):
        model = converter.convert()
    (result,) = litert.run(model, [np.zeros((1, 64, 64, 3), np.uint8)])
    assert result.dtype == np.uint8
    np.testing.assert_array_equal(result, 255)


@pytest.mark.parametrize("stats", [[(128.0, 127.0)], {"x0": (128.0, 127.0)}])
def test_stats_in_both_forms(stats: object) -> None:
    path = DATA / "quantized" / "conv_relu6.pb"
    converter = pytoco.TocoConverter.from_frozen_graph(path, ["x0"], ["y0"])
    converter.inference_type = pytoco.constants.QUANTIZED_UINT8
    converter.quantized_input_stats = stats
    converter.convert()
    assert converter.summary is not None
    assert converter.summary.operators == {"CONV_2D": 1}


def test_the_command_for_a_quantised_graph(tmp_path: Path) -> None:
    output = tmp_path / "foo.tflite"
    done = command(
        f"--output_file={output}",
        f"--graph_def_file={DATA / 'quantized' / 'trained.pb'}",
        "--inference_type=QUANTIZED_UINT8",
        "--input_arrays=x0",
        "--output_arrays=y0",
        "--mean_values=128",
        "--std_dev_values=127",
    )
    assert done.returncode == 0, done.stderr
    (result,) = litert.run(output.read_bytes(), [np.full((1, 8, 8, 3), 128, np.uint8)])
    assert result.dtype == np.uint8


def test_the_command_for_dummy_quantisation(tmp_path: Path) -> None:
    output = tmp_path / "foo.cc"
    done = command(
        f"--output_file={output}",
        f"--graph_def_file={MOBILENET}",
        "--inference_type=QUANTIZED_UINT8",
        "--input_arrays=input",
        f"--output_arrays={MOBILENET_OUTPUT}",
        "--default_ranges_min=0",
        "--default_ranges_max=6",
        "--mean_values=128",
        "--std_dev_values=127",
    )
    assert done.returncode == 0, done.stderr
    (result,) = litert.run(output.read_bytes(), [np.full((1, 96, 96, 3), 128, np.uint8)])
    assert result.dtype == np.uint8


def test_float_inference_takes_uint8_inputs() -> None:
    graph = data(placeholder("x", 4), node("y", "Exp", ["x"], T=FLOAT))
    result = convert(
        graph,
        input_arrays=("x",),
        output_arrays=("y",),
        inference_input_type="QUANTIZED_UINT8",
        mean_values=(128.0,),
        std_dev_values=(64.0,),
    )
    assert result.summary.operators == {"DEQUANTIZE": 1, "EXP": 1}
    assert result.model.main.inputs[0].quantization == Quantization((1 / 64,), (128,))
    assert not result.summary.warnings
    (real,) = litert.run(bytes(result.data or b""), [np.array([0, 128, 192, 255], np.uint8)])
    np.testing.assert_allclose(real, np.exp([-2.0, 0.0, 1.0, 127 / 64]), rtol=1e-5)
