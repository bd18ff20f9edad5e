"""Operators that make tensors."""

from __future__ import annotations

from .base import Exporter, by_type

EXPORTERS = {
    "Fill": Exporter(
        "FILL",
        "FillOptions",
        version=by_type(1, 1, bool=2, string=2, int8=3, int16=3, float16=4),
        dtypes="float32 float16 int32 int64 int8 int16 bool",
        data=1,
    ),
    "Range": Exporter("RANGE", "RangeOptions", version=by_type(int64=2), dtypes="float32 int32 int64"),
    "ZerosLike": Exporter("ZEROS_LIKE", "ZerosLikeOptions", dtypes="float32 int32 int64"),
}
