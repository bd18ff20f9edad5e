"""Integers and memory seen as bits."""

from __future__ import annotations

import numpy as np

from ....compiler.ir.items import Array
from ..nodes import Node
from .base import Builder, ImporterFunction, Row, Unsupported, element_type, need_inputs, row, rows


def _invert(builder: Builder, node: Node, inputs: list[Array]) -> tuple[Array, ...]:
    need_inputs(node, inputs, 1)
    dtype = inputs[0].dtype
    if dtype is None or not dtype.is_integer:
        raise Unsupported(f"its element type is {dtype}")
    ones = builder.constant(np.invert(np.zeros((), dtype.numpy)), "ones")
    return builder.emit("BitwiseXor", [inputs[0], ones]).outputs


TABLE: dict[str, Row | ImporterFunction] = {
    **rows(("BitwiseXor", "RightShift")),
    "Bitcast": row("Bitcast", dtype=element_type("type", None)),
    "Invert": _invert,
}
