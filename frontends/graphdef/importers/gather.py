"""Gathering and reversing."""

from __future__ import annotations

from ....compiler.ir.items import Array
from ....compiler.ops.gather import GatherAttrs
from ..nodes import Node
from .base import Builder, ImporterFunction, Row, constant_int, integer, need_inputs, row, rows


def _gather(builder: Builder, node: Node, inputs: list[Array]) -> tuple[Array, ...]:
    need_inputs(node, inputs, 2, 3)
    axis = constant_int(builder, node, inputs[2], "axis") if len(inputs) == 3 else 0
    return builder.emit("Gather", inputs[:2], GatherAttrs(axis, node.integer("batch_dims", 0))).outputs


TABLE: dict[str, Row | ImporterFunction] = {
    **rows(("GatherNd", "ReverseV2")),
    "Gather": _gather,
    "GatherV2": _gather,
    "ReverseSequence": row("ReverseSequence", seq_dim=integer("seq_dim"), batch_dim=integer("batch_dim", 0)),
}
