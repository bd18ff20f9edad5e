"""Normalisation over a depth."""

from __future__ import annotations

from .base import Exporter, activation, by_type

EXPORTERS = {
    "L2Normalization": Exporter(
        "L2_NORMALIZATION", "L2NormOptions", activation, by_type(int8=2), "float32 | uint8 int8"
    ),
    "LocalResponseNormalization": Exporter(
        "LOCAL_RESPONSE_NORMALIZATION",
        "LocalResponseNormalizationOptions",
        lambda op: {"radius": op.attrs.radius, "bias": op.attrs.bias, "alpha": op.attrs.alpha, "beta": op.attrs.beta},
        dtypes="float32",
    ),
}
