"""Conversions between real and quantised values."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from .base import Exporter, by_type

if TYPE_CHECKING:
    from ....compiler.ir import Op


def _range(op: Op) -> tuple[float, float] | None:
    if op.attrs.min is not None and op.attrs.max is not None:
        return float(op.attrs.min), float(op.attrs.max)
    ends = op.inputs[1:3]
    if len(ends) < 2 or any(a is None or not a.is_constant or a.size != 1 for a in ends):
        return None
    low, high = (float(np.reshape(a.numpy(), ())) for a in ends if a is not None)
    return low, high


def _fake_quant(op: Op) -> dict[str, Any]:
    low, high = _range(op) or (0.0, 0.0)
    return {"min": low, "max": high, "num_bits": op.attrs.num_bits, "narrow_range": op.attrs.narrow_range}


def _fake_quant_check(op: Op) -> str | None:
    if op.attrs.narrow_range:
        return "narrow_range; the kernel refuses it on activations"
    if op.attrs.per_channel:
        return "a range for each channel; the kernel takes one in all"
    return None if _range(op) else "its range is neither an attribute nor a constant"


def _quantize_check(op: Op) -> str | None:
    return None if op.outputs[0].quantization is not None else "its result has no scale and zero point"


def _quantize_version(op: Op) -> int:
    result = op.outputs[0].quantization
    if result is not None and len(result.scale) > 1:
        return 3
    names = {a.dtype.name for a in (op.inputs[0], op.outputs[0]) if a is not None and a.dtype is not None}
    if "int16" in names and "float32" not in names:
        return 2
    return 2 if "float32" not in names else 1


def _dequantize_check(op: Op) -> str | None:
    data = op.inputs[0]
    if data is None or data.quantization is not None or (data.dtype is not None and data.dtype.is_float):
        return None
    return f"{data.name!r} has no scale and zero point"


def _dequantize_version(op: Op) -> int:
    data = op.inputs[0]
    if data is not None and data.quantization is not None and len(data.quantization.scale) > 1:
        return 5
    return by_type(int8=2, int16=3, float16=3)(op)


EXPORTERS = {
    "FakeQuant": Exporter(
        "FAKE_QUANT",
        "FakeQuantOptions",
        _fake_quant,
        dtypes="float32",
        check=_fake_quant_check,
        operands=lambda op: op.inputs[:1],
    ),
    "Quantize": Exporter(
        "QUANTIZE",
        "QuantizeOptions",
        version=_quantize_version,
        dtypes="float32 uint8 int8 int16 int32",
        check=_quantize_check,
    ),
    "Dequantize": Exporter(
        "DEQUANTIZE",
        "DequantizeOptions",
        version=_dequantize_version,
        dtypes="uint8 int8 int16 float16",
        check=_dequantize_check,
    ),
}
