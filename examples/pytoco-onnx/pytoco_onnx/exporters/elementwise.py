"""Element-wise operators with one operand."""

from __future__ import annotations

from pytoco.compiler import Op

from ..element_types import code_of
from ..nodes import Nodes
from .base import Exporter, renamed


def _rsqrt(op: Op, nodes: Nodes) -> None:
    nodes.emit("Reciprocal", nodes.emit("Sqrt", op.inputs[0]), to=op.outputs[0])


def _square(op: Op, nodes: Nodes) -> None:
    nodes.emit("Mul", op.inputs[0], op.inputs[0], to=op.outputs[0])


def _erfc(op: Op, nodes: Nodes) -> None:
    nodes.emit("Sub", nodes.number(1, op.inputs[0]), nodes.emit("Erf", op.inputs[0]), to=op.outputs[0])


def _cast(op: Op, nodes: Nodes) -> None:
    nodes.emit("Cast", op.inputs[0], to=op.outputs[0], attributes={"to": code_of(op.attrs.dtype, op.name)})


EXPORTERS: dict[str, Exporter] = {
    **{kind: renamed(kind) for kind in ("Abs", "Ceil", "Cos", "Erf", "Exp", "Floor", "Log", "Neg", "Round", "Sign")},
    **{kind: renamed(kind) for kind in ("Sin", "Sqrt")},
    "LogicalNot": renamed("Not"),
    "Rsqrt": _rsqrt,
    "Square": _square,
    "Erfc": _erfc,
    "Cast": _cast,
}
