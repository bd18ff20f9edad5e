"""Whole recurrent layers. Their states are zeros at the beginning of every run."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from pytoco.compiler import Array, Op

from ..nodes import Nodes, Operand
from ..operands import shape_of
from ..refusal import Refusal
from .base import Exporter
from .slice import FIRST, cut

_ORDER = (0, 3, 1, 2)
"""From the order input, forget, cell, output gate to ONNX's: input, output, forget, cell."""

Operands = Sequence[Array | None]


def _joined(nodes: Nodes, arrays: Operands, hint: str) -> str:
    """Constants one below the other, with a first dimension for the direction."""
    values = []
    for array in arrays:
        if array is None or array.value is None or array.quantization is not None:
            raise Refusal("some of its weights are left out, computed or quantised")
        values.append(array.numpy())
    return nodes.constant(np.concatenate(values)[np.newaxis], hint)


def _biases(nodes: Nodes, arrays: Operands, count: int) -> str:
    """The biases of input and recurrence, of which TensorFlow Lite has the sum."""
    zeros = nodes.constant(np.zeros((1, count), np.float32), "zeros")
    return nodes.emit("Concat", _joined(nodes, arrays, "bias"), zeros, attributes={"axis": 1})


def _lstm(nodes: Nodes, x: Operand, operands: Operands, to: Array | None) -> str:
    """One layer, `operands` being those of UnidirectionalSequenceLstm behind the input."""
    weights, recurrent = ([operands[k + g] for g in _ORDER] for k in (0, 4))
    peepholes, biases = operands[8:11], [operands[11 + g] for g in _ORDER]
    if operands[15] is not None:
        raise Refusal("ONNX has no LSTM with a projection")
    cells = shape_of(operands[1])[0]
    given: list[Operand] = [_joined(nodes, weights, "W"), _joined(nodes, recurrent, "R")]
    given.append(_biases(nodes, biases, 4 * cells))
    if any(p is not None for p in peepholes):
        given += [None, None, None, _joined(nodes, [peepholes[0], peepholes[2], peepholes[1]], "P")]
    return _steps(nodes, "LSTM", [x, *given], cells, to)


def _rnn(nodes: Nodes, x: Operand, operands: Operands, to: Array | None) -> str:
    weights, recurrent, bias = operands[:3]
    units = shape_of(weights)[0]
    given = [_joined(nodes, [weights], "W"), _joined(nodes, [recurrent], "R"), _biases(nodes, [bias], units)]
    return _steps(nodes, "RNN", [x, *given], units, to)


def _steps(nodes: Nodes, op_type: str, operands: list[Operand], hidden: int, to: Array | None) -> str:
    """The results of all steps, without the dimension for the direction."""
    (steps,) = nodes.emit_many(op_type, operands, [None], {"hidden_size": hidden})
    return nodes.emit("Squeeze", steps, nodes.ints([1]), to=to)


def _one_way(op: Op, nodes: Nodes) -> None:
    layer = _lstm if op.kind.endswith("Lstm") else _rnn
    layer(nodes, op.inputs[0], op.inputs[1:], op.outputs[0])


def _both_ways(op: Op, nodes: Nodes) -> None:
    """Two layers, the second over the reversed sequence, joined in the order of the first."""
    layer, count = (_lstm, 17) if op.kind.endswith("Lstm") else (_rnn, 4)
    x = op.inputs[0]
    onwards = layer(nodes, x, op.inputs[1 : 1 + count], None)
    back = layer(nodes, _reversed(nodes, x), op.inputs[1 + count : 1 + 2 * count], None)
    nodes.emit("Concat", onwards, _reversed(nodes, back), to=op.outputs[0], attributes={"axis": 2})


def _reversed(nodes: Nodes, steps: Operand) -> str:
    return cut(nodes, steps, [-1], [FIRST], [0], [-1])


EXPORTERS: dict[str, Exporter] = {
    **dict.fromkeys(("UnidirectionalSequenceLstm", "UnidirectionalSequenceRnn"), _one_way),
    **dict.fromkeys(("BidirectionalSequenceLstm", "BidirectionalSequenceRnn"), _both_ways),
}
