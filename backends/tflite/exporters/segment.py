"""Sums, products and extremes of rows that belong together."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from ....compiler.ops.base import const_ints
from .base import Exporter

if TYPE_CHECKING:
    from ....compiler.ir import Op


def _without_gaps(op: Op) -> str | None:
    numbers = (-1, *(const_ints(op.inputs[1]) or ()))
    gap = any(b - a > 1 for a, b in pairwise(numbers))
    return "a segment has no rows; the kernel wants some in each" if gap else None


EXPORTERS = {
    "SegmentSum": Exporter("SEGMENT_SUM", "SegmentSumOptions", dtypes="float32 int32", check=_without_gaps),
    **{
        f"UnsortedSegment{name}": Exporter(
            f"UNSORTED_SEGMENT_{name.upper()}", f"UnsortedSegment{name}Options", dtypes="float32 int32"
        )
        for name in ("Sum", "Prod", "Max", "Min")
    },
}
