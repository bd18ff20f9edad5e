"""`pytoco.compiler.debug.compare`: the errors of layers, by numbers worked out by hand and on models with faults."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import pytoco
from pytoco.backends.tflite.writer import write
from pytoco.compiler.constants import INT8, QUANTIZED_UINT8
from pytoco.compiler.debug import compare, compare_data, compare_local, tensors
from pytoco.compiler.debug.compare_errors import Errors
from pytoco.compiler.errors import FileError, InvalidModelError, UnsupportedError, UsageError
from pytoco.compiler.ir import types
from pytoco.compiler.ir.items import Array
from pytoco.compiler.ir.text import parse
from pytoco.compiler.ir.types import Quantization
from pytoco.frontends.tflite import load
from tests.debug.models import CHANNELS, blocks
from tests.small_graph import graph_def

DATA = Path(__file__).parent.parent / "data"
DEMO = DATA / "demo" / "mobilenet_v1_0.25_96.pb"
QUANTIZED = {"inference_type": QUANTIZED_UINT8, "default_ranges_min": 0.0, "default_ranges_max": 6.0}
IMAGE = {"mean_values": (128.0,), "std_dev_values": (64.0,)}

FLOAT = """
graph main(x: float32[1,4]) -> y {
  b = const float32[] [10.0]
  a: float32[1,4] = Add(x, b)
  c = const float32[] [2.0]
  y: float32[1,4] = Mul(a, c)
}"""
WITH_UINT8 = """
graph main(x: uint8[1,4] quant[[1.0], [0], null]) -> y {
  b = const uint8[] quant[[0.5], [0], null] [20]
  a: uint8[1,4] quant[[0.5], [0], null] = Add(x, b)
  c = const uint8[] quant[[0.5], [0], null] [4]
  y: uint8[1,4] quant[[0.5], [0], null] = Mul(a, c)
}"""


def tflite(path: Path, text: str) -> Path:
    """The model that the text form says, as a file."""
    write(parse(text), path, {})
    return path


def layer(report: Any, name: str) -> Any:
    """The layer of that name."""
    (found,) = [found for found in report.layers if found.name == name]
    return found


@pytest.fixture(scope="module")
def folder(tmp_path_factory: Any) -> Path:
    """`float.pb`, `uint8.tflite` and its journal: six blocks of convolution, scale, bias and Relu6."""
    path: Path = tmp_path_factory.mktemp("compare")
    path.joinpath("float.pb").write_bytes(blocks())
    pytoco.convert(path / "float.pb", path / "uint8.tflite", journal=str(path / "journal"), **QUANTIZED, **IMAGE)
    return path


# By hand ------------------------------------------------------------------------------------------------------------

# x is stored as 1, 2, 100, 200. Of a = x + 10, what is above 127.5 is cut off:      11   12   110   127.5
#                               instead of                                           11   12.3 110   210
# y = 2 a, cut off in the same way:                                                  22   24   127.5 127.5
#                               instead of                                           22   24.6 220   420
X = np.array([[1.0, 2.3, 100.0, 200.0]], np.float32)
A = np.array([0.0, -0.3, 0.0, -82.5])
Y = np.array([0.0, -0.6, -92.5, -292.5])


@pytest.mark.parametrize("engine", ["runtime", "numpy"])
def test_the_errors_of_two_operators(engine: str, tmp_path: Path, monkeypatch: Any) -> None:
    if engine == "numpy":
        monkeypatch.setattr(tensors, "is_runtime_installed", lambda: False)
    model, reference = tflite(tmp_path / "q.tflite", WITH_UINT8), tflite(tmp_path / "f.tflite", FLOAT)
    report = compare(model, reference, {"x": X})
    assert set(report.engines.values()) == {engine}
    assert (report.samples, report.unmatched, report.notes) == (1, [], [])
    assert [(found.name, found.kind, found.shape, found.dtype) for found in report.layers] == [
        ("x", "Input", (1, 4), "uint8"),
        ("a", "Add", (1, 4), "uint8"),
        ("y", "Mul", (1, 4), "uint8"),
    ]
    for name, error, expected in (("a", A, [11, 12.3, 110, 210]), ("y", Y, [22, 24.6, 220, 420])):
        found = layer(report, name).error
        assert found.max_abs == pytest.approx(np.abs(error).max())
        assert found.of_range == pytest.approx(np.abs(error).max() / (expected[-1] - expected[0]))
        assert found.mean_abs == pytest.approx(np.abs(error).mean())
        assert found.mean == pytest.approx(error.mean())
        assert found.sqnr == pytest.approx(10 * math.log10(np.square(expected).sum() / np.square(error).sum()))
        assert found.steps == pytest.approx(2 * np.abs(error).max())
    assert layer(report, "a").error[-2:] == (0.25, 0.25)
    assert layer(report, "y").error[-2:] == (0.5, 0.5)
    assert [found.name for found in report.outputs] == ["y"]
    assert [found.name for found in report.worst()] == ["y", "a", "x"]


@pytest.mark.parametrize("engine", ["runtime", "numpy"])
def test_the_own_error_of_a_layer_is_with_the_inputs_of_the_reference(
    engine: str, tmp_path: Path, monkeypatch: Any
) -> None:
    if engine == "numpy":
        monkeypatch.setattr(tensors, "is_runtime_installed", lambda: False)
    model, reference = tflite(tmp_path / "q.tflite", WITH_UINT8), tflite(tmp_path / "f.tflite", FLOAT)
    report = compare(model, reference, {"x": X}, local=True)
    # x as stored gives a = 11 12 110 210, cut off: 11 12 110 127.5
    assert layer(report, "a").local.max_abs == pytest.approx(82.5)
    assert layer(report, "a").local.mean_abs == pytest.approx(82.5 / 4)
    # the reference's a on the grid is 11 12.5 110 127.5 and gives y = 22 25 220 255, cut off: 22 25 127.5 127.5
    assert layer(report, "y").local.max_abs == pytest.approx(127.5)
    assert layer(report, "y").local.mean == pytest.approx(-(92.5 + 127.5) / 4)
    assert layer(report, "x").local is None


def test_samples_lie_along_the_first_axis_and_count_together(tmp_path: Path) -> None:
    model, reference = tflite(tmp_path / "q.tflite", WITH_UINT8), tflite(tmp_path / "f.tflite", FLOAT)
    one, two = np.full((1, 4), 3.0, np.float32), np.full((1, 4), 2.25, np.float32)
    for data in (np.concatenate([one, two]), np.stack([one, two])):
        report = compare(model, reference, {"x:0": data})
        assert report.samples == 2
        assert layer(report, "a").error.mean == pytest.approx(-0.125)  # 2.25 is stored as 2


def test_integers_of_a_quantized_input_are_what_it_stores(tmp_path: Path) -> None:
    halves = WITH_UINT8.replace("quant[[1.0], [0], null]) -> y", "quant[[0.5], [0], null]) -> y")
    model, reference = tflite(tmp_path / "q.tflite", halves), tflite(tmp_path / "f.tflite", FLOAT)
    report = compare(model, reference, {"x": np.array([[2, 4, 6, 255]], np.uint8)})
    assert layer(report, "x").error.max_abs == 0
    assert layer(report, "a").error.max_abs == pytest.approx(127.5 + 10 - 127.5)


def test_equal_models_have_no_error(tmp_path: Path) -> None:
    model = tflite(tmp_path / "f.tflite", FLOAT)
    report = compare(model, model)
    assert report.samples == compare_data.RANDOM_SAMPLES
    assert [(found.error.max_abs, found.error.sqnr) for found in report.layers] == [(0.0, math.inf)] * 2
    assert report.as_json()["layers"][0]["error"]["sqnr"] is None


def test_what_is_not_finite_in_one_of_the_two_is_worst_of_all(tmp_path: Path) -> None:
    reference = tflite(tmp_path / "f.tflite", FLOAT)
    model = tflite(
        tmp_path / "q.tflite", FLOAT.replace("Add(x, b)", "Log(x)").replace("  b = const float32[] [10.0]\n", "")
    )
    report = compare(model, reference, {"x": np.array([[0.0, 1.0, 2.0, 3.0]], np.float32)})
    assert layer(report, "a").error.max_abs == math.inf
    assert report.as_json()["layers"][0]["error"]["max_abs"] is None
    assert "inf" in report.text()


# Conversions --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("with_journal", [False, True])
def test_fused_layers_go_with_the_last_of_what_was_fused(folder: Path, with_journal: bool) -> None:
    journal = folder / "journal" if with_journal else None
    report = compare(folder / "uint8.tflite", folder / "float.pb", journal=journal)
    convolutions = [found for found in report.layers if found.kind == "Conv"]
    assert [found.reference for found in convolutions] == [f"r{k}" for k in range(6)]
    assert {found.matched for found in convolutions} == {"journal" if with_journal else "name"}
    assert {found.name for found in report.outputs} == {"y", "z"}
    assert report.unmatched == []
    # rounding to 255 steps in [0, 6] alone is 6 / 255 / sqrt(12) = 0.007, against values of about 3
    assert all(found.local is not None and 35 < found.local.sqnr < 50 for found in convolutions)
    assert all(found.error.clipped == 0 for found in convolutions)


@pytest.mark.parametrize("what", ["grid", "weights"])
@pytest.mark.parametrize("block", [1, 3])
def test_a_wrong_scale_is_found_where_it_is(folder: Path, tmp_path: Path, what: str, block: int) -> None:
    model = load(folder / "uint8.tflite")
    graph = model.main
    result = graph.find(f"r{block}")
    assert result is not None
    producer = graph.producer(result)
    assert producer is not None
    wrong = [result] if what == "grid" else producer.inputs[1:]
    for array in wrong:
        assert array is not None
        assert array.quantization is not None
        scales = tuple(scale / 3 for scale in array.quantization.scale)
        graph.update(array, quantization=array.quantization._replace(scale=scales))
    write(model, tmp_path / "wrong.tflite", {})
    report = compare(tmp_path / "wrong.tflite", folder / "float.pb", local=True)
    worst, second = report.worst(2)
    assert worst.name == f"r{block}"
    assert worst.local is not None
    assert second.local is not None
    assert worst.local.sqnr < 20 < second.local.sqnr
    assert layer(report, f"r{block + 1}").error.sqnr < 25  # it passes on what is wrong


def test_hybrid_weights_against_the_float_file(folder: Path, tmp_path: Path) -> None:
    pytoco.convert(DEMO, tmp_path / "float.tflite")
    pytoco.convert(DEMO, tmp_path / "hybrid.tflite", post_training_quantize=True)
    report = compare(tmp_path / "hybrid.tflite", tmp_path / "float.tflite")
    assert len(report.layers) == 31
    assert report.unmatched == []  # weights that are dequantised are no layers
    assert all(found.error.steps is None for found in report.layers)
    (output,) = report.outputs
    assert output.local is not None
    assert output.local.max_abs == 0  # Softmax has no weights
    assert 20 < output.error.sqnr < 80


def test_a_trained_network_against_its_graph(tmp_path: Path) -> None:
    result = pytoco.convert(DEMO, tmp_path / "model.tflite", **QUANTIZED, **IMAGE)
    assert result.path is not None
    report = compare(result.path.read_bytes(), DEMO, local=True)
    assert report.engines["model"] == "runtime"
    worst = report.worst(1)[0]
    assert worst.name == "MobilenetV1/Logits/BiasAdd"  # the only layer whose values are not within [0, 6]
    assert worst.error.clipped is not None
    assert worst.error.clipped > 0.3
    assert {found.matched for found in report.layers} == {"name"}


def test_layers_of_a_trained_graph_go_with_what_is_behind_fake_quant(tmp_path: Path) -> None:
    source = DATA / "quantized" / "residual.pb"
    pytoco.convert(source, tmp_path / "model.tflite", inference_type=QUANTIZED_UINT8, **IMAGE)
    report = compare(tmp_path / "model.tflite", source)
    assert layer(report, "add").reference.startswith("FakeQuant")
    assert all(found.error.sqnr > 35 for found in report.layers)


def test_kernels_and_runtime_find_the_same(folder: Path, monkeypatch: Any) -> None:
    report = compare(folder / "uint8.tflite", folder / "float.pb")
    monkeypatch.setattr(tensors, "is_runtime_installed", lambda: False)
    again = compare(folder / "uint8.tflite", folder / "float.pb")
    assert (set(report.engines.values()), set(again.engines.values())) == ({"runtime"}, {"numpy"})
    for one, other in zip(report.layers, again.layers, strict=True):
        assert one[:6] == other[:6]
        assert one.error.sqnr == pytest.approx(other.error.sqnr, abs=3)
        if one.local is not None and other.local is not None:
            assert one.local.sqnr == pytest.approx(other.local.sqnr, abs=1)


def test_calibrated_int8(folder: Path, tmp_path: Path) -> None:
    samples = [[np.random.default_rng(k).standard_normal((1, 6, 6, CHANNELS)).astype(np.float32)] for k in range(10)]
    pytoco.convert(folder / "float.pb", tmp_path / "m.tflite", inference_type=INT8, representative_dataset=samples)
    report = compare(tmp_path / "m.tflite", folder / "float.pb", {"x": np.stack([x for (x,) in samples])})
    assert report.samples == 10
    found = {found.name: found for found in report.layers if found.kind == "Conv"}
    assert list(found) == [f"r{k}" for k in range(6)]
    assert all(found.dtype == "int8" and found.local is not None and found.local.sqnr > 30 for found in found.values())


def test_a_file_with_two_tensors_of_one_name(tmp_path: Path) -> None:
    renamed = FLOAT.replace("a:", "tt1:").replace("(a,", "(tt1,").replace("y", "tt2")
    reference = tflite(tmp_path / "f.tflite", renamed)
    twice = reference.read_bytes()
    assert twice.count(b"tt2") == 1
    (tmp_path / "q.tflite").write_bytes(twice.replace(b"tt2", b"tt1"))
    report = compare(tmp_path / "q.tflite", reference, {"x": X})
    assert [(found.name, found.reference) for found in report.layers] == [("tt1", "tt1")]
    assert [(found.name, found.reference) for found in report.outputs] == [("tt1_1", "tt2")]
    assert [found.error.max_abs for found in (*report.layers, *report.outputs)] == [0, 0]
    assert report.engines["model"] == "runtime"


def test_layers_that_cannot_be_computed_one_by_one(tmp_path: Path, monkeypatch: Any) -> None:
    def refuse(model: Any, names: Any) -> None:
        raise UnsupportedError("no way to cut it")

    monkeypatch.setattr(compare_local, "cut", refuse)
    model = tflite(tmp_path / "f.tflite", FLOAT)
    report = compare(model, model)
    assert [found.local for found in report.layers] == [None, None]
    assert report.notes == ["layers are not computed one by one: no way to cut it"]
    assert "own dB" not in report.text()
    with pytest.raises(UnsupportedError, match="no way to cut it"):
        compare(model, model, local=True)


def test_names_that_another_converter_joined(tmp_path: Path) -> None:
    joined = FLOAT.replace("a:", '"p/a;other/name:0":').replace("Mul(a,", 'Mul("p/a;other/name:0",')
    reference = FLOAT.replace("a:", "other/name:").replace("Mul(a,", "Mul(other/name,")
    report = compare(tflite(tmp_path / "a.tflite", joined), tflite(tmp_path / "b.tflite", reference))
    assert [found.reference for found in report.layers] == ["other/name", "y"]


def test_inputs_and_outputs_of_other_names_go_by_position(tmp_path: Path) -> None:
    other = FLOAT.replace("(x", "(image").replace("y", "logits").replace("a:", "t:").replace("(a,", "(t,")
    report = compare(tflite(tmp_path / "a.tflite", FLOAT), tflite(tmp_path / "b.tflite", other), {"x": X})
    assert [(found.name, found.reference, found.matched) for found in report.outputs] == [("y", "logits", "position")]
    assert report.layers == []
    assert report.unmatched == ["a"]


def test_random_inputs_lie_within_the_range_of_the_input(folder: Path) -> None:
    report = compare(folder / "uint8.tflite", folder / "float.pb")
    error = layer(report, "x").error
    assert error.clipped == 0
    assert error.steps is not None
    assert error.steps <= 0.5001
    again = compare(folder / "uint8.tflite", folder / "float.pb")
    assert again.as_json() == report.as_json()
    assert compare(folder / "uint8.tflite", folder / "float.pb", seed=1).as_json() != report.as_json()


# Refusals -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("data", "says"),
    [
        ({}, "no value for input 'x'"),
        ({"z": X}, "no value for input 'x'"),
        ({"x": X, "z": X}, "names 'z', which is no input"),
        ({"x": X[:, :3]}, r"input 'x' is \[1, 4\], the data \[1, 3\]"),
        ({"x": X[None, None]}, r"the data \[1, 1, 1, 4\]"),
        ({"x": np.zeros((0, 4), np.float32)}, "number of samples"),
        ({"x": np.zeros((1, 4), np.bool_)}, "the data bool"),
        ({"x": np.array([["a"] * 4])}, "input 'x' is float32"),
    ],
)
def test_data_that_does_not_fit(data: dict[str, Any], says: str, tmp_path: Path) -> None:
    model = tflite(tmp_path / "f.tflite", FLOAT)
    with pytest.raises(UsageError, match=says):
        compare(model, model, data)


def test_different_numbers_of_samples(tmp_path: Path) -> None:
    text = FLOAT.replace("(x: float32[1,4])", "(x: float32[1,4], w: float32[1,4])").replace("(a, c)", "(a, w)")
    model = tflite(tmp_path / "f.tflite", text.replace("  c = const float32[] [2.0]\n", ""))
    with pytest.raises(UsageError, match=r"2 of 'x', 1 of 'w'"):
        compare(model, model, {"x": np.concatenate([X, X]), "w": X})


def test_models_with_different_inputs(tmp_path: Path) -> None:
    model = tflite(tmp_path / "a.tflite", FLOAT)
    other = tflite(tmp_path / "b.tflite", FLOAT.replace("[1,4]", "[1,5]").replace("x", "image"))
    with pytest.raises(UsageError, match=r"different inputs: 'x' \[1, 4\] and 'image' \[1, 5\]"):
        compare(model, other)


def test_nothing_in_common(tmp_path: Path) -> None:
    other = """
