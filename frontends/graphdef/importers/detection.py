"""Non-maximum suppression in all its versions; those whose result is as long as what was found cut the padding off."""

from __future__ import annotations

import numpy as np

from ....compiler.ir.items import Array
from ..nodes import Node
from .base import Builder, ImporterFunction, need_inputs

_ANY_SCORE = np.array(np.finfo(np.float32).min)


def _cut(builder: Builder, array: Array, count: Array, suffix: str) -> Array:
    """The first `count` elements of a vector."""
    one = builder.constant(np.ones(1, np.int32), f"{suffix or 'cut'}_one")
    size = builder.emit("Reshape", [count, one], suffix=f"{suffix or 'cut'}_size").outputs[0]
    begin = builder.constant(np.zeros(1, np.int32), f"{suffix or 'cut'}_begin")
    return builder.emit("Slice", [array, begin, size], suffix=suffix).outputs[0]


def _unpadded(thresholds: int) -> ImporterFunction:
    """Versions 1 to 3, with as many thresholds among the inputs as said: overlap, then score."""

    def import_suppression(builder: Builder, node: Node, inputs: list[Array]) -> tuple[Array, ...]:
        need_inputs(node, inputs, 3 + thresholds)
        operands = list(inputs)
        if thresholds < 1:
            overlap = np.array(node.real("iou_threshold", 0.5), np.float32)
            operands.append(builder.constant(overlap, "iou_threshold"))
        if thresholds < 2:
            operands.append(builder.constant(_ANY_SCORE, "score_threshold"))
        padded, count = builder.emit("NonMaxSuppressionV4", operands, suffix="padded").outputs
        return (_cut(builder, padded, count, ""),)

    return import_suppression


def _padded(kind: str, count: int) -> ImporterFunction:
    def import_suppression(builder: Builder, node: Node, inputs: list[Array]) -> list[Array]:
        need_inputs(node, inputs, count)
        if node.flag("pad_to_max_output_size", False):
            return list(builder.emit(kind, inputs).outputs)
        *padded, valid = builder.emit(kind, inputs, suffix="padded").outputs
        cut = [_cut(builder, array, valid, f"cut_{k}" if k else "") for k, array in enumerate(padded)]
        return [*cut, valid]

    return import_suppression


TABLE: dict[str, ImporterFunction] = {
    "NonMaxSuppression": _unpadded(0),
    "NonMaxSuppressionV2": _unpadded(1),
    "NonMaxSuppressionV3": _unpadded(2),
    "NonMaxSuppressionV4": _padded("NonMaxSuppressionV4", 5),
    "NonMaxSuppressionV5": _padded("NonMaxSuppressionV5", 6),
}
