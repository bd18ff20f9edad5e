"""Picking and reordering elements."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .base import Exporter, at_most, by_type, type_of

if TYPE_CHECKING:
    from ....compiler.ir import Op


def _gather(op: Op) -> dict[str, Any]:
    return {"axis": op.attrs.axis, "batch_dims": op.attrs.batch_dims}


def _gather_version(op: Op) -> int:
    return 5 if op.attrs.batch_dims else by_type(int8=2, bool=3, int16=4)(op)


def _gather_check(op: Op) -> str | None:
    return at_most(1)(op) if type_of(op) == "string" else None


EXPORTERS = {
    "Gather": Exporter(
        "GATHER",
        "GatherOptions",
        _gather,
        _gather_version,
        "float32 int32 int64 uint8 int8 int16 bool string",
        check=_gather_check,
    ),
    "GatherNd": Exporter(
        "GATHER_ND",
        "GatherNdOptions",
        version=by_type(string=2, int16=3, bool=5),
        dtypes="float32 int32 int64 uint8 int8 int16 bool string",
    ),
    "ReverseV2": Exporter(
        "REVERSE_V2", "ReverseV2Options", version=by_type(bool=2), dtypes="float32 int32 int64 uint8 int16 bool"
    ),
    "ReverseSequence": Exporter(
        "REVERSE_SEQUENCE",
        "ReverseSequenceOptions",
        lambda op: {"seq_dim": op.attrs.seq_dim, "batch_dim": op.attrs.batch_dim},
        dtypes="float32 int32 int64 uint8 int16",
    ),
}
