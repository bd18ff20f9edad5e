"""Cells of recurrent networks."""

from __future__ import annotations

from .base import Exporter

EXPORTERS = {
    # Version 2 brought the BASIC kernel; the only activation it has is TANH.
    "LstmCell": Exporter(
        "LSTM",
        "LSTMOptions",
        lambda op: {"fused_activation_function": "TANH", "kernel_type": "BASIC"},
        2,
        "float32",
    ),
}
