"""Element-wise operators with two operands, and sums of many."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from .base import Exporter, activation, by_type, rank_of, type_of

if TYPE_CHECKING:
    from ....compiler.ir import Op


def _is_high_broadcast(op: Op) -> bool:
    """Whether the operands differ in shape and one has more than four dimensions."""
    a, b = op.inputs[0], op.inputs[1]
    return a is not None and b is not None and a.shape != b.shape and max(rank_of(op, 0), rank_of(op, 1)) > 4


def _same_shape(op: Op) -> str | None:
    a, b = op.inputs[0], op.inputs[1]
    return None if a is None or b is None or a.shape == b.shape else "its operands differ in shape"


def _by_broadcast(high: int, otherwise: int = 1, **versions: int) -> Callable[[Op], int]:
    def rule(op: Op) -> int:
        found = versions.get(type_of(op), otherwise)
        return max(found, high) if _is_high_broadcast(op) else found

    return rule


def _is_quantized_int16(op: Op) -> bool:
    return type_of(op) == "int16" and op.inputs[0] is not None and op.inputs[0].quantization is not None


def _sum_options(op: Op) -> dict[str, Any]:
    """16-bit sums are between any scales, not only powers of two, which is what the schema takes for granted."""
    return activation(op) | ({"pot_scale_int16": False} if _is_quantized_int16(op) else {})


def _add_version(op: Op) -> int:
    return 3 if _is_quantized_int16(op) else by_type(int8=2, int64=4)(op)


def _mul_version(op: Op) -> int:
    scales = [a.quantization.scale for a in (*op.inputs, *op.outputs) if a is not None and a.quantization is not None]
    if type_of(op) == "int8" and len(scales) == 3 and scales[0][0] * scales[1][0] >= scales[2][0] > 0:
        return 3
    return by_type(int8=2, int16=4, int64=5, uint32=7)(op)


def _compare(builtin: str, more: str = "", **versions: int) -> Exporter:
    """16-bit and plain 8-bit integers have kernels in some comparisons only."""
    return Exporter(builtin, version=by_type(int8=2, **versions), dtypes=f"float32 int32 int64 {more} | uint8 int8")


EXPORTERS = {
    "Add": Exporter("ADD", "AddOptions", _sum_options, _add_version, "float32 int32 int64 int16 | uint8 int8"),
    "Sub": Exporter(
        "SUB",
        "SubOptions",
        _sum_options,
        _by_broadcast(3, int8=2, int16=5, int64=4),
        "float32 int32 int64 | uint8 int8 int16",
    ),
    "Mul": Exporter("MUL", "MulOptions", activation, _mul_version, "float32 int32 int64 int16 uint32 | uint8 int8"),
    "Div": Exporter("DIV", "DivOptions", activation, _by_broadcast(2), "float32 int32 | uint8"),
    "FloorDiv": Exporter("FLOOR_DIV", version=by_type(float32=2, int8=3, int16=3), dtypes="float32 int32 int8 int16"),
    "FloorMod": Exporter("FLOOR_MOD", version=by_type(int8=2, int16=2), dtypes="float32 int32 int64 int8 int16"),
    "Maximum": Exporter(
        "MAXIMUM", version=_by_broadcast(3, int8=2, int16=4), dtypes="float32 int32 int64 uint8 int8 int16"
    ),
    "Minimum": Exporter(
        "MINIMUM", version=_by_broadcast(3, int8=2, int16=4), dtypes="float32 int32 int64 uint8 int8 int16"
    ),
    "Atan2": Exporter("ATAN2", "ATan2Options", dtypes="float32 float64", check=_same_shape),
    "Pow": Exporter("POW", dtypes="float32 int32"),
    "SquaredDifference": Exporter("SQUARED_DIFFERENCE", version=by_type(int8=2), dtypes="float32 int32 | int8"),
    "Less": _compare("LESS", "int16", int16=3),
    "LessEqual": _compare("LESS_EQUAL"),
    "Greater": _compare("GREATER"),
    "GreaterEqual": _compare("GREATER_EQUAL", "int16", int16=3),
    "Equal": _compare("EQUAL", "bool string int16", string=3, int16=5),
    "NotEqual": _compare("NOT_EQUAL", "bool string", string=3),
    "LogicalAnd": Exporter("LOGICAL_AND", dtypes="bool"),
    "LogicalOr": Exporter("LOGICAL_OR", dtypes="bool"),
    "AddN": Exporter("ADD_N", dtypes="float32 int32"),
}
