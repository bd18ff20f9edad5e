"""Running totals."""

from __future__ import annotations

from .base import Exporter

EXPORTERS = {
    "Cumsum": Exporter(
        "CUMSUM",
        "CumsumOptions",
        lambda op: {"exclusive": op.attrs.exclusive, "reverse": op.attrs.reverse},
        dtypes="float32 int32 int64",
    )
}
