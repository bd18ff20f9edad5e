"""Shapes: reading them and giving others."""

from __future__ import annotations

import math

import numpy as np

from ....compiler.ir.items import Array
from ....compiler.ir.types import INT32, Dim
from ....compiler.ops.reduce import ReduceAttrs
from ....compiler.ops.shape import ShapeAttrs
from ..nodes import Node
from .base import Builder, ImporterFunction, Row, element_type, narrowed, need_inputs, row, rows


def _squeeze_axes(node: Node) -> tuple[int, ...]:
    return node.ints("squeeze_dims" if node.has("squeeze_dims") else "axis", ())


def _reshape(builder: Builder, node: Node, inputs: list[Array]) -> tuple[Array, ...]:
    """A Reshape; where a batch that is open now was 1 when the graph was frozen, the constant shape is opened, too."""
    if len(inputs) == 2:
        data, wanted = inputs[0].shape, builder.value(inputs[1])
        if data and isinstance(data[0], Dim) and wanted is not None and wanted.ndim == 1 and wanted[:1] == 1:
            rest = [d for d in data[1:] if type(d) is int]
            if len(rest) == len(data) - 1 and 0 < math.prod(rest) == math.prod(wanted.tolist()):
                inputs = [inputs[0], builder.constant(np.array([-1, *wanted[1:]], wanted.dtype), "shape")]
    return _RESHAPE(builder, node, inputs)


def _size(builder: Builder, node: Node, inputs: list[Array]) -> tuple[Array, ...]:
    need_inputs(node, inputs, 1)
    shape = builder.emit("Shape", inputs, ShapeAttrs(node.dtype("out_type", INT32) or INT32), suffix="shape").outputs[0]
    axes = builder.constant(np.zeros(1, np.int32), "axes")
    return builder.emit("ReduceProd", [shape, axes], ReduceAttrs()).outputs


def _shapes(builder: Builder, node: Node, inputs: list[Array]) -> list[Array]:
    attrs = ShapeAttrs(node.dtype("out_type", INT32) or INT32)
    results = [builder.emit("Shape", inputs[:1], attrs).outputs[0]] if inputs else []
    for k, array in enumerate(inputs[1:], 1):
        name = f"{node.name}:{k}"
        results += builder.graph.emit("Shape", [array], attrs, name=name, origin=builder.origin).outputs
    return results


_RESHAPE = row("Reshape")

TABLE: dict[str, Row | ImporterFunction] = {
    "Reshape": narrowed(_reshape, 1),
    **rows(("ExpandDims", "Rank", "Tile", "BroadcastTo", "BroadcastArgs")),
    "Squeeze": row("Squeeze", axes=_squeeze_axes),
    "Shape": row("Shape", output_type=element_type("out_type", INT32)),
    "ShapeN": _shapes,
    "Size": _size,
}
