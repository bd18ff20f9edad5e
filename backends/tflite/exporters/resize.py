"""Resizing of images."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .base import Exporter, type_of

if TYPE_CHECKING:
    from ....compiler.ir import Op


def _fields(op: Op) -> dict[str, Any]:
    return {"align_corners": op.attrs.align_corners, "half_pixel_centers": op.attrs.half_pixel_centers}


def _version(op: Op) -> int:
    data = type_of(op)
    if data == "int16":
        return 4
    if op.attrs.half_pixel_centers:
        return 3
    return 2 if data == "int8" else 1


def _nearest_version(op: Op) -> int:
    if type_of(op) == "int16":
        return 4
    if op.attrs.half_pixel_centers or op.attrs.align_corners:
        return 3
    return 2 if type_of(op) == "int8" else 1


def _check(op: Op) -> str | None:
    if op.attrs.align_corners and op.attrs.half_pixel_centers:
        return "align_corners and half_pixel_centers exclude each other"
    return None


EXPORTERS = {
    "ResizeBilinear": Exporter(
        "RESIZE_BILINEAR", "ResizeBilinearOptions", _fields, _version, "float32 | uint8 int8 int16", check=_check
    ),
    "ResizeNearestNeighbor": Exporter(
        "RESIZE_NEAREST_NEIGHBOR",
        "ResizeNearestNeighborOptions",
        _fields,
        _nearest_version,
        "float32 uint8 int8 int16",
        check=_check,
    ),
}
