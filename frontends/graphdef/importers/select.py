"""Choosing elements."""

from __future__ import annotations

import numpy as np

from ....compiler.ir.items import Array
from ..nodes import Node
from .base import Builder, ImporterFunction, Row, integer, need_inputs, row, rows


def _top_k(builder: Builder, node: Node, inputs: list[Array]) -> tuple[Array, ...]:
    need_inputs(node, inputs, 1)
    k = builder.constant(np.array(node.integer("k"), np.int32), "k")
    return builder.emit("TopKV2", [*inputs, k]).outputs


TABLE: dict[str, Row | ImporterFunction] = {
    **rows(("Select", "SelectV2", "Where", "TopKV2")),
    "OneHot": row("OneHot", axis=integer("axis", -1)),
    "TopK": _top_k,
}
