"""Parts of tensors."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .base import Exporter, at_most, by_type, rank_of, type_of

if TYPE_CHECKING:
    from ....compiler.ir import Op

_DATA = "float32 int32 int64 uint8 int8 int16 bool string"
_MASKS = ("begin_mask", "end_mask", "ellipsis_mask", "new_axis_mask", "shrink_axis_mask")


def _masks(op: Op) -> dict[str, Any]:
    """The masks; TensorFlow passes over begin and end of an axis that goes, TFLite's kernel does not."""
    masks = {name: getattr(op.attrs, name) for name in _MASKS}
    for name in ("begin_mask", "end_mask"):
        masks[name] &= ~op.attrs.shrink_axis_mask
    return masks


def _slice_version(op: Op) -> int:
    found = by_type(int8=2, string=3, int16=4, uint32=6)(op)
    return max(found, 5) if rank_of(op) > 4 else found


def _strided_version(op: Op) -> int:
    found = by_type(int8=2, bool=3, string=5, uint32=7)(op)
    if rank_of(op) > 4:
        found = max(found, 4)
    return max(found, 6) if op.attrs.ellipsis_mask and op.attrs.new_axis_mask else found


def _slice_check(op: Op) -> str | None:
    if type_of(op, 1) != type_of(op, 2):
        return f"begin is {type_of(op, 1)}, size is {type_of(op, 2)}; the kernel wants one type for both"
    return at_most(5)(op)


def _strided_check(op: Op) -> str | None:
    for position in (1, 2, 3):
        if type_of(op, position) not in {"", "int32"}:
            return f"operand {position} is {type_of(op, position)}; the kernel reads int32"
    return at_most(5)(op)


EXPORTERS = {
    "Slice": Exporter("SLICE", "SliceOptions", None, _slice_version, f"{_DATA} uint32", check=_slice_check),
    "StridedSlice": Exporter(
        "STRIDED_SLICE", "StridedSliceOptions", _masks, _strided_version, f"{_DATA} uint32", check=_strided_check
    ),
    "Split": Exporter(
        "SPLIT",
        "SplitOptions",
        lambda op: {"num_splits": op.attrs.num},
        by_type(1, 1, int8=2, int32=3, int16=4),
        "float32 int32 uint8 int8 int16",
        data=1,
    ),
    "SplitV": Exporter(
        "SPLIT_V",
        "SplitVOptions",
        lambda op: {"num_splits": op.attrs.num},
        by_type(int8=2),
        "float32 int32 int64 uint8 int8 int16",
    ),
}
