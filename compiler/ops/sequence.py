"""Whole recurrent layers that keep their state from one run to the next, as TensorFlow Lite has them.

The runtime overwrites the state operands in place; the kernels here compute one run from the states given.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from ..errors import ShapeError
from ..ir.types import TensorType, shape_text
from . import register
from .base import Extent, OpDef, Operands, Values, need_rank, operand
from .numeric import activate

_GATES = ("input", "forget", "cell", "output")


def _steps(kind: str, inputs: Operands, rows: Any) -> list[TensorType]:
    """[time, batch, depth] -> [time, batch, rows of the recurrent state]."""
    time, batch, _ = need_rank(kind, inputs[0].shape, 3, "the input")
    return [TensorType(inputs[0].dtype, (time, batch, rows))]


@register
class UnidirectionalSequenceLstm(OpDef):
    """A layer of long short-term memory over a time-major sequence (Sak et al., 2014: peepholes and projection).

    Operands are the input, four input weights [cells, depth] and four recurrent ones [cells, outputs] in the order
    input, forget, cell, output gate, three peepholes [cells], four biases [cells], projection weights [outputs, cells]
    and bias, then the states: output [batch, outputs] and cell [batch, cells]. Without the input gate's weights that
    gate is 1 less the forget gate.
    """

    kind = "UnidirectionalSequenceLstm"
    operands = (
        "input",
        *("input_weights?", "forget_weights", "cell_weights", "output_weights"),
        *("recurrent_input_weights?", "recurrent_forget_weights", "recurrent_cell_weights", "recurrent_output_weights"),
        *("input_peephole?", "forget_peephole?", "output_peephole?"),
        *("input_bias?", "forget_bias", "cell_bias", "output_bias"),
        *("projection?", "projection_bias?"),
        *("output_state", "cell_state"),
    )
    foldable = False
    overwrites = (18, 19)

    @staticmethod
    def infer(inputs: Operands, _: Any) -> list[TensorType]:
        """[time, batch, depth] -> [time, batch, outputs]."""
        state = need_rank("UnidirectionalSequenceLstm", inputs[18].shape, 2, "the output state")
        cells, depth = need_rank("UnidirectionalSequenceLstm", inputs[2].shape, 2, "the weights")
        found = need_rank("UnidirectionalSequenceLstm", inputs[0].shape, 3, "the input")[2]
        if type(depth) is int and type(found) is int and depth != found:
            raise ShapeError(
                f"UnidirectionalSequenceLstm: an input {shape_text(inputs[0].shape)} for weights of {depth} columns"
            )
        outputs: Extent = cells if inputs[16] is None or inputs[16].shape is None else inputs[16].shape[0]
        return _steps("UnidirectionalSequenceLstm", inputs, outputs if type(outputs) is int else state[1])

    @staticmethod
    def kernel(values: Values, _: Any) -> list[NDArray[Any]]:
        """Step by step in the input's dtype."""
        x, h, c = values[0], values[18], values[19]
        peephole = dict(zip(("input", "forget", "output"), values[9:12], strict=True))
        weights = {g: values[1 + k] for k, g in enumerate(_GATES)}
        recurrent = {g: values[5 + k] for k, g in enumerate(_GATES)}
        bias = {g: values[12 + k] for k, g in enumerate(_GATES)}

        def gate(name: str, step: NDArray[Any], cell: NDArray[Any] | None) -> NDArray[Any]:
            total = step @ weights[name].T + h @ recurrent[name].T + bias[name]
            if cell is not None and peephole[name] is not None:
                total = total + cell * peephole[name]
            return np.asarray(total)

        results = []
        for step in x:
            forget = _sigmoid(gate("forget", step, c))
            let_in = 1 - forget if weights["input"] is None else _sigmoid(gate("input", step, c))
            c = forget * c + let_in * np.tanh(gate("cell", step, None))
            h = _sigmoid(gate("output", step, c)) * np.tanh(c)
            if values[16] is not None:
                h = h @ values[16].T + (0 if values[17] is None else values[17])
            results.append(h)
        return [np.stack(results).astype(x.dtype, copy=False)]


def _sigmoid(x: NDArray[Any]) -> NDArray[Any]:
    return np.asarray(1 / (1 + np.exp(-x)))


@register
class UnidirectionalSequenceRnn(OpDef):
    """A plain recurrent layer over a time-major sequence: h = tanh(x @ W^T + h @ R^T + b)."""

    kind = "UnidirectionalSequenceRnn"
    operands = ("input", "weights", "recurrent_weights", "bias", "hidden_state")
    foldable = False
    overwrites = (4,)

    @staticmethod
    def infer(inputs: Operands, _: Any) -> list[TensorType]:
        """[time, batch, depth], [units, depth] -> [time, batch, units]."""
        units, _depth = need_rank("UnidirectionalSequenceRnn", inputs[1].shape, 2, "the weights")
        return _steps("UnidirectionalSequenceRnn", inputs, units)

    @staticmethod
    def kernel(values: Values, _: Any) -> list[NDArray[Any]]:
        """Step by step in the input's dtype."""
        x, weights, recurrent, bias, h = values
        results = []
        for step in x:
            h = np.tanh(step @ weights.T + h @ recurrent.T + bias)
            results.append(h)
        return [np.stack(results).astype(x.dtype, copy=False)]


class SvdfAttrs(NamedTuple):
    """How many filters make a unit."""

    rank: int
    activation: str = "NONE"


@register
class Svdf(OpDef):
    """A layer whose filters are products of one over features and one over time (Nakkiran et al., Interspeech 2015).

    The state holds each filter's last products with the features, the newest at the end.
    """

    kind = "Svdf"
    operands = ("input", "feature_weights", "time_weights", "bias?", "state")
    Attrs = SvdfAttrs
    foldable = False
    overwrites = (4,)

    @staticmethod
    def infer(inputs: Operands, attrs: SvdfAttrs) -> list[TensorType]:
        """[batch, depth], [filters, depth], [filters, memory] -> [batch, filters / rank]."""
        batch, _ = need_rank("Svdf", inputs[0].shape, 2, "the input")
        filters, _depth = need_rank("Svdf", inputs[1].shape, 2, "the feature weights")
        if attrs.rank < 1 or (type(filters) is int and filters % attrs.rank):
            raise ShapeError(f"Svdf: {filters} filters of rank {attrs.rank}")
        return [TensorType(inputs[0].dtype, (batch, filters // attrs.rank if type(filters) is int else None))]

    @staticmethod
    def kernel(values: Values, attrs: SvdfAttrs) -> list[NDArray[Any]]:
        """One step in the input's dtype."""
        x, features, times, bias, state = values[0], values[1], values[2], operand(values, 3), values[4]
        memory = state.reshape(len(x), *times.shape)
        memory = np.concatenate([memory[:, :, 1:], (x @ features.T)[:, :, np.newaxis]], axis=2)
        out = (memory * times).sum(axis=2).reshape(len(x), -1, attrs.rank).sum(axis=2)
        if bias is not None:
            out = out + bias
        return [activate(out, attrs.activation).astype(x.dtype, copy=False)]
