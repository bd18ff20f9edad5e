"""Convolutions take HardSwish in where they are asked to; the operator, its values, its file, its quantised form."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import pytoco
from flatbuffers import flexbuffers
from nodes import const, node, placeholder
from pytoco.compiler import INT8
from pytoco.compiler.debug import read_model
from pytoco.testing import assert_rewrites, assert_unchanged, docstring_graphs

from pytoco_cleanup.conv_hard_swish import ConvHardSwish, ConvHardSwishAttrs
from pytoco_cleanup.fuse_conv_hard_swish import FuseConvHardSwish

Writer = Callable[..., Path]


def test_what_the_docstring_shows() -> None:
    assert_rewrites(*docstring_graphs(FuseConvHardSwish), FuseConvHardSwish)


def test_bias_and_dilation_are_kept() -> None:
    assert_rewrites(
        """
        graph main(x: float32[1,6,6,2], w: float32[3,3,3,2], b: float32[3]) -> z {
          c = Conv(x, w, b) {stride_h=1, stride_w=1, padding="VALID", dilation_h=2, dilation_w=2}
          y = HardSwish(c)
          z = Exp(y)
        }""",
        """
        graph main(x: float32[1,6,6,2], w: float32[3,3,3,2], b: float32[3]) -> z {
          y = ConvHardSwish(x, w, b) {padding="VALID", dilation_h=2, dilation_w=2}
          z = Exp(y)
        }""",
        FuseConvHardSwish,
    )


CONV = 'c = Conv(x, w) {stride_h=1, stride_w=1, padding="SAME"}'


@pytest.mark.parametrize(
    ("statements", "outputs", "reason"),
    [
        ((CONV.replace("}", ', activation="RELU"}'), "y = HardSwish(c)"), "y", "applies RELU already"),
        ((CONV.replace('"SAME"', '"EXPLICIT", explicit=[1, 0, 1, 0]'), "y = HardSwish(c)"), "y", "neither SAME nor"),
        ((CONV, "y = HardSwish(c)", "z = Exp(c)"), "y, z", "has 2 users"),
        ((CONV, "y = HardSwish(c)"), "y, c", "is an input, an output or a state"),
        (("y = HardSwish(x)",), "y", "has no producer"),
    ],
)
def test_near_misses(statements: tuple[str, ...], outputs: str, reason: str) -> None:
    lines = [f"graph main(x: float32[1,4,4,2], w: float32[3,1,1,2]) -> {outputs} {{", *statements, "}"]
    assert_unchanged("\n".join(lines), FuseConvHardSwish, reason=reason)


def test_values_by_hand() -> None:
    # Two channels are added: 1 + 2 and -5 + 4, to which the bias adds 0.5; hard swish is x * min(max(x + 3, 0), 6) / 6.
    x = np.array([[[[1.0, 2.0], [-5.0, 4.0]]]], np.float32)
    w, b = np.ones((1, 1, 1, 2), np.float32), np.array([0.5], np.float32)
    (y,) = ConvHardSwish.kernel([x, w, b], ConvHardSwishAttrs())
    assert y.shape == (1, 1, 2, 1)
    np.testing.assert_allclose(y.reshape(-1), [3.5 * 6 / 6, -0.5 * 2.5 / 6], rtol=1e-6)


def network(write_model: Writer) -> Path:
    """A convolution of one input channel by 2, then hard swish as TensorFlow writes it: x * relu6(x + 3) / 6."""
    strides = "list { i: 1 i: 2 i: 2 i: 1 }"
    return write_model(
        placeholder("x", 1, 4, 4, 1),
        const("w", "float_val: 2", 1, 1, 1, 1),
        const("three", "float_val: 3"),
        const("sixth", "float_val: 0.16666666666666666"),
        node("conv", "Conv2D", "x", "w", strides=strides, padding='s: "SAME"'),
        node("more", "Add", "conv", "three"),
        node("gate", "Relu6", "more"),
        node("product", "Mul", "conv", "gate"),
        node("y", "Mul", "product", "sixth"),
    )


def test_it_is_done_only_where_it_is_asked_for(write_model: Writer) -> None:
    assert pytoco.convert(network(write_model)).summary.operators == {"CONV_2D": 1, "HARD_SWISH": 1}
    fused = pytoco.convert(network(write_model), fuse_hard_swish=True, check="random").summary
    assert fused.operators == {"ConvHardSwish": 1}
    assert fused.check is not None
    assert not fused.check.offences


def test_a_project_asks_for_it_in_its_settings(
    write_model: Writer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "plugins.toml").write_text("[options.cleanup]\nfuse_hard_swish = true\n")
    monkeypatch.chdir(tmp_path)
    assert pytoco.convert(network(write_model)).summary.operators == {"ConvHardSwish": 1}
    assert "HARD_SWISH" in pytoco.convert(network(write_model), fuse_hard_swish=False).summary.operators


def test_the_file_has_the_attributes(write_model: Writer, tmp_path: Path) -> None:
    pytoco.convert(network(write_model), tmp_path / "out.tflite", fuse_hard_swish=True)
    (op,) = read_model(str(tmp_path / "out.tflite")).main.ops("Opaque")
    assert op.attrs.source_kind == "ConvHardSwish"
    assert flexbuffers.GetRoot(op.attrs.node).Value == {
        "dilation_h": 1,
        "dilation_w": 1,
        "padding": "SAME",
        "stride_h": 2,
        "stride_w": 2,
    }


def test_it_computes_in_eight_bits(write_model: Writer) -> None:
    result = pytoco.convert(
        network(write_model),
        fuse_hard_swish=True,
        inference_type="INT8",
        inference_input_type="INT8",
        mean_values=[0],
        std_dev_values=[32],
        default_ranges_min=-4,
        default_ranges_max=4,
    )
    (op,) = result.model.main.ops("ConvHardSwish")
    weights = op.inputs[1]
    assert weights is not None
    assert (weights.dtype, weights.numpy().reshape(-1).tolist()) == (INT8, [127])
    assert weights.quantization is not None
    assert weights.quantization.scale[0] == pytest.approx(2 / 127)
    assert not result.summary.float_operators