graph main(x: float32[1,4]) -> t {
  axes = const int32[1] [1]
  t: float32[1] = Sum(x, axes)
}"""
    with pytest.raises(UsageError, match="nothing in common"):
        compare(tflite(tmp_path / "a.tflite", FLOAT), tflite(tmp_path / "b.tflite", other))


def test_files_that_are_no_models(tmp_path: Path) -> None:
    model = tflite(tmp_path / "f.tflite", FLOAT)
    with pytest.raises(FileError):
        compare(model, tmp_path / "missing.pb")
    broken = tmp_path / "broken.tflite"
    broken.write_bytes(model.read_bytes()[:40])
    with pytest.raises(InvalidModelError):
        compare(model, broken)
    (tmp_path / "data.npz").write_bytes(b"no zip")
    with pytest.raises(UsageError, match="--data"):
        compare(model, model, tmp_path / "data.npz")
    with pytest.raises(UsageError, match="no option 'wrong'"):
        compare(model, model, wrong=1)


def test_a_model_that_nothing_can_run(tmp_path: Path) -> None:
    path = tmp_path / "f.pb"
    path.write_bytes(graph_def(last="Frobnicate").SerializeToString())
    with pytest.raises(UnsupportedError, match="cannot be run"):
        compare(path, path)


def test_channels_of_a_grid_count_on_their_own() -> None:
    array = Array(1, "w", types.INT8, (2, 2), quantization=Quantization((1.0, 0.5), (0, 0), 0))
    errors = Errors(array)
    errors.add(np.array([[1.0, 127.0], [1.0, 63.5]]), np.array([[2.0, 127.0], [0.0, 70.0]]))
    found = errors.measures()
    assert found.steps == 13.0  # 6.5 in steps of 0.5
    assert (found.at_ends, found.clipped) == (0.5, 0.25)
