"""Normalisations along the last axis."""

from __future__ import annotations

from pytoco.compiler import Op

from ..nodes import Nodes
from .base import Exporter
from .reduce import reduce

_FLOOR = 1e-6
"""The least norm that is divided by."""


def _l2_normalization(op: Op, nodes: Nodes) -> None:
    x = op.inputs[0]
    norm = reduce(nodes, "ReduceL2", x, (-1,), True)
    nodes.emit("Div", x, nodes.emit("Max", norm, nodes.number(_FLOOR, x)), to=op.outputs[0])


EXPORTERS: dict[str, Exporter] = {"L2Normalization": _l2_normalization}
