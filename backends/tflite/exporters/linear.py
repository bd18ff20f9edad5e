"""Matrix products."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .base import Exporter, by_type, type_of

if TYPE_CHECKING:
    from ....compiler.ir import Op


def _fully_connected(op: Op) -> dict[str, Any]:
    return {"fused_activation_function": op.attrs.activation, "keep_num_dims": op.attrs.keep_num_dims}


def _fully_connected_version(op: Op) -> int:
    data, weights = type_of(op), type_of(op, 1)
    scales = op.inputs[1].quantization if op.inputs[1] is not None else None
    if data == "float32" and weights == "int8" and scales is not None and len(scales.scale) > 1:
        return 12
    if data == "int16":
        return 7
    if op.attrs.keep_num_dims:
        return 5
    if data == "int8":
        return 4
    return 3 if data == "float32" and weights == "int8" else 1


EXPORTERS = {
    "FullyConnected": Exporter(
        "FULLY_CONNECTED",
        "FullyConnectedOptions",
        _fully_connected,
        _fully_connected_version,
        "float32 | uint8 int8 int16",
        # A bias that is left out is written as index -1: leaving the operand away needs operator version 6.
        operands=lambda op: (*op.inputs, None)[:3],
    ),
    "MatMul": Exporter(
        "BATCH_MATMUL",
        "BatchMatMulOptions",
        lambda op: {"adj_x": op.attrs.transpose_a, "adj_y": op.attrs.transpose_b},
        by_type(int8=2, int16=3),
        "float32 | int8 int16",
    ),
    "BatchMatMul": Exporter(
        "BATCH_MATMUL",
        "BatchMatMulOptions",
        lambda op: {"adj_x": op.attrs.adj_x, "adj_y": op.attrs.adj_y},
        by_type(int8=2, int16=3),
        "float32 | int8 int16",
    ),
}
