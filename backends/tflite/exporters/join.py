"""Joining tensors, and taking joined ones apart."""

from __future__ import annotations

from .base import Exporter, by_type

EXPORTERS = {
    "Concatenation": Exporter(
        "CONCATENATION",
        "ConcatenationOptions",
        lambda op: {"axis": op.attrs.axis, "fused_activation_function": op.attrs.activation},
        by_type(int8=2, int16=3, uint32=4),
        "float32 int32 int64 uint8 int8 int16 uint32 bool",
    ),
    "Pack": Exporter(
        "PACK",
        "PackOptions",
        lambda op: {"values_count": len(op.inputs), "axis": op.attrs.axis},
        by_type(int8=2, int16=3, uint32=4),
        "float32 int32 int64 uint8 int8 int16 uint32",
    ),
    "Unpack": Exporter(
        "UNPACK",
        "UnpackOptions",
        lambda op: {"num": op.attrs.num, "axis": op.attrs.axis},
        by_type(uint8=2, int8=2, bool=3, int16=4),
        "float32 int32 uint8 int8 int16 bool",
    ),
}
