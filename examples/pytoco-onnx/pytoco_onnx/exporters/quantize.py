"""Quantisation: what arrays with a grid mean, and training's imitation of it."""

from __future__ import annotations

import numpy as np
from onnx import TensorProto
from pytoco.compiler import Op

from ..nodes import Nodes
from ..refusal import Refusal
from .base import Exporter


def _fake_quant(op: Op, nodes: Nodes) -> None:
    """The arithmetic of TensorFlow's kernel: the grid is moved so that 0 is on it, ties are rounded up."""
    a = op.attrs
    ends = []
    for position, end in ((1, a.min), (2, a.max)):
        array = op.inputs[position] if end is None else None
        if end is None and (array is None or array.value is None):
            raise Refusal("its range is computed at run time")
        ends.append(np.asarray(end if array is None else array.numpy(), np.float32))
    first, last = np.float32(1 if a.narrow_range else 0), np.float32((1 << a.num_bits) - 1)
    scale = np.asarray((ends[1] - ends[0]) / (last - first), np.float32)
    if not (scale > 0).all():
        raise Refusal("its range is empty")
    zero = np.clip(np.floor(first - ends[0] / scale + np.float32(0.5)), first, last)
    least, most = (np.asarray((end - zero) * scale, np.float32) for end in (first, last))
    low = nodes.constant(least)
    inside = nodes.emit("Min", nodes.emit("Max", op.inputs[0], low), nodes.constant(most))
    steps = nodes.emit("Mul", nodes.emit("Sub", inside, low), nodes.constant(np.asarray(np.float32(1) / scale)))
    rounded = nodes.emit("Floor", nodes.emit("Add", steps, nodes.constant(np.array(0.5, np.float32))))
    nodes.emit("Add", nodes.emit("Mul", rounded, nodes.constant(scale)), low, to=op.outputs[0])


def _dequantize(op: Op, nodes: Nodes) -> None:
    """Float16 is cast."""
    x = op.inputs[0]
    if x is None or x.quantization is None:
        nodes.emit("Cast", x, to=op.outputs[0], attributes={"to": TensorProto.FLOAT})
        return
    grid, attributes = nodes.grid(x)
    nodes.emit("DequantizeLinear", nodes.stored(x), *grid, to=op.outputs[0], attributes=attributes)


def _quantize(op: Op, nodes: Nodes) -> None:
    result = op.outputs[0]
    if result.quantization is None:
        raise Refusal("its grid is not known")
    grid, attributes = nodes.grid(result)
    nodes.emit_many("QuantizeLinear", [op.inputs[0], *grid], [nodes.stored(result)], attributes)


EXPORTERS: dict[str, Exporter] = {"FakeQuant": _fake_quant, "Quantize": _quantize, "Dequantize": _dequantize}
