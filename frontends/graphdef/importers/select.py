"""Choosing elements."""

from __future__ import annotations

import numpy as np

from ....compiler.ir.items import Array
from ....compiler.ir.types import INT8, INT32, UINT8
from ....compiler.ops.elementwise import CastAttrs
from ....compiler.ops.select import OneHotAttrs
from ..nodes import Node
from .base import Builder, ImporterFunction, Row, need_inputs, rows


def _top_k(builder: Builder, node: Node, inputs: list[Array]) -> tuple[Array, ...]:
    need_inputs(node, inputs, 1)
    k = builder.constant(np.array(node.integer("k"), np.int32), "k")
    return builder.emit("TopKV2", [*inputs, k]).outputs


def _top_k_v2(builder: Builder, node: Node, inputs: list[Array]) -> tuple[Array, ...]:
    """The kernel's k and indices have 32 bits; other widths are converted."""
    need_inputs(node, inputs, 2)
    x, k = inputs
    wanted = node.dtype("index_type", INT32) or INT32
    values, indices = builder.emit("TopKV2", [x, builder.narrow(k, "k")]).outputs
    if wanted is not INT32:
        builder.graph.update(indices, name=builder.helper_name(f"{node.name}/indices"))
        name = f"{node.name}:1"
        (indices,) = builder.graph.emit("Cast", [indices], CastAttrs(wanted), name=name, origin=builder.origin).outputs
    return values, indices


def _one_hot(builder: Builder, node: Node, inputs: list[Array]) -> tuple[Array, ...]:
    """The kernel has no indices of eight bits."""
    need_inputs(node, inputs, 4)
    if inputs[0].dtype in (UINT8, INT8):
        inputs[0] = builder.emit("Cast", inputs[:1], CastAttrs(INT32), suffix="indices").outputs[0]
    return builder.emit("OneHot", inputs, OneHotAttrs(node.integer("axis", -1))).outputs


TABLE: dict[str, Row | ImporterFunction] = {
    **rows(("Select", "SelectV2", "Where")),
    "OneHot": _one_hot,
    "TopK": _top_k,
    "TopKV2": _top_k_v2,
}
