"""Gathering and reversing."""

from __future__ import annotations

import numpy as np

from ....compiler.ir.items import Array
from ....compiler.ops.gather import GatherAttrs
from ..nodes import Node
from .base import Builder, ImporterFunction, Row, Unsupported, constant_int, integer, narrowed, need_inputs, row


def _gather(builder: Builder, node: Node, inputs: list[Array]) -> tuple[Array, ...]:
    need_inputs(node, inputs, 2, 3)
    axis = constant_int(builder, node, inputs[2], "axis") if len(inputs) == 3 else 0
    return builder.emit("Gather", inputs[:2], GatherAttrs(axis, node.integer("batch_dims", 0))).outputs


def _reverse(builder: Builder, node: Node, inputs: list[Array]) -> tuple[Array, ...]:
    """The first version: a truth value for each axis."""
    need_inputs(node, inputs, 2)
    flags = builder.value(inputs[1])
    if flags is None:
        raise Unsupported("its axes are computed, not constant")
    if flags.dtype != np.bool_ or flags.ndim != 1:
        raise node.error(f"its axes are {flags.dtype} of shape {list(flags.shape)}, expected a vector of bools")
    axes = builder.constant(np.flatnonzero(flags).astype(np.int32), "axes")
    return builder.emit("ReverseV2", [inputs[0], axes]).outputs


TABLE: dict[str, Row | ImporterFunction] = {
    "GatherNd": row("GatherNd"),
    "ReverseV2": narrowed(row("ReverseV2"), 1),
    "Reverse": _reverse,
    "Gather": _gather,
    "GatherV2": _gather,
    "ReverseSequence": row("ReverseSequence", seq_dim=integer("seq_dim"), batch_dim=integer("batch_dim", 0)),
}
