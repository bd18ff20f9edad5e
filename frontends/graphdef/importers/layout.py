"""Moving elements between dimensions."""

from __future__ import annotations

from ....compiler.ir.items import Array
from ....compiler.ops.layout import BlockAttrs
from ..nodes import Node
from .base import Builder, ImporterFunction, Row, emit_image_op, need_inputs, rows


def _block(kind: str) -> ImporterFunction:
    def import_block(builder: Builder, node: Node, inputs: list[Array]) -> tuple[Array, ...]:
        need_inputs(node, inputs, 1)
        return (emit_image_op(builder, node, kind, inputs, BlockAttrs(node.integer("block_size"))),)

    return import_block


TABLE: dict[str, Row | ImporterFunction] = {
    **rows(("Transpose", "SpaceToBatchND", "BatchToSpaceND")),
    "SpaceToDepth": _block("SpaceToDepth"),
    "DepthToSpace": _block("DepthToSpace"),
}
