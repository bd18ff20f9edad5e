"""Choosing elements by a condition or by size."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .base import Exporter, by_type, type_of

if TYPE_CHECKING:
    from ....compiler.ir import Op

_CHOSEN = "float32 int32 int64 uint8 int8 int16 uint32 bool"


def _one_hot_check(op: Op) -> str | None:
    if type_of(op) not in {"", "int32", "int64"}:
        return f"its indices are {type_of(op)}; the kernel takes int32 and int64"
    return None


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
        check=_one_hot_check,
    ),
    "TopKV2": Exporter(
        "TOPK_V2",
        "TopKV2Options",
        version=by_type(int8=2, int16=3),
        dtypes="float32 int32 int64 uint8 int8 int16",
    ),
}
