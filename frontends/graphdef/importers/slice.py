"""Slices and splits."""

from __future__ import annotations

from .base import integer, row

_MASKS = ("begin_mask", "end_mask", "ellipsis_mask", "new_axis_mask", "shrink_axis_mask")

TABLE = {
    "Slice": row("Slice"),
    "StridedSlice": row("StridedSlice", **{mask: integer(mask, 0) for mask in _MASKS}),
    "Split": row("Split", num=integer("num_split")),
    "SplitV": row("SplitV", num=integer("num_split")),
}
