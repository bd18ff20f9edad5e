"""Random numbers."""

from __future__ import annotations

from ....compiler.ir.types import FLOAT32, INT64
from .base import element_type, integer, narrowed, row

_SEEDS = {"seed": integer("seed", 0), "seed2": integer("seed2", 0)}
_DRAWN = {"dtype": element_type("dtype", FLOAT32), **_SEEDS}

TABLE = {
    "RandomUniform": narrowed(row("RandomUniform", **_DRAWN), 0),
    "RandomStandardNormal": narrowed(row("RandomStandardNormal", **_DRAWN), 0),
    "Multinomial": row("Multinomial", **_SEEDS, output_type=element_type("output_dtype", INT64)),
}
