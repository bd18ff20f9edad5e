"""Random numbers."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from .base import Exporter

if TYPE_CHECKING:
    from ....compiler.ir import Op


def _is_float(builtin: str) -> Callable[[Op], str | None]:
    return lambda op: None if op.attrs.dtype.name == "float32" else f"draws {op.attrs.dtype}; {builtin} draws float32"


def _seeds(op: Op) -> dict[str, Any]:
    return {"seed": op.attrs.seed, "seed2": op.attrs.seed2}


def _classes(op: Op) -> str | None:
    name = op.attrs.output_type.name
    return None if name in ("int32", "int64") else f"draws {name}; MULTINOMIAL draws int32 or int64"


EXPORTERS = {
    **{
        kind: Exporter(builtin, "RandomOptions", _seeds, dtypes="int32", check=_is_float(builtin))
        for kind, builtin in (("RandomUniform", "RANDOM_UNIFORM"), ("RandomStandardNormal", "RANDOM_STANDARD_NORMAL"))
    },
    "Multinomial": Exporter("MULTINOMIAL", "RandomOptions", _seeds, dtypes="float32", check=_classes),
}
