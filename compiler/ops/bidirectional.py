"""Recurrent layers over a sequence and over its reverse, whose results are joined, as TensorFlow Lite has them.

The runtime overwrites the state operands in place; the kernels here compute one run from the states given.
"""

from __future__ import annotations

from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from ..ir.types import TensorType
from . import register
from .base import OpDef, Operands, Values
from .sequence import UnidirectionalSequenceLstm, UnidirectionalSequenceRnn


class _Bidirectional(OpDef):
    """A layer of two: `forward` and `backward` are where the operands of each stand, in the order of `layer`'s own."""

    layer: ClassVar[type[OpDef]]
    forward: ClassVar[tuple[int, ...]]
    backward: ClassVar[tuple[int, ...]]
    foldable = False

    @classmethod
    def infer(cls, inputs: Operands, attrs: Any) -> list[TensorType]:
        """[time, batch, depth] -> [time, batch, units of the forward layer + units of the backward one]."""
        results = [cls.layer.infer([inputs[k] for k in places], attrs)[0] for places in (cls.forward, cls.backward)]
        (time, batch, units), (_, _, more) = [result.shape or (None,) * 3 for result in results]
        both = units + more if type(units) is int and type(more) is int else None
        return [TensorType(results[0].dtype, (time, batch, both))]

    @classmethod
    def kernel(cls, values: Values, attrs: Any) -> list[NDArray[Any]]:
        """Both layers in the input's dtype, the backward one's results put in the input's order."""
        (onwards,) = cls.layer.kernel([values[k] for k in cls.forward], attrs)
        given = [values[k] for k in cls.backward]
        (reversed_,) = cls.layer.kernel([given[0][::-1], *given[1:]], attrs)
        return [np.concatenate([onwards, reversed_[::-1]], axis=-1)]


_LSTM = UnidirectionalSequenceLstm.operands[1:18]


@register
class BidirectionalSequenceLstm(_Bidirectional):
    """Two layers of UnidirectionalSequenceLstm, the second over the reversed sequence, joined on the last axis.

    Operands are the input, weights and biases of the forward layer and of the backward one, then their states, output
    and cell.
    """

    kind = "BidirectionalSequenceLstm"
    operands = (
        "input",
        *(f"forward_{name}" for name in _LSTM),
        *(f"backward_{name}" for name in _LSTM),
        *("forward_output_state", "forward_cell_state", "backward_output_state", "backward_cell_state"),
    )
    overwrites = (35, 36, 37, 38)
    layer = UnidirectionalSequenceLstm
    forward = (*range(18), 35, 36)
    backward = (0, *range(18, 35), 37, 38)


@register
class BidirectionalSequenceRnn(_Bidirectional):
    """Two layers of UnidirectionalSequenceRnn, the second over the reversed sequence, joined on the last axis."""

    kind = "BidirectionalSequenceRnn"
    operands = (
        "input",
        *("forward_weights", "forward_recurrent_weights", "forward_bias", "forward_hidden_state"),
        *("backward_weights", "backward_recurrent_weights", "backward_bias", "backward_hidden_state"),
    )
    overwrites = (4, 8)
    layer = UnidirectionalSequenceRnn
    forward = (0, 1, 2, 3, 4)
    backward = (0, 5, 6, 7, 8)
