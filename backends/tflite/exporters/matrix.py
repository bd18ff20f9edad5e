"""Diagonals of matrices."""

from __future__ import annotations

from .base import Exporter

_ENTRIES = "float32 int32 int64 uint8 int8 int16"

EXPORTERS = {
    "MatrixDiag": Exporter("MATRIX_DIAG", "MatrixDiagOptions", dtypes=_ENTRIES),
    "MatrixSetDiag": Exporter("MATRIX_SET_DIAG", "MatrixSetDiagOptions", dtypes=_ENTRIES),
}
