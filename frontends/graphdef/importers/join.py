"""Concatenation, packing and unpacking."""

from __future__ import annotations

from ....compiler.ir.items import Array
from ....compiler.ops.join import ConcatenationAttrs
from ..nodes import Node
from .base import Builder, ImporterFunction, Row, constant_int, integer, normalized_axis, row


def _concat(axis_at: int) -> ImporterFunction:
    def import_concat(builder: Builder, node: Node, inputs: list[Array]) -> tuple[Array, ...]:
        if len(inputs) < 2:
            raise node.error(f"it has {len(inputs)} inputs, expected values and an axis")
        values = inputs[:-1] if axis_at else inputs[1:]
        axis = constant_int(builder, node, inputs[axis_at], "axis")
        rank = next((a.rank for a in values if a.rank is not None), None)
        return builder.emit("Concatenation", values, ConcatenationAttrs(normalized_axis(node, axis, rank))).outputs

    return import_concat


TABLE: dict[str, Row | ImporterFunction] = {
    "Concat": _concat(0),
    "ConcatV2": _concat(-1),
    "Pack": row("Pack", axis=integer("axis", 0)),
    "Unpack": row("Unpack", num=integer("num"), axis=integer("axis", 0)),
}
