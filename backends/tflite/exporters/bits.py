"""Integers and memory seen as bits."""

from __future__ import annotations

from .base import Exporter

EXPORTERS = {
    "BitwiseXor": Exporter("BITWISE_XOR", "BitwiseXorOptions", dtypes="int8 uint8 int16 uint16 int32 uint32"),
    "RightShift": Exporter("RIGHT_SHIFT", "RightShiftOptions", dtypes="int8 uint8 int16 uint16 int32 uint32"),
    "Bitcast": Exporter(
        "BITCAST", "BitcastOptions", dtypes="float32 float16 float64 int8 int16 int32 int64 uint8 uint16 uint32 uint64"
    ),
}
