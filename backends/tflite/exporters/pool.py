"""Pooling over windows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .base import Exporter, by_type

if TYPE_CHECKING:
    from ....compiler.ir import Op


def _fields(op: Op) -> dict[str, Any]:
    a = op.attrs
    return {
        "padding": a.padding,
        "stride_w": a.stride_w,
        "stride_h": a.stride_h,
        "filter_width": a.kernel_w,
        "filter_height": a.kernel_h,
        "fused_activation_function": a.activation,
    }


def _check(op: Op) -> str | None:
    return "explicit padding; TFLite knows SAME and VALID" if op.attrs.padding == "EXPLICIT" else None


_VERSION = by_type(int8=2, int16=3)
_DATA = "float32 | uint8 int8 int16"

EXPORTERS = {
    "AveragePool": Exporter("AVERAGE_POOL_2D", "Pool2DOptions", _fields, _VERSION, _DATA, check=_check),
    "MaxPool": Exporter("MAX_POOL_2D", "Pool2DOptions", _fields, _VERSION, _DATA, check=_check),
    "L2Pool": Exporter("L2_POOL_2D", "Pool2DOptions", _fields, 1, "float32", check=_check),
}
