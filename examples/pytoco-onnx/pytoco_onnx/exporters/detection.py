"""Choosing boxes in images."""

from __future__ import annotations

import numpy as np
from onnx import TensorProto
from pytoco.compiler import Op

from ..nodes import Nodes
from ..refusal import Refusal
from .base import Exporter


def _suppression(op: Op, nodes: Nodes) -> None:
    """ONNX's operator for one image and one class; indices are padded with zeros, which TensorFlow promises."""
    boxes, scores, most, overlap, least = op.inputs[:5]
    if len(op.inputs) > 5:
        sigma = op.inputs[5]
        if sigma is None or sigma.value is None or sigma.numpy().any():
            raise Refusal("scores that overlap lowers are not in ONNX")
    image = nodes.emit("Unsqueeze", boxes, nodes.ints([0]))
    classes = nodes.emit("Unsqueeze", scores, nodes.ints([0, 1]))
    limit = nodes.int64(most)
    vectors = [nodes.emit("Reshape", a, nodes.ints([1])) for a in (overlap, least)]
    rows = nodes.emit("NonMaxSuppression", image, classes, limit, *vectors)
    chosen = nodes.emit("Gather", rows, nodes.constant(np.array(2, np.int64)), attributes={"axis": 1})
    count = nodes.emit("Shape", chosen)
    pads = nodes.emit("Concat", nodes.ints([0]), nodes.emit("Sub", limit, count), attributes={"axis": 0})
    short = nodes.emit("Cast", chosen, attributes={"to": TensorProto.INT32})
    nodes.emit("Pad", short, pads, to=op.outputs[0])
    if len(op.outputs) > 2:
        nodes.emit("Pad", nodes.emit("Gather", scores, chosen), pads, to=op.outputs[1])
    number = nodes.emit("Reshape", count, nodes.ints([]))
    nodes.emit("Cast", number, to=op.outputs[-1], attributes={"to": TensorProto.INT32})


EXPORTERS: dict[str, Exporter] = {"NonMaxSuppressionV4": _suppression, "NonMaxSuppressionV5": _suppression}
