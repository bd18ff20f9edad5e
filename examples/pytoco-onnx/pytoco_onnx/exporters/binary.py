"""Element-wise operators with two operands, and sums of many."""

from __future__ import annotations

import math

from pytoco.compiler import Op

from ..nodes import Nodes
from .base import INTEGERS, Exporter, is_type, renamed


def _squared_difference(op: Op, nodes: Nodes) -> None:
    difference = nodes.emit("Sub", *op.inputs)
    nodes.emit("Mul", difference, difference, to=op.outputs[0])


def _floor_div(op: Op, nodes: Nodes) -> None:
    """ONNX divides integers towards zero; what its Mod leaves over makes the division exact."""
    x, y = op.inputs
    if is_type(op, *INTEGERS):
        exact = nodes.emit("Sub", x, nodes.emit("Mod", x, y))
        nodes.emit("Div", exact, y, to=op.outputs[0])
    else:
        nodes.emit("Floor", nodes.emit("Div", x, y), to=op.outputs[0])


def _floor_mod(op: Op, nodes: Nodes) -> None:
    """For integers ONNX's Mod; for floats C's fmod, moved to the divisor's sign."""
    x, y = op.inputs
    if is_type(op, *INTEGERS):
        nodes.emit("Mod", x, y, to=op.outputs[0])
        return
    zero = nodes.number(0, x)
    rest = nodes.emit("Mod", x, y, attributes={"fmod": 1})
    differ = nodes.emit("Xor", nodes.emit("Less", rest, zero), nodes.emit("Less", y, zero))
    off = nodes.emit("And", nodes.emit("Not", nodes.emit("Equal", rest, zero)), differ)
    nodes.emit("Where", off, nodes.emit("Add", rest, y), rest, to=op.outputs[0])


def _not_equal(op: Op, nodes: Nodes) -> None:
    nodes.emit("Not", nodes.emit("Equal", *op.inputs), to=op.outputs[0])


def _add_n(op: Op, nodes: Nodes) -> None:
    if not is_type(op, *INTEGERS):
        nodes.emit("Sum", *op.inputs, to=op.outputs[0])
        return
    total = nodes.operand(op.inputs[0])
    for x in op.inputs[1:-1]:
        total = nodes.emit("Add", total, x)
    last = ("Add", total, op.inputs[-1]) if len(op.inputs) > 1 else ("Identity", total)
    nodes.emit(*last, to=op.outputs[0])


def _atan2(op: Op, nodes: Nodes) -> None:
    """The arctangent of the quotient, half a turn further on the left side, and 0 at the origin."""
    y, x = op.inputs
    zero, half_turn = nodes.number(0, y), nodes.number(math.pi, y)
    angle = nodes.emit("Atan", nodes.emit("Div", y, x))
    below = nodes.emit("Less", y, zero)
    turned = nodes.emit("Where", below, nodes.emit("Sub", angle, half_turn), nodes.emit("Add", angle, half_turn))
    around = nodes.emit("Where", nodes.emit("Less", x, zero), turned, angle)
    origin = nodes.emit("And", nodes.emit("Equal", x, zero), nodes.emit("Equal", y, zero))
    nodes.emit("Where", origin, zero, around, to=op.outputs[0])


EXPORTERS: dict[str, Exporter] = {
    **{kind: renamed(kind) for kind in ("Add", "Sub", "Mul", "Div", "Pow", "Less", "Greater", "Equal")},
    "Maximum": renamed("Max"),
    "Minimum": renamed("Min"),
    "LessEqual": renamed("LessOrEqual"),
    "GreaterEqual": renamed("GreaterOrEqual"),
    "LogicalAnd": renamed("And"),
    "LogicalOr": renamed("Or"),
    "NotEqual": _not_equal,
    "SquaredDifference": _squared_difference,
    "FloorDiv": _floor_div,
    "FloorMod": _floor_mod,
    "Atan2": _atan2,
    "AddN": _add_n,
}
