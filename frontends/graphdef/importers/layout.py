"""Moving elements between dimensions."""

from __future__ import annotations

import numpy as np

from ....compiler.ir.items import Array
from ....compiler.ops.layout import BlockAttrs
from ..nodes import Node
from .base import Builder, ImporterFunction, Row, emit_image_op, narrowed, need_inputs, row


def _block(kind: str) -> ImporterFunction:
    def import_block(builder: Builder, node: Node, inputs: list[Array]) -> tuple[Array, ...]:
        need_inputs(node, inputs, 1)
        return (emit_image_op(builder, node, kind, inputs, BlockAttrs(node.integer("block_size"))),)

    return import_block


def _batch(kind: str) -> ImporterFunction:
    """The first version: one block size for height and width."""

    def import_batch(builder: Builder, node: Node, inputs: list[Array]) -> tuple[Array, ...]:
        need_inputs(node, inputs, 2)
        block = builder.constant(np.full(2, node.integer("block_size"), np.int32), "block_shape")
        return builder.emit(kind, [inputs[0], block, builder.narrow(inputs[1], "extents")]).outputs

    return import_batch


TABLE: dict[str, Row | ImporterFunction] = {
    "Transpose": narrowed(row("Transpose"), 1),
    "SpaceToBatchND": narrowed(row("SpaceToBatchND"), 1, 2),
    "BatchToSpaceND": narrowed(row("BatchToSpaceND"), 1, 2),
    "SpaceToDepth": _block("SpaceToDepth"),
    "DepthToSpace": _block("DepthToSpace"),
    "SpaceToBatch": _batch("SpaceToBatchND"),
    "BatchToSpace": _batch("BatchToSpaceND"),
}
