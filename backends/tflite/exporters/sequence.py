"""Whole recurrent layers, which keep their state from run to run."""

from __future__ import annotations

from .base import Exporter

_STEPS = {"time_major": True, "fused_activation_function": "TANH"}

EXPORTERS = {
    "UnidirectionalSequenceLstm": Exporter(
        "UNIDIRECTIONAL_SEQUENCE_LSTM",
        "UnidirectionalSequenceLSTMOptions",
        lambda _: _STEPS,
        dtypes="float32",
        mutates=(18, 19),
    ),
    "UnidirectionalSequenceRnn": Exporter(
        "UNIDIRECTIONAL_SEQUENCE_RNN", "SequenceRNNOptions", lambda _: _STEPS, dtypes="float32", mutates=(4,)
    ),
    "Svdf": Exporter(
        "SVDF",
        "SVDFOptions",
        lambda op: {"rank": op.attrs.rank, "fused_activation_function": op.attrs.activation},
        dtypes="float32",
        mutates=(4,),
    ),
}
