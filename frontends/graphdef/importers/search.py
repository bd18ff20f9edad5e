"""Looking elements up."""

from __future__ import annotations

from ....compiler.ir.items import Array
from ....compiler.ir.types import INT32
from ....compiler.ops.search import UniqueAttrs
from ..nodes import Node
from .base import Builder, ImporterFunction, Row, Unsupported, element_type, need_inputs, row


def _unique_v2(builder: Builder, node: Node, inputs: list[Array]) -> tuple[Array, ...]:
    need_inputs(node, inputs, 2)
    axis = builder.value(inputs[1])
    if axis is None or axis.any() or inputs[0].rank != 1:
        raise Unsupported("it compares slices along an axis, not the elements of a vector")
    return builder.emit("Unique", inputs[:1], UniqueAttrs(node.dtype("out_idx", INT32) or INT32)).outputs


def _boundaries(node: Node) -> tuple[float, ...]:
    return tuple(node.value("boundaries", "list").f)


TABLE: dict[str, Row | ImporterFunction] = {
    "Unique": row("Unique", index_type=element_type("out_idx", INT32)),
    "UniqueV2": _unique_v2,
    "Bucketize": row("Bucketize", boundaries=_boundaries),
}
