"""Choosing boxes in images."""

from __future__ import annotations

from .base import Exporter

EXPORTERS = {
    "NonMaxSuppressionV4": Exporter("NON_MAX_SUPPRESSION_V4", "NonMaxSuppressionV4Options", dtypes="float32"),
    "NonMaxSuppressionV5": Exporter("NON_MAX_SUPPRESSION_V5", "NonMaxSuppressionV5Options", dtypes="float32"),
}
