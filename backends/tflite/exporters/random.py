"""Random numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .base import Exporter

if TYPE_CHECKING:
    from ....compiler.ir import Op


def _check(op: Op) -> str | None:
    name = op.attrs.dtype.name
    return None if name == "float32" else f"draws {name}; RANDOM_UNIFORM draws float32"


EXPORTERS = {
    "RandomUniform": Exporter(
        "RANDOM_UNIFORM",
        "RandomOptions",
        lambda op: {"seed": op.attrs.seed, "seed2": op.attrs.seed2},
        dtypes="int32",
        check=_check,
    ),
}
