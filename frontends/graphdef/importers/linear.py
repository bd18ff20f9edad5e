"""Matrix products."""

from __future__ import annotations

from .base import flag, row

_BATCH = row("BatchMatMul", adj_x=flag("adj_x"), adj_y=flag("adj_y"))

TABLE = {
    "MatMul": row("MatMul", transpose_a=flag("transpose_a"), transpose_b=flag("transpose_b")),
    "BatchMatMul": _BATCH,
    "BatchMatMulV2": _BATCH,
}
