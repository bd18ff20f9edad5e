"""Operators on bits."""

from __future__ import annotations

import numpy as np
from onnx import TensorProto
from pytoco.compiler import Op

from ..element_types import code_of
from ..nodes import Nodes
from .base import Exporter, is_type, refused


def _xor(op: Op, nodes: Nodes) -> None:
    nodes.emit("BitwiseXor", *op.inputs, to=op.outputs[0])


def _right_shift(op: Op, nodes: Nodes) -> None:
    """Signed integers, which ONNX does not shift, are divided by the power of two, towards minus infinity."""
    x, count = op.inputs
    if is_type(op, "uint8", "uint16", "uint32", "uint64"):
        nodes.emit("BitShift", x, count, to=op.outputs[0], attributes={"direction": "RIGHT"})
        return
    long, powers = (nodes.emit("Cast", a, attributes={"to": TensorProto.INT64}) for a in (x, count))
    divisor = nodes.emit("Pow", nodes.constant(np.array(2, np.int64)), powers)
    exact = nodes.emit("Sub", long, nodes.emit("Mod", long, divisor))
    quotient = nodes.emit("Div", exact, divisor)
    nodes.emit("Cast", quotient, to=op.outputs[0], attributes={"to": code_of(op.outputs[0].dtype, op.name)})


EXPORTERS: dict[str, Exporter] = {
    "BitwiseXor": _xor,
    "RightShift": _right_shift,
    "Bitcast": refused("ONNX cannot look at the bits of one type as another one"),
}
