"""Reading variables: a frozen one is a constant, and its handle stands for its value."""

from __future__ import annotations

import numpy as np

from ....compiler.ir.items import Array
from ....compiler.ir.types import INT32, RESOURCE
from ....compiler.ops.gather import GatherAttrs
from ....compiler.ops.shape import ShapeAttrs
from ..nodes import Node
from .base import Builder, ImporterFunction, Unsupported, need_inputs


def _value(node: Node, inputs: list[Array], count: int) -> Array:
    """The variable that the node reads. Raises Unsupported when it is not frozen."""
    need_inputs(node, inputs, count)
    found = inputs[0]
    if found.dtype is None or found.dtype is RESOURCE:
        raise Unsupported(f"it reads {found.name!r}, which is no frozen variable")
    declared = node.dtype("dtype", found.dtype)
    if declared is not found.dtype:
        raise node.error(f"it reads {declared}, but the variable {found.name!r} is {found.dtype}")
    return found


def _read(builder: Builder, node: Node, inputs: list[Array]) -> tuple[Array, ...]:
    return builder.emit("Identity", [_value(node, inputs, 1)]).outputs


def _gather(builder: Builder, node: Node, inputs: list[Array]) -> tuple[Array, ...]:
    attrs = GatherAttrs(0, node.integer("batch_dims", 0))
    return builder.emit("Gather", [_value(node, inputs, 2), inputs[1]], attrs).outputs


def _gather_nd(builder: Builder, node: Node, inputs: list[Array]) -> tuple[Array, ...]:
    return builder.emit("GatherNd", [_value(node, inputs, 2), inputs[1]]).outputs


def _shape(builder: Builder, node: Node, inputs: list[Array]) -> tuple[Array, ...]:
    return builder.emit("Shape", [_value(node, inputs, 1)], ShapeAttrs(node.dtype("out_type", INT32) or INT32)).outputs


def _is_initialized(builder: Builder, node: Node, inputs: list[Array]) -> tuple[Array, ...]:
    _value(node, inputs, 1)
    return builder.emit("Identity", [builder.constant(np.array(True), "value")]).outputs


TABLE: dict[str, ImporterFunction] = {
    "ReadVariableOp": _read,
    "ResourceGather": _gather,
    "ResourceGatherNd": _gather_nd,
    "VariableShape": _shape,
    "VarIsInitializedOp": _is_initialized,
}
