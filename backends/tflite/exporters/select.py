"""Choosing elements by a condition or by size."""

from __future__ import annotations

from .base import Exporter, by_type

_CHOSEN = "float32 int32 int64 uint8 int8 int16 uint32 bool"

EXPORTERS = {
    "Select": Exporter("SELECT", "SelectOptions", dtypes=_CHOSEN, data=1),
    "SelectV2": Exporter("SELECT_V2", "SelectV2Options", dtypes=_CHOSEN, data=1),
    "Where": Exporter(
        "WHERE", "WhereOptions", version=by_type(2, bool=1), dtypes="float32 int32 int64 uint8 int8 uint32 bool"
    ),
    "OneHot": Exporter(
        "ONE_HOT",
        "OneHotOptions",
        lambda op: {"axis": op.attrs.axis},
        dtypes="float32 int32 int64 uint8 int8 bool",
        data=2,
    ),
    "TopKV2": Exporter(
        "TOPK_V2",
        "TopKV2Options",
        version=by_type(int8=2, int16=3),
        dtypes="float32 int32 int64 uint8 int8 int16",
    ),
}
