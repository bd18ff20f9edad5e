"""The operator: its import, shapes, values, the custom operator that is written, drawings, quantised models."""

import math
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import pytoco
from flatbuffers import flexbuffers
from pytoco.compiler import InvalidModelError, parse
from pytoco.compiler.debug import blame, read_model
from pytoco.testing import evaluate

from pytoco_shrink.softshrink import Softshrink, SoftshrinkAttrs

Maker = Callable[..., Path]


def options(model: Path) -> dict[str, float]:
    """The options of the one custom operator of a TensorFlow Lite model."""
    (op,) = read_model(str(model)).main.ops("Opaque")
    assert op.attrs.source_kind == "Softshrink"
    found: dict[str, float] = flexbuffers.GetRoot(op.attrs.node).Value
    return found


def test_the_node_becomes_a_custom_operator_with_its_attributes(make_model: Maker, tmp_path: Path) -> None:
    result = pytoco.convert(make_model(relu6=True, lower=-1.0, upper=2.5), tmp_path / "out.tflite")
    assert result.summary.operators == {"RELU6": 1, "Softshrink": 1}
    assert options(tmp_path / "out.tflite") == {"lower": -1.0, "upper": 2.5}


def test_attributes_that_are_left_out_have_the_defaults_of_tensorflow_addons(make_model: Maker, tmp_path: Path) -> None:
    pytoco.convert(make_model(), tmp_path / "out.tflite")
    assert options(tmp_path / "out.tflite") == {"lower": -0.5, "upper": 0.5}


def test_an_interval_that_is_upside_down_is_an_error_that_names_the_node(make_model: Maker) -> None:
    with pytest.raises(InvalidModelError, match=r"node 'y' .*lower is 2.0, above upper, which is 1.0"):
        pytoco.convert(make_model(lower=2.0, upper=1.0))


def test_values_follow_the_definition() -> None:
    x = np.array([-3.0, -1.0, -0.25, 0.0, 1.5, 2.0, 4.0, -math.inf, math.inf], np.float32)
    (y,) = Softshrink.kernel([x], SoftshrinkAttrs(-1.0, 2.0))
    assert y.tolist() == [-2.0, 0.0, 0.0, 0.0, 0.0, 0.0, 2.0, -math.inf, math.inf]
    assert y.dtype == np.float32


def test_a_constant_is_folded() -> None:
    text = """
        graph main(x: float32[2]) -> y {
          c = const float32[2] [-3.0, 3.0]
          s = Softshrink(c) {lower=-1.0, upper=2.0}
          y = Mul(x, s)
        }"""
    assert evaluate(parse(text).main, [np.ones(2, np.float32)])["y"].tolist() == [-2.0, 1.0]


def test_a_constant_node_is_folded_in_a_conversion(tmp_path: Path) -> None:
    path = tmp_path / "model.pbtxt"
    path.write_text(
        """
        node {
          name: "x" op: "Placeholder"
          attr { key: "dtype" value { type: DT_FLOAT } } attr { key: "shape" value { shape { dim { size: 2 } } } }
        }
        node {
          name: "c" op: "Const" attr { key: "dtype" value { type: DT_FLOAT } }
          attr { key: "value" value { tensor {
            dtype: DT_FLOAT tensor_shape { dim { size: 2 } } float_val: -3.0 float_val: 3.0
          } } }
        }
        node { name: "s" op: "Addons>Softshrink" input: "c" attr { key: "T" value { type: DT_FLOAT } } }
        node { name: "y" op: "Add" input: "x" input: "s" attr { key: "T" value { type: DT_FLOAT } } }
        """
    )
    result = pytoco.convert(path)
    assert result.summary.operators == {"ADD": 1}
    (add,) = result.model.main.ops("Add")
    constant = add.inputs[1]
    assert constant is not None
    assert constant.numpy().tolist() == [-2.5, 2.5]


def test_the_numeric_check_knows_the_operator(make_model: Maker) -> None:
    check = pytoco.convert(make_model(relu6=True), check="random", lower_softshrink=True).summary.check
    assert check is not None
    assert not check.offences
    assert check.with_status("ok")


def test_drawings_and_blame_show_the_interval_and_the_colour(make_model: Maker) -> None:
    source = make_model(lower=-1.0, upper=2.5)
    drawn = pytoco.convert(source, output_format="GRAPHVIZ_DOT").data
    assert drawn is not None
    (line,) = [line for line in bytes(drawn).decode().splitlines() if "Softshrink" in line and "label=" in line]
    assert 'label="Softshrink\\n[-1, 2.5]"' in line
    assert 'fillcolor="#7B1FA2", fontcolor="#FFFFFFDD"' in line
    with pytoco.record() as journal:
        pytoco.convert(source)
    assert blame(journal, "y").label == ("[-1, 2.5]",)


@pytest.mark.parametrize(("dtype", "least"), [("INT8", -128), ("QUANTIZED_UINT8", 0)])
def test_it_computes_in_eight_bits(make_model: Maker, tmp_path: Path, dtype: str, least: int) -> None:
    # The input's codes stand for (code - 128) / 32 in uint8: from -4 to 127 / 32. Of these Softshrink makes the range
    # from -4 + 1 to 127 / 32 - 2, which 255 steps cover.
    result = pytoco.convert(
        make_model(lower=-1.0, upper=2.0),
        tmp_path / "out.tflite",
        inference_type=dtype,
        inference_input_type=dtype,
        mean_values=[128 + least],
        std_dev_values=[32],
    )
    assert result.summary.operators == {"Softshrink": 1}
    assert not result.summary.float_operators
    (op,) = read_model(str(tmp_path / "out.tflite")).main.ops("Opaque")
    assert op.inputs[0] is not None
    read, made = op.inputs[0].quantization, op.outputs[0].quantization
    assert read is not None
    assert made is not None
    assert read.scale == (1 / 32,)
    assert made.scale[0] == pytest.approx((127 / 32 - 2 + 3) / 255)
    assert made.zero_point == (least + round(3 / made.scale[0]),)
    assert options(tmp_path / "out.tflite") == {"lower": -1.0, "upper": 2.0}
