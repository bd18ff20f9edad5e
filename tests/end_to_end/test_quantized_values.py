"""Odd values on the way to quantised models: each ends in a typed error, or in what is documented."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from pytoco.compiler.convert import Result, convert
from pytoco.compiler.errors import FileError, UnsupportedError, UsageError
from pytoco.compiler.ir.types import MinMax, Quantization
from tests.graphdefs import FLOAT, const, data, node, placeholder

UINT8 = {"inference_type": "QUANTIZED_UINT8", "mean_values": (128.0,), "std_dev_values": (127.0,)}


def fake(name: str, source: str, low: float, high: float, **more: Any) -> Any:
    return node(name, "FakeQuantWithMinMaxArgs", [source], min=float(low), max=float(high), **more)


def product(weights: Any, *ranged: Any, last: str = "m") -> bytes:
    """The product of x [1,4] and `w` [4,2], which `ranged` may put on a grid, into y of range -4 to 4."""
    source = ranged[-1].name if ranged else "w"
    return data(
        placeholder("x", 1, 4),
        const("w", np.asarray(weights, np.float32)),
        *ranged,
        node("m", "MatMul", ["x", source], T=FLOAT),
        fake("y", last, -4.0, 4.0),
    )


def converted(graph: bytes, **options: Any) -> Result:
    return convert(graph, input_arrays=("x",), output_arrays=("y",), **{**UINT8, **options})


GOOD = np.linspace(-1, 1, 8).reshape(4, 2)


@pytest.mark.parametrize("odd", [np.nan, np.inf, -np.inf])
def test_weights_that_are_not_finite_are_named(odd: float) -> None:
    weights = GOOD.copy()
    weights[1, 1] = odd
    with pytest.raises(UsageError, match=r"constant 'w.* holds? NaN or infinity|'w.*NaN or infinity"):
        converted(product(weights))


@pytest.mark.parametrize(("low", "high"), [(1.0, -1.0), (3.0, 1.0), (np.nan, 1.0), (-1.0, np.inf)])
def test_a_range_that_is_none_is_refused_by_name(low: float, high: float) -> None:
    ends = [const("low", np.float32(low)), const("high", np.float32(high))]
    graph = data(
        placeholder("x", 1, 4), *ends, node("y", "FakeQuantWithMinMaxVars", ["t", "low", "high"]), *_doubled("t")
    )
    with pytest.raises(UsageError, match=r"'y' has the range from .* which is none"):
        converted(graph)


def _doubled(name: str) -> list[Any]:
    return [const("two", np.float32(2)), node(name, "Mul", ["x", "two"], T=FLOAT)]


def test_an_empty_range_of_activations_is_widened_to_zero() -> None:
    result = converted(data(placeholder("x", 1, 4), *_doubled("t"), fake("y", "t", 2.0, 2.0)))
    assert result.model.main.outputs[0].quantization == Quantization((2 / 255,), (0,))


def test_an_empty_range_of_constants_is_refused() -> None:
    with pytest.raises(UsageError, match="empty, 2 to 2"):
        converted(product(GOOD, fake("f", "w", 2.0, 2.0)))


def test_zeros_may_have_the_range_of_zeros() -> None:
    converted(product(np.zeros((4, 2)), fake("f", "w", 0.0, 0.0)))


def test_weights_as_good_as_zeros_become_zeros() -> None:
    result = converted(product(np.full((4, 2), 1e-42)))
    (op,) = result.model.main.ops("FullyConnected")
    assert op.inputs[1] is not None
    assert op.inputs[1].quantization == Quantization((1 / 255,), (0,))
    assert not op.inputs[1].numpy().any()


def test_a_range_too_small_for_a_scale_is_refused() -> None:
    with pytest.raises(UsageError, match="too small"):
        converted(data(placeholder("x", 1, 4), *_doubled("t"), fake("y", "t", 0.0, 1e-44)))


@pytest.mark.parametrize(
    ("mean", "deviation", "low", "high"),
    [(0.0, 1.0, 0.0, 255.0), (0.0, -1.0, -255.0, 0.0), (300.0, 1.0, -300.0, 0.0), (-5.0, 1.0, 0.0, 260.0)],
)
def test_odd_means_and_deviations_are_taken_at_their_word(
    mean: float, deviation: float, low: float, high: float
) -> None:
    """A range without 0 is widened, so that codes of the input cannot all be what was said."""
    result = converted(product(GOOD), mean_values=(mean,), std_dev_values=(deviation,))
    grid = result.model.main.inputs[0].quantization
    assert grid is not None
    assert grid.scale == pytest.approx(((high - low) / 255,))


@pytest.mark.parametrize("deviation", [0.0, float("nan"), float("inf")])
def test_impossible_deviations_are_refused(deviation: float) -> None:
    with pytest.raises(UsageError):
        converted(product(GOOD), std_dev_values=(deviation,))


def test_a_computed_range_is_refused() -> None:
    graph = data(
        placeholder("x", 1, 4),
        *_doubled("t"),
        const("axes", np.array([0, 1], np.int32), 3),
        node("low", "Min", ["x", "axes"], T=FLOAT),
        node("high", "Max", ["x", "axes"], T=FLOAT),
        node("f", "FakeQuantWithMinMaxVars", ["t", "low", "high"]),
        node("y", "Mul", ["f", "f"], T=FLOAT),
    )
    with pytest.raises(UsageError, match="have no range"):
        converted(graph)


def test_missing_ranges_are_reported_together() -> None:
    graph = data(
        placeholder("x", 1, 4),
        *_doubled("t"),
        node("u", "Mul", ["t", "t"], T=FLOAT),
        node("y", "Sub", ["u", "t"], T=FLOAT),
    )
    with pytest.raises(UsageError) as caught:
        converted(graph)
    assert "3 arrays have no range" in str(caught.value)
    assert "results of Mul: 't', 'u'" in str(caught.value)


@pytest.mark.parametrize("ends", [{"default_ranges_min": 0.0}, {"default_ranges_max": 6.0}])
def test_default_ranges_come_in_pairs(ends: dict[str, float]) -> None:
    with pytest.raises(UsageError, match="must be used together"):
        converted(product(GOOD), **ends)


def test_ranges_of_channels_become_int8_scales() -> None:
    """Weights [4,2] with the ranges -1 to 1 and -0.5 to 0.25: a scale of 1/127 and one of 0.5/127."""
    kernel = np.linspace(-0.9, 0.9, 8).reshape(1, 1, 4, 2).astype(np.float32)
    ends = [const("low", np.array([-1.0, -0.5], np.float32)), const("high", np.array([1.0, 0.25], np.float32))]
    graph = data(
        placeholder("x", 1, 2, 2, 4),
        const("w", kernel),
        *ends,
        node("f", "FakeQuantWithMinMaxVarsPerChannel", ["w", "low", "high"], narrow_range=True),
        node("c", "Conv2D", ["x", "f"], T=FLOAT, strides=[1, 1, 1, 1], padding="SAME"),
        fake("y", "c", -4.0, 4.0),
    )
    result = converted(graph, inference_type="INT8", mean_values=(0.0,), std_dev_values=(127.0,))
    (conv,) = result.model.main.ops("Conv")
    weights = conv.inputs[1]
    assert weights is not None
    assert weights.quantization is not None
    assert weights.quantization.axis == 0
    assert weights.quantization.scale == pytest.approx((1 / 127, 0.5 / 127))
    real = weights.numpy() * np.array(weights.quantization.scale).reshape(2, 1, 1, 1)
    clipped = np.clip(kernel, [-1.0, -0.5], [1.0, 0.25]).transpose(3, 0, 1, 2)
    assert np.abs(real - clipped).max() < 0.01

    whole = converted(graph)  # uint8 weights have one grid
    assert any("range for each channel" in remark for remark in whole.summary.remarks)
    (conv,) = whole.model.main.ops("Conv")
    assert conv.inputs[1] is not None
    assert conv.inputs[1].quantization is not None
    assert conv.inputs[1].quantization.scale == pytest.approx((2 / 254,))


@pytest.mark.parametrize(("low", "high"), [([-1.0], [1.0]), ([-1.0, 0.0, 1.0], [1.0, 2.0, 3.0])])
def test_as_many_ranges_as_channels(low: list[float], high: list[float]) -> None:
    from pytoco.compiler.errors import PytocoError

    ends = [const("low", np.array(low, np.float32)), const("high", np.array(high, np.float32))]
    ranged = [*ends, node("f", "FakeQuantWithMinMaxVarsPerChannel", ["w", "low", "high"])]
    with pytest.raises(PytocoError, match="channels"):
        converted(product(GOOD, *ranged))


def test_a_float_model_drops_fake_quant_when_asked() -> None:
    graph = product(GOOD, fake("f", "w", -1.0, 1.0))
    kept = convert(graph, input_arrays=("x",), output_arrays=("y",))
    dropped = convert(graph, input_arrays=("x",), output_arrays=("y",), drop_fake_quant=True)
    assert kept.summary.operators == {"FAKE_QUANT": 1, "FULLY_CONNECTED": 1}
    assert dropped.summary.operators == {"FULLY_CONNECTED": 1}


@pytest.mark.parametrize(
    ("op", "ends", "more", "reason"),
    [
        ("FakeQuantWithMinMaxVars", (-1.0, 1.0), {"narrow_range": True}, "narrow_range"),
        ("FakeQuantWithMinMaxVarsPerChannel", ([-1.0] * 4, [1.0] * 4), {}, "a range for each channel"),
    ],
)
def test_float_models_say_which_fake_quant_no_kernel_computes(op: str, ends: Any, more: Any, reason: str) -> None:
    low, high = (const(name, np.array(end, np.float32)) for name, end in zip(("low", "high"), ends, strict=True))
    graph = data(placeholder("x", 1, 4), *_doubled("t"), low, high, node("y", op, ["t", "low", "high"], **more))
    with pytest.raises(UnsupportedError, match=reason):
        convert(graph, input_arrays=("x",), output_arrays=("y",))


def test_what_is_known_of_arrays_comes_from_python_or_a_file(tmp_path: Path) -> None:
    graph = data(placeholder("x", 1, 4), *_doubled("t"), node("y", "Mul", ["t", "t"], T=FLOAT))
    entries = [{"name": "t", "min": -2.0, "max": 2.0}, {"name_regexp": "y|z+", "min": 0.0, "max": 4.0}]
    text = tmp_path / "info.pbtxt"
    text.write_text('entries { name: "t" min: -2.0 max: 2.0 } entries { name_regexp: "y|z+" min: 0.0 max: 4.0 }')
    binary = tmp_path / "info.pb"  # by hand: entries = 1, name = 1, min = 2, max = 3, name_regexp = 7
    double = {-2.0: b"\0\0\0\0\0\0\0\xc0", 2.0: b"\0\0\0\0\0\0\0\x40", 0.0: bytes(8), 4.0: b"\0\0\0\0\0\0\x10\x40"}
    first = b"\x0a\x01t" + b"\x11" + double[-2.0] + b"\x19" + double[2.0]
    second = b"\x3a\x04y|z+" + b"\x11" + double[0.0] + b"\x19" + double[4.0]
    binary.write_bytes(b"".join(b"\x0a" + bytes([len(e)]) + e for e in (first, second)))
    results = [
        converted(graph, arrays_extra_info=entries),
        converted(graph, arrays_extra_info_file=text),
        converted(graph, arrays_extra_info_file=binary),
    ]
    assert results[0].model.main.outputs[0].quantization == Quantization((4 / 255,), (0,))
    assert len({bytes(r.data or b"") for r in results}) == 1


@pytest.mark.parametrize(
    ("entry", "what"),
    [
        ({"min": 0.0, "max": 1.0}, "names no array"),
        ({"name": "t", "min": 0.0}, "only one of min and max"),
        ({"name": "t", "min": 1.0, "max": 0.0}, "is no range"),
        ({"name": "t", "min": 0.0, "max": float("nan")}, "is no range"),
        ({"name_regexp": "("}, "entry 1"),
        ({"name": "t", "scale": 1.0}, "no field 'scale'"),
        ({"name": "t", "shape": [2, -1]}, "negative dimension"),
        ({"name": "t", "shape": [7]}, "has the shape"),
        ({"name": "t", "data_type": "INT8"}, "all arrays of one conversion"),
    ],
)
def test_wrong_entries_are_refused(entry: dict[str, Any], what: str) -> None:
    graph = data(placeholder("x", 1, 4), *_doubled("t"), fake("y", "t", -2.0, 2.0))
    with pytest.raises(UsageError, match=what.replace("(", r"\(")):
        converted(graph, arrays_extra_info=[entry])


def test_what_is_no_such_file_is_refused(tmp_path: Path) -> None:
    graph = product(GOOD)
    with pytest.raises(FileError, match="cannot read"):
        converted(graph, arrays_extra_info_file=tmp_path / "none")
    wrong = tmp_path / "wrong"
    wrong.write_bytes(b"\xff\xfe nothing")
    with pytest.raises(UsageError, match="no ArraysExtraInfo"):
        converted(graph, arrays_extra_info_file=wrong)


def test_an_array_can_be_made_constant() -> None:
    graph = data(placeholder("x", 1, 4), *_doubled("t"), node("y", "Add", ["x", "t"], T=FLOAT))
    entry = {"name": "t", "constant_float_value": 0.0}
    result = convert(graph, input_arrays=("x",), output_arrays=("y",), arrays_extra_info=[entry])
    assert "MUL" not in result.summary.operators


def test_ranges_survive_as_text_and_in_journals() -> None:
    from pytoco.compiler.debug.journal.decoding import decoded
    from pytoco.compiler.debug.journal.encoding import plain
    from pytoco.compiler.ir.text import parse, print_model

    range_ = MinMax(-1.0, 2.0, True, 8, 0, (-1.0, -0.5), (1.0, 2.0))
    minmax = "minmax(-1.0, 2.0, true, 8, 0, [-1.0, -0.5], [1.0, 2.0])"
    text = f"graph main() -> w {{\n  w = const float32[2] {minmax} [0.5, 1.0]\n}}\n"
    model = parse(text)
    assert model.main.outputs[0].minmax == range_
    assert parse(print_model(model)).main.outputs[0].minmax == range_
    assert MinMax(*decoded(plain(range_))) == range_
