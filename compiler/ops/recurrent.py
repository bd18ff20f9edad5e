"""Cells of recurrent networks."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..errors import ShapeError
from ..ir.types import TensorType, shape_text
from . import register
from .base import OpDef, Operands, Values, need_rank


@register
class LstmCell(OpDef):
    """One step of a long short-term memory, TensorFlow Lite's LSTM with the BASIC kernel.

    `z = [input, prev_activation] @ weights^T + bias` holds four blocks of `units` columns: input gate i, candidate j,
    forget gate f, output gate o. The new state is `sigmoid(f) * prev_state + sigmoid(i) * tanh(j)`, the new activation
    `sigmoid(o) * tanh(state)`. Results: activation, state, and the kernel's scratch: what goes into the product, and z.
    The runtime overwrites the previous activation and state with the new ones.
    """

    kind = "LstmCell"
    operands = ("input", "prev_activation", "weights", "bias", "prev_state")
    foldable = False
    overwrites = (1, 4)

    @staticmethod
    def infer(inputs: Operands, _: Any) -> list[TensorType]:
        """[N, depth], [N, units], [4 * units, depth + units], [4 * units], [N, units] -> results of N rows."""
        x, h, weights, _, state = inputs
        batch, depth = need_rank("LstmCell", x.shape, 2, "the input")
        _, units = need_rank("LstmCell", h.shape, 2, "the activation")
        rows, columns = need_rank("LstmCell", weights.shape, 2, "the weights")
        need_rank("LstmCell", state.shape, 2, "the state")
        fours = 4 * units if type(units) is int else rows
        total = depth + units if type(depth) is int and type(units) is int else columns
        if (fours, total) != (rows, columns) and None not in (rows, columns):
            raise ShapeError(
                f"LstmCell: input {shape_text(x.shape)} and activation {shape_text(h.shape)} do not go with weights "
                f"{shape_text(weights.shape)}"
            )
        shapes = ((batch, units), (batch, units), (batch, total), (batch, fours))
        return [TensorType(x.dtype, shape) for shape in shapes]

    @staticmethod
    def kernel(values: Values, _: Any) -> list[NDArray[Any]]:
        """In the input's dtype."""
        x, h, weights, bias, state = values
        joined = np.concatenate([x, h], axis=1)
        with np.errstate(all="ignore"):
            z = joined @ weights.T + bias
            i, j, f, o = np.split(z, 4, axis=1)
            new = _sigmoid(f) * state + _sigmoid(i) * np.tanh(j)
            results = [_sigmoid(o) * np.tanh(new), new, joined, z]
        return [r.astype(x.dtype, copy=False) for r in results]


def _sigmoid(x: NDArray[Any]) -> NDArray[Any]:
    return np.asarray(1 / (1 + np.exp(-x)))
