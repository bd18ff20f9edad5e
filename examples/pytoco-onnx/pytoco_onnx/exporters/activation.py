"""Activation functions."""

from __future__ import annotations

import math

from pytoco.compiler import Op, broadcast_shapes

from ..nodes import Nodes
from ..operands import shape_of
from .base import INTEGERS, Exporter, is_type, renamed


def _relu(op: Op, nodes: Nodes) -> None:
    if is_type(op, *INTEGERS):
        nodes.emit("Max", op.inputs[0], nodes.number(0, op.inputs[0]), to=op.outputs[0])
    else:
        nodes.emit("Relu", op.inputs[0], to=op.outputs[0])


def _clip(low: float, high: float) -> Exporter:
    def export(op: Op, nodes: Nodes) -> None:
        x = op.inputs[0]
        nodes.emit("Clip", x, nodes.number(low, x), nodes.number(high, x), to=op.outputs[0])

    return export


def _leaky_relu(op: Op, nodes: Nodes) -> None:
    nodes.emit("LeakyRelu", op.inputs[0], to=op.outputs[0], attributes={"alpha": op.attrs.alpha})


def _prelu(op: Op, nodes: Nodes) -> None:
    x, alpha = op.inputs
    if shape_of(x) == broadcast_shapes("PRelu", shape_of(x), shape_of(alpha)):
        nodes.emit("PRelu", x, alpha, to=op.outputs[0])
        return
    below = nodes.emit("Less", x, nodes.number(0, x))
    nodes.emit("Where", below, nodes.emit("Mul", x, alpha), x, to=op.outputs[0])


def _softmax(op: Op, nodes: Nodes) -> None:
    x, beta = op.inputs[0], op.attrs.beta
    scaled = x if beta == 1 else nodes.emit("Mul", x, nodes.number(beta, x))
    nodes.emit("Softmax", scaled, to=op.outputs[0], attributes={"axis": -1})


def _hard_swish(op: Op, nodes: Nodes) -> None:
    if nodes.opset >= 14:
        nodes.emit("HardSwish", op.inputs[0], to=op.outputs[0])
        return
    gate = nodes.emit("HardSigmoid", op.inputs[0], attributes={"alpha": 1 / 6, "beta": 0.5})
    nodes.emit("Mul", op.inputs[0], gate, to=op.outputs[0])


def _gelu(op: Op, nodes: Nodes) -> None:
    """An operator since opset 20; before, its formula, approximated with a hyperbolic tangent where asked for."""
    x, approximate = op.inputs[0], op.attrs.approximate
    if nodes.opset >= 20:
        nodes.emit("Gelu", x, to=op.outputs[0], attributes={"approximate": "tanh" if approximate else "none"})
        return
    if approximate:
        cube = nodes.emit("Mul", nodes.emit("Mul", x, x), x)
        inner = nodes.emit("Add", x, nodes.emit("Mul", cube, nodes.number(0.044715, x)))
        curve = nodes.emit("Tanh", nodes.emit("Mul", inner, nodes.number(math.sqrt(2 / math.pi), x)))
    else:
        curve = nodes.emit("Erf", nodes.emit("Mul", x, nodes.number(math.sqrt(0.5), x)))
    half = nodes.emit("Mul", x, nodes.number(0.5, x))
    nodes.emit("Mul", half, nodes.emit("Add", curve, nodes.number(1, x)), to=op.outputs[0])


EXPORTERS: dict[str, Exporter] = {
    "Relu": _relu,
    "Relu1": _clip(-1, 1),
    "Relu6": _clip(0, 6),
    "Elu": renamed("Elu", alpha=1.0),
    "Logistic": renamed("Sigmoid"),
    "Tanh": renamed("Tanh"),
    "LogSoftmax": renamed("LogSoftmax", axis=-1),
    "HardSwish": _hard_swish,
    "LeakyRelu": _leaky_relu,
    "PRelu": _prelu,
    "Softmax": _softmax,
    "Gelu": _gelu,
}
