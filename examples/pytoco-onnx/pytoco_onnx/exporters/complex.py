"""Complex numbers, which ONNX has no operators on: between operators they are pairs of floats, along a last axis more.

Inputs, outputs and constants of complex type are refused; so is any other operator on them but Reshape.
"""

from __future__ import annotations

import numpy as np
from pytoco.compiler import Array, Op

from ..nodes import Nodes, Operand
from ..operands import ints_of, static_shape
from ..refusal import Refusal
from .base import Exporter
from .reduce import reduce
from .slice import cut


def pairs(array: Array | None, nodes: Nodes) -> str:
    """The pairs that stand for a complex array, by the array's own name."""
    if array is None or array.value is not None:
        raise Refusal("ONNX has no complex constants")
    return nodes.stored(array)


def _complex(op: Op, nodes: Nodes) -> None:
    parts = [nodes.emit("Unsqueeze", a, nodes.ints([-1])) for a in op.inputs]
    nodes.emit("Concat", *parts, to=op.outputs[0], attributes={"axis": -1})


def _part(index: int) -> Exporter:
    def export(op: Op, nodes: Nodes) -> None:
        place = nodes.constant(np.array(index, np.int64))
        nodes.emit("Gather", pairs(op.inputs[0], nodes), place, to=op.outputs[0], attributes={"axis": -1})

    return export


def _abs(op: Op, nodes: Nodes) -> None:
    reduce(nodes, "ReduceL2", pairs(op.inputs[0], nodes), (-1,), False, op.outputs[0])


def _fourier(op: Op, nodes: Nodes) -> None:
    """Rows first, of which the second half follows from the first, then columns; the input is cut or padded first."""
    nodes.need(17, "DFT")
    x, lengths = op.inputs[0], ints_of(op.inputs[1], "the length of its transform")
    shape = static_shape(x)
    rank, data = len(shape), _sized(x, shape, lengths, nodes)
    rows = _transform(nodes.emit("Unsqueeze", data, nodes.ints([-1])), rank - 1, True, nodes, op, lengths[0] == 1)
    if lengths[0] > 1:
        _transform(rows, rank - 2, False, nodes, op, True)


def _transform(data: str, axis: int, half: bool, nodes: Nodes, op: Op, last: bool) -> str:
    """A transform along an axis, which became an operand in opset 20."""
    to = op.outputs[0] if last else None
    if nodes.opset < 20:
        return nodes.emit("DFT", data, to=to, attributes={"axis": axis, "onesided": int(half)})
    return nodes.emit(
        "DFT", data, None, nodes.constant(np.array(axis, np.int64)), to=to, attributes={"onesided": int(half)}
    )


def _sized(x: Array | None, shape: tuple[int, ...], lengths: tuple[int, ...], nodes: Nodes) -> Operand:
    data: Operand = x
    for axis, wanted in zip((len(shape) - 2, len(shape) - 1), lengths, strict=True):
        if shape[axis] > wanted:
            data = cut(nodes, data, [0], [wanted], [axis])
        elif shape[axis] < wanted:
            pads = [0] * (2 * len(shape))
            pads[len(shape) + axis] = wanted - shape[axis]
            data = nodes.emit("Pad", data, nodes.ints(pads))
    return data


EXPORTERS: dict[str, Exporter] = {
    "Complex": _complex,
    "Real": _part(0),
    "Imag": _part(1),
    "ComplexAbs": _abs,
    "RFFT2D": _fourier,
}
