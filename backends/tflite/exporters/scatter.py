"""Writing slices to places."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from .base import Exporter, by_type, type_of

if TYPE_CHECKING:
    from ....compiler.ir import Op


def _int32(*positions: int) -> Callable[[Op], str | None]:
    """A check: the operands there are int32, or of unknown type."""

    def check(op: Op) -> str | None:
        for k in positions:
            found = type_of(op, k)
            if found not in ("", "int32"):
                return f"operand {k} is {found}; the kernel reads int32"
        return None

    return check


EXPORTERS = {
    "ScatterNd": Exporter(
        "SCATTER_ND", "ScatterNdOptions", dtypes="float32 int32 int64 uint8 int8 bool", data=1, check=_int32(0, 2)
    ),
    "SparseToDense": Exporter(
        "SPARSE_TO_DENSE",
        "SparseToDenseOptions",
        lambda op: {"validate_indices": op.attrs.validate_indices},
        by_type(position=2, int64=2, uint8=3, int8=3),
        "float32 int32 int64 uint8 int8",
        data=2,
    ),
    "DynamicUpdateSlice": Exporter(
        "DYNAMIC_UPDATE_SLICE", "DynamicUpdateSliceOptions", dtypes="float32 int32 int64 int8 bool"
    ),
}
