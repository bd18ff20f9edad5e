"""Activation functions."""

from __future__ import annotations

from .base import real, row, rows

TABLE = {
    **rows(("Relu", "Relu6", "Elu", "Tanh", "Softmax", "LogSoftmax")),
    "Sigmoid": row("Logistic"),
    "LeakyRelu": row("LeakyRelu", alpha=real("alpha", 0.2)),
}
