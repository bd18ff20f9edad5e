"""Exporters by operator kind, in modules by family that load when first asked for."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module

from .base import Exporter

FAMILIES = (
    "activation", "binary", "bits", "complex", "control", "conv", "detection", "elementwise", "flow", "join", "layout",
    "linear", "normalization", "pad", "quantize", "random", "reduce", "scatter", "select", "sequence", "shape", "slice",
)  # fmt: skip


def exporters(more: Mapping[str, Exporter] | None = None) -> dict[str, Exporter]:
    """All exporters by kind; `more`, those of other plugins, go before this package's."""
    found: dict[str, Exporter] = {}
    for family in FAMILIES:
        found |= import_module(f".{family}", __name__).EXPORTERS
    return found | dict(more or {})
