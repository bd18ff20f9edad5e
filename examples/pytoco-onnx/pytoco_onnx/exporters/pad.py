"""Borders around arrays."""

from __future__ import annotations

from pytoco.compiler import Array, Op, const_ints

from ..nodes import Nodes, Operand
from ..operands import ints_of
from .base import Exporter
from .slice import FIRST, cut


def _pads(paddings: Array | None, nodes: Nodes) -> str:
    """[rank, 2], before and behind, as ONNX's list of all before, then all behind."""
    known = const_ints(paddings)
    if known is not None:
        return nodes.ints([*known[::2], *known[1::2]], "pads")
    rows = nodes.int64(paddings, vector=False) if paddings is not None and paddings.rank == 2 else None
    columns = nodes.emit("Transpose", rows, attributes={"perm": [1, 0]})
    return nodes.emit("Reshape", columns, nodes.ints([-1]))


def _pad(op: Op, nodes: Nodes) -> None:
    value: Operand = None
    if len(op.inputs) > 2:
        value = op.inputs[2]
        if op.inputs[2] is not None and op.inputs[2].rank != 0:
            value = nodes.emit("Reshape", value, nodes.ints([]))
    nodes.emit("Pad", op.inputs[0], _pads(op.inputs[1], nodes), value, to=op.outputs[0])


def _mirror_pad(op: Op, nodes: Nodes) -> None:
    """REFLECT is a mode of ONNX's Pad. SYMMETRIC is not: the border itself is reversed and put beside it."""
    if op.attrs.mode == "REFLECT":
        pads = _pads(op.inputs[1], nodes)
        nodes.emit("Pad", op.inputs[0], pads, to=op.outputs[0], attributes={"mode": "reflect"})
        return
    flat = ints_of(op.inputs[1], "the list of its paddings")
    found: Operand = op.inputs[0]
    for axis, (before, behind) in enumerate(zip(flat[::2], flat[1::2], strict=True)):
        parts: list[Operand] = [found]
        if before:
            parts.insert(0, cut(nodes, found, [before - 1], [FIRST], [axis], [-1]))
        if behind:
            parts.append(cut(nodes, found, [-1], [-1 - behind], [axis], [-1]))
        if len(parts) > 1:
            found = nodes.emit("Concat", *parts, attributes={"axis": axis})
    nodes.emit("Identity", found, to=op.outputs[0])


EXPORTERS: dict[str, Exporter] = {"Pad": _pad, "PadV2": _pad, "MirrorPad": _mirror_pad}
