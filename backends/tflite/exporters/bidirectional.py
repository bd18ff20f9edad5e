"""Recurrent layers over a sequence and its reverse, which keep their state from run to run."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from .base import Exporter

if TYPE_CHECKING:
    from ....compiler.ir import Array, Op

_JOINED = {"time_major": True, "fused_activation_function": "TANH", "merge_outputs": True}


def _without_auxiliary(count: int, op: Op) -> Sequence[Array | None]:
    """The operands, and none for the auxiliary input and its weights; the kernels demand `count` positions."""
    return (*op.inputs, *[None] * (count - len(op.inputs)))


def _different_sizes(op: Op) -> str | None:
    """Why the LSTM kernel does not take two layers: it holds the weights of both against the forward layer's sizes."""
    for place, what in ((2, "input weights"), (6, "recurrent weights")):
        forward, backward = op.inputs[place], op.inputs[place + 17]
        if forward is None or backward is None or forward.shape is None or forward.shape != backward.shape:
            return f"the {what} of both directions must have the same shape"
    return None


EXPORTERS = {
    "BidirectionalSequenceLstm": Exporter(
        "BIDIRECTIONAL_SEQUENCE_LSTM",
        "BidirectionalSequenceLSTMOptions",
        lambda _: _JOINED,
        dtypes="float32",
        check=_different_sizes,
        operands=lambda op: _without_auxiliary(48, op),
        mutates=(35, 36, 37, 38),
    ),
    "BidirectionalSequenceRnn": Exporter(
        "BIDIRECTIONAL_SEQUENCE_RNN",
        "BidirectionalSequenceRNNOptions",
        lambda _: _JOINED,
        dtypes="float32",
        operands=lambda op: _without_auxiliary(12, op),
        mutates=(4, 8),
    ),
}
