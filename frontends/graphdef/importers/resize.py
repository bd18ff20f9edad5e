"""Resizing of images."""

from __future__ import annotations

from .base import flag, row

TABLE = {
    kind: row(kind, align_corners=flag("align_corners"), half_pixel_centers=flag("half_pixel_centers"))
    for kind in ("ResizeBilinear", "ResizeNearestNeighbor")
}
