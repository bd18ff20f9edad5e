"""Parity with LiteRT: right models agree, and every way not to agree is an error that says what happened."""

from pathlib import Path

import numpy as np
import pytest

from pytoco.compiler.errors import UnsupportedError, UsageError
from pytoco.compiler.ir.text import parse, print_model
from pytoco.compiler.quantization import calibration_child, calibration_engines
from pytoco.compiler.testing import assert_matches_litert

DATA = Path(__file__).resolve().parent.parent / "data"
TEXT = """
    graph main(x: float32[?n,4], z: float32[4]) -> y, u {
      k = const float32[4] [1.0, 2.0, 3.0, -4.0]
      t = Add(x, k)
      u = Mul(t, z)
      y = Softmax(u)
    }"""
NEG = "graph main(x: float32[2]) -> y {\n  y = Neg(x)\n}"
CUSTOM = 'graph main(x: float32[2]) -> y {\n  y: float32[2] = Opaque(x) {source_kind="Frobnicate"}\n}'

WRONG_PASS = """
from pytoco.compiler.driver import Pass
from pytoco.compiler.plugins import hookimpl


class NegIsNothing(Pass):
    \"\"\"Wrong: Neg goes.\"\"\"

    name = "neg-is-nothing"
    stage = "general"
    roots = ("Neg",)

    def match(self, op, look):
        return True

    def rewrite(self, op, found, graph):
        graph.remove(op)
        graph.emit("Abs", op.inputs, outputs=op.outputs)


@hookimpl
def register_passes():
    yield NegIsNothing
"""


def test_a_text_with_unknown_extents_agrees() -> None:
    assert_matches_litert(TEXT)
    assert_matches_litert(TEXT, inputs=[np.ones((3, 4), np.float32), np.zeros(4, np.float32)])


@pytest.mark.parametrize(
    "name", ["demo/mobilenet_v1_0.25_96.pb", "tflite/mlir_while.tflite", "tflite/mlir_int8_io.tflite"]
)
def test_files_agree(name: str) -> None:
    assert_matches_litert(DATA / name)


def test_a_model_stays_as_it_is_and_a_quantized_result_may_be_off_by_a_step() -> None:
    model = parse(
        "graph main(x: uint8[1,4] quant[[0.5], [10], null]) -> y {\n"
        "  w = const uint8[1,4] quant[[0.25], [128], null] [130, 120, 140, 100]\n"
        "  y: uint8[1,1] quant[[1.0], [128], null] = FullyConnected(x, w, _)\n}"
    )
    before = print_model(model)
    assert_matches_litert(model, inputs={"x": np.array([[20, 30, 40, 51]], np.uint8)})
    assert_matches_litert(model.main, seed=3)
    assert print_model(model) == before


def test_options_and_plugins_take_part(tmp_path: Path) -> None:
    assert_matches_litert(TEXT, options={"inference_input_type": "FLOAT"}, seed=1)
    (tmp_path / "wrong.py").write_text(WRONG_PASS)
    with pytest.raises(AssertionError, match=r"(?s)Not equal.*y"):
        assert_matches_litert(NEG, plugins=[str(tmp_path / "wrong.py")])


def test_what_litert_refuses_names_its_operators(monkeypatch: pytest.MonkeyPatch) -> None:
    from pytoco.compiler.ops.control import Opaque

    def kernel(values: list[object], attrs: object) -> list[object]:
        return list(values)

    monkeypatch.setattr(Opaque, "kernel", kernel)
    with pytest.raises(AssertionError, match=r"(?s)LiteRT does not run the model: .*its operators: Frobnicate x1"):
        assert_matches_litert(CUSTOM, options={"allow_custom_ops": True})


def test_a_hang_ends(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    child = tmp_path / "child.py"
    child.write_text("import time\ntime.sleep(60)\n")
    monkeypatch.setattr(calibration_child, "__file__", str(child))
    with pytest.raises(AssertionError, match=r"did not answer within 0\.5 s"):
        assert_matches_litert(NEG, timeout=0.5)


def test_a_crash_is_told(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    child = tmp_path / "child.py"
    child.write_text("import os\nos.abort()\n")
    monkeypatch.setattr(calibration_child, "__file__", str(child))
    with pytest.raises(AssertionError, match="died with status -6"):
        assert_matches_litert(NEG)


def test_without_a_runtime_the_error_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(calibration_engines, "RUNTIMES", ("no_such_runtime.interpreter",))
    with pytest.raises(UsageError, match=r"pip install 'pytoco\[run\]'"):
        assert_matches_litert(NEG)


def test_inputs_that_do_not_fit_are_usage_errors() -> None:
    with pytest.raises(UsageError, match=r"1 values for 2 inputs \(x, z\)"):
        assert_matches_litert(TEXT, inputs=[np.ones((1, 4), np.float32)])
    with pytest.raises(UsageError, match="no value for input 'x'"):
        assert_matches_litert(NEG, inputs={"z": np.ones(2, np.float32)})


def test_strings_are_refused() -> None:
    text = "graph main(x: string[2], y: float32[1]) -> x, z {\n  z = Neg(y)\n}"
    with pytest.raises(UnsupportedError, match="strings"):
        assert_matches_litert(text)


def test_what_the_pipeline_raises_goes_on() -> None:
    text = "graph main(x: float32[2]) -> y {\n  state h: float32[2] <- y\n  y = Add(x, h)\n}"
    with pytest.raises(UnsupportedError, match="would never change"):
        assert_matches_litert(text)
