"""Shapes: reading them and giving others."""

from __future__ import annotations

import numpy as np

from ....compiler.ir.items import Array
from ....compiler.ir.types import INT32
from ....compiler.ops.reduce import ReduceAttrs
from ....compiler.ops.shape import ShapeAttrs
from ..nodes import Node
from .base import Builder, ImporterFunction, Row, element_type, need_inputs, row, rows


def _squeeze_axes(node: Node) -> tuple[int, ...]:
    return node.ints("squeeze_dims" if node.has("squeeze_dims") else "axis", ())


def _size(builder: Builder, node: Node, inputs: list[Array]) -> tuple[Array, ...]:
    need_inputs(node, inputs, 1)
    shape = builder.emit("Shape", inputs, ShapeAttrs(node.dtype("out_type", INT32) or INT32), suffix="shape").outputs[0]
    axes = builder.constant(np.zeros(1, np.int32), "axes")
    return builder.emit("ReduceProd", [shape, axes], ReduceAttrs()).outputs


TABLE: dict[str, Row | ImporterFunction] = {
    **rows(("Reshape", "ExpandDims", "Rank", "Tile", "BroadcastTo")),
    "Squeeze": row("Squeeze", axes=_squeeze_axes),
    "Shape": row("Shape", output_type=element_type("out_type", INT32)),
    "Size": _size,
}
