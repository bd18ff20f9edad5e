"""Sums, products and extremes of rows that belong together."""

from __future__ import annotations

import numpy as np

from ....compiler.ir.items import Array
from ..nodes import Node
from .base import Builder, ImporterFunction, Row, narrowed, need_inputs, row


def _segment_sum(builder: Builder, node: Node, inputs: list[Array]) -> tuple[Array, ...]:
    """TFLite's kernel for ordered numbers takes none that leave a segment empty; the one for any order does."""
    need_inputs(node, inputs, 2)
    numbers = builder.value(inputs[1])
    if numbers is None or not numbers.size or np.diff(numbers.reshape(-1), prepend=-1).max() <= 1:
        return builder.emit("SegmentSum", inputs).outputs
    count = builder.constant(np.array(numbers.reshape(-1)[-1] + 1, np.int32), "count")
    return builder.emit("UnsortedSegmentSum", [*inputs, count]).outputs


TABLE: dict[str, Row | ImporterFunction] = {
    "SegmentSum": narrowed(_segment_sum, 1),
    **{
        f"UnsortedSegment{name}": narrowed(row(f"UnsortedSegment{name}"), 1, 2)
        for name in ("Sum", "Prod", "Max", "Min")
    },
}
