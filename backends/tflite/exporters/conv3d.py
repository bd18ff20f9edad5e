"""Convolutions of volumes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .base import Exporter

if TYPE_CHECKING:
    from ....compiler.ir import Op


def _fields(op: Op) -> dict[str, Any]:
    a = op.attrs
    return {
        "padding": a.padding,
        **{f"stride_{d}": getattr(a, f"stride_{d}") for d in "dhw"},
        **{f"dilation_{d}_factor": getattr(a, f"dilation_{d}") for d in "dhw"},
        "fused_activation_function": a.activation,
    }


EXPORTERS = {
    "Conv3D": Exporter("CONV_3D", "Conv3DOptions", _fields, dtypes="float32"),
    "Conv3DTranspose": Exporter("CONV_3D_TRANSPOSE", "Conv3DOptions", _fields, dtypes="float32", data=2),
}
