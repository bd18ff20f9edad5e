"""Activation functions that stand alone."""

from __future__ import annotations

from .base import Exporter, by_type

EXPORTERS = {
    "Relu": Exporter("RELU", version=by_type(uint8=2, int8=2, int16=3), dtypes="float32 | uint8 int8 int16"),
    "Relu1": Exporter("RELU_N1_TO_1", dtypes="float32 | uint8 int8"),
    "Relu6": Exporter("RELU6", version=by_type(uint8=1, int8=2, int16=3), dtypes="float32 | uint8 int8 int16"),
    "Elu": Exporter("ELU", dtypes="float32 | int8"),
    "Logistic": Exporter("LOGISTIC", version=by_type(int8=2, int16=3), dtypes="float32 | uint8 int8 int16"),
    "Tanh": Exporter("TANH", version=by_type(int8=2, int16=3), dtypes="float32 | uint8 int8 int16"),
    "HardSwish": Exporter("HARD_SWISH", "HardSwishOptions", dtypes="float32 | uint8 int8"),
    "LogSoftmax": Exporter("LOG_SOFTMAX", "LogSoftmaxOptions", version=by_type(int8=2), dtypes="float32 | uint8 int8"),
    "LeakyRelu": Exporter(
        "LEAKY_RELU",
        "LeakyReluOptions",
        lambda op: {"alpha": op.attrs.alpha},
        by_type(int16=2),
        "float32 | uint8 int8 int16",
    ),
    "PRelu": Exporter("PRELU", dtypes="float32 | uint8 int8"),
    "Softmax": Exporter(
        "SOFTMAX",
        "SoftmaxOptions",
        lambda op: {"beta": op.attrs.beta},
        by_type(int8=2, int16=3),
        "float32 | uint8 int8 int16",
    ),
    "Gelu": Exporter(
        "GELU",
        "GeluOptions",
        lambda op: {"approximate": op.attrs.approximate},
        by_type(uint8=2, int8=2),
        "float32 | uint8 int8",
    ),
}
