"""Slices and splits."""

from __future__ import annotations

from .base import integer, narrowed, row

_MASKS = ("begin_mask", "end_mask", "ellipsis_mask", "new_axis_mask", "shrink_axis_mask")

TABLE = {
    "Slice": row("Slice"),
    "StridedSlice": narrowed(row("StridedSlice", **{mask: integer(mask, 0) for mask in _MASKS}), 1, 2, 3),
    "Split": row("Split", num=integer("num_split")),
    "SplitV": row("SplitV", num=integer("num_split")),
}
