"""Padding."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .base import Exporter, at_most, by_type, rank_of

if TYPE_CHECKING:
    from ....compiler.ir import Op


def _version(op: Op) -> int:
    found = by_type(int8=2, int16=3, bool=5)(op)
    return max(found, 4) if rank_of(op) > 4 else found


_DATA = "float32 int32 int64 uint8 int8 int16 bool"

EXPORTERS = {
    "Pad": Exporter("PAD", "PadOptions", version=_version, dtypes=_DATA, check=at_most(5)),
    "PadV2": Exporter("PADV2", "PadV2Options", version=_version, dtypes=_DATA, check=at_most(5)),
    "MirrorPad": Exporter(
        "MIRROR_PAD",
        "MirrorPadOptions",
        lambda op: {"mode": op.attrs.mode},
        by_type(int8=2, int16=3),
        "float32 int32 int64 uint8 int8 int16",
    ),
}
