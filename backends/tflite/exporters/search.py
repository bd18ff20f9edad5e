"""Looking elements up."""

from __future__ import annotations

from .base import Exporter

EXPORTERS = {
    "Unique": Exporter(
        "UNIQUE",
        "UniqueOptions",
        lambda op: {"idx_out_type": op.attrs.index_type},
        dtypes="float32 int32 int64 uint8 int8 int16",
    ),
    "Bucketize": Exporter(
        "BUCKETIZE",
        "BucketizeOptions",
        lambda op: {"boundaries": op.attrs.boundaries},
        dtypes="float32 float64 int32 int64",
    ),
}
