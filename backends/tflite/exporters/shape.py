"""Operators that change or ask for shapes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .base import Exporter, by_type

if TYPE_CHECKING:
    from ....compiler.ir import Op


def _has_int32(op: Op) -> str | None:
    shape = op.inputs[1]
    if shape is not None and shape.dtype is not None and shape.dtype.name != "int32":
        return f"{shape.name!r} is {shape.dtype.name}; the kernel reads shapes as int32"
    return None


EXPORTERS = {
    "Reshape": Exporter("RESHAPE", check=_has_int32),
    "Squeeze": Exporter("SQUEEZE", "SqueezeOptions", lambda op: {"squeeze_dims": tuple(op.attrs.axes) or None}),
    "ExpandDims": Exporter("EXPAND_DIMS", "ExpandDimsOptions"),
    "Shape": Exporter("SHAPE", "ShapeOptions", lambda op: {"out_type": op.attrs.output_type}),
    "Rank": Exporter("RANK", "RankOptions"),
    "Tile": Exporter("TILE", "TileOptions", version=by_type(string=2), dtypes="float32 int32 int64 uint8 bool string"),
    "BroadcastTo": Exporter(
        "BROADCAST_TO",
        "BroadcastToOptions",
        version=by_type(2, int8=3, int16=3),
        dtypes="float32 int32 int64 uint8 int8 int16 uint32 bool",
    ),
    "BroadcastArgs": Exporter("BROADCAST_ARGS", dtypes="int32 int64"),
}
