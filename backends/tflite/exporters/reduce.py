"""Reductions along axes."""

from __future__ import annotations

from .base import Exporter, by_type


def _reducer(builtin: str, dtypes: str, **versions: int) -> Exporter:
    keep = lambda op: {"keep_dims": op.attrs.keep_dims}  # noqa: E731
    return Exporter(builtin, "ReducerOptions", keep, by_type(**versions), dtypes)


def _arg(builtin: str) -> Exporter:
    result = lambda op: {"output_type": op.attrs.output_type}  # noqa: E731
    return Exporter(
        builtin, f"{builtin[:3].title()}{builtin[4:].title()}Options", result, by_type(int8=2, bool=3),
        "float32 int32 uint8 int8 bool",
    )  # fmt: skip


_NUMBERS = "float32 int32 int64"
EXPORTERS = {
    "Mean": _reducer("MEAN", f"{_NUMBERS} | uint8 int8 int16", int8=2, int16=3),
    "Sum": _reducer("SUM", f"{_NUMBERS} | uint8 int8", int8=2),
    "ReduceMax": _reducer("REDUCE_MAX", f"{_NUMBERS} uint8 int8 int16", int8=2, int16=3),
    "ReduceMin": _reducer("REDUCE_MIN", f"{_NUMBERS} uint8 int8 int16", int8=2, int16=3),
    "ReduceProd": _reducer("REDUCE_PROD", _NUMBERS),
    "Any": _reducer("REDUCE_ANY", "bool"),
    "All": _reducer("REDUCE_ALL", "bool"),
    "ArgMax": _arg("ARG_MAX"),
    "ArgMin": _arg("ARG_MIN"),
}
