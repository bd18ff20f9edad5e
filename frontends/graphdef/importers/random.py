"""Random numbers."""

from __future__ import annotations

from ....compiler.ir.types import FLOAT32
from .base import element_type, integer, row

TABLE = {
    "RandomUniform": row(
        "RandomUniform", dtype=element_type("dtype", FLOAT32), seed=integer("seed", 0), seed2=integer("seed2", 0)
    )
}
