"""Element-wise operators of two operands, and their relatives BiasAdd, AddN and ClipByValue."""

from __future__ import annotations

import numpy as np

from ....compiler.ir.items import Array
from ....compiler.ops.binary import BinaryAttrs
from ..nodes import Node
from .base import Builder, ImporterFunction, Row, is_nchw, need_inputs, row, rows


def _bias_add(builder: Builder, node: Node, inputs: list[Array]) -> tuple[Array, ...]:
    need_inputs(node, inputs, 2)
    value, bias = inputs
    if is_nchw(node):
        if value.rank is None:
            raise node.error("its input has an unknown rank, so that data_format NCHW cannot be placed")
        shape = builder.constant(np.array([-1] + [1] * (value.rank - 2), np.int32), "bias_shape")
        bias = builder.emit("Reshape", [bias, shape], suffix="bias").outputs[0]
    return builder.emit("Add", [value, bias], BinaryAttrs()).outputs


def _add_n(builder: Builder, node: Node, inputs: list[Array]) -> tuple[Array, ...]:
    if not inputs:
        raise node.error("it has no inputs")
    if len(inputs) == 2:
        return builder.emit("Add", inputs, BinaryAttrs()).outputs
    return builder.emit("Identity" if len(inputs) == 1 else "AddN", inputs).outputs


def _clip(builder: Builder, node: Node, inputs: list[Array]) -> tuple[Array, ...]:
    need_inputs(node, inputs, 3)
    value, low, high = inputs
    capped = builder.emit("Minimum", [value, high], suffix="minimum").outputs[0]
    return builder.emit("Maximum", [capped, low]).outputs


TABLE: dict[str, Row | ImporterFunction] = {
    **rows(("Add", "Sub", "Mul", "Div")),
    **rows(("FloorDiv", "FloorMod", "Maximum", "Minimum", "Pow", "SquaredDifference", "Atan2")),
    **rows(("Less", "LessEqual", "Greater", "GreaterEqual", "Equal", "NotEqual", "LogicalAnd", "LogicalOr")),
    "AddV2": row("Add"),
    "RealDiv": row("Div"),
    "BiasAdd": _bias_add,
    "BiasAddV1": row("Add"),
    "AddN": _add_n,
    "ClipByValue": _clip,
}
