"""Moving elements without changing them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .base import Exporter, at_most, by_type, rank_of, type_of

if TYPE_CHECKING:
    from ....compiler.ir import Op


def _block(op: Op) -> dict[str, Any]:
    return {"block_size": op.attrs.block_size}


def _transpose_version(op: Op) -> int:
    found = by_type(int8=2, bool=3, int16=5)(op)
    return max(found, 4 if rank_of(op) < 6 else 6) if rank_of(op) > 4 else found


def _blocks_version(op: Op) -> int:
    found = by_type(int8=2, int16=4)(op)
    return max(found, 3) if rank_of(op) == 3 else found


def _blocks_check(op: Op) -> str | None:
    if rank_of(op) not in {0, 3, 4}:
        return f"rank {rank_of(op)}; the kernel takes 3 or 4"
    for position in (1, 2):
        if type_of(op, position) not in {"", "int32"}:
            return f"operand {position} is {type_of(op, position)}; the kernel reads int32"
    return None


def _transpose_check(op: Op) -> str | None:
    if type_of(op, 1) not in {"", "int32"}:
        return f"its permutation is {type_of(op, 1)}; the kernel reads int32"
    return at_most(6)(op)


_MOVED = "float32 int32 int64 uint8 int8"

EXPORTERS = {
    "Transpose": Exporter(
        "TRANSPOSE",
        "TransposeOptions",
        version=_transpose_version,
        dtypes="float32 int32 int64 uint8 int8 int16 bool",
        check=_transpose_check,
    ),
    "SpaceToDepth": Exporter("SPACE_TO_DEPTH", "SpaceToDepthOptions", _block, by_type(int8=2), _MOVED),
    "DepthToSpace": Exporter("DEPTH_TO_SPACE", "DepthToSpaceOptions", _block, by_type(int8=2), _MOVED),
    "SpaceToBatchND": Exporter(
        "SPACE_TO_BATCH_ND", "SpaceToBatchNDOptions", None, _blocks_version, f"{_MOVED} int16", check=_blocks_check
    ),
    "BatchToSpaceND": Exporter(
        "BATCH_TO_SPACE_ND", "BatchToSpaceNDOptions", None, _blocks_version, f"{_MOVED} int16", check=_blocks_check
    ),
}
