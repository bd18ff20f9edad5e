"""Reductions along axes."""

from __future__ import annotations

from onnx import TensorProto
from pytoco.compiler import Array, Op

from ..element_types import code_of
from ..nodes import Nodes, Operand
from ..operands import ints_of, shape_of
from .base import Exporter


def reduce(
    nodes: Nodes, op_type: str, data: Operand, axes: tuple[int, ...], keep: bool, to: Array | None = None
) -> str:
    """A reduction along known axes, which are an attribute of all but ReduceSum before opset 18. None: a copy."""
    if not axes:
        return nodes.emit("Identity", data, to=to)
    attributes = {"keepdims": int(keep)}
    if nodes.opset >= 18 or op_type == "ReduceSum":
        return nodes.emit(op_type, data, nodes.ints(axes, "axes"), to=to, attributes=attributes)
    return nodes.emit(op_type, data, to=to, attributes={**attributes, "axes": axes})


def _axes(op: Op) -> tuple[int, ...]:
    rank = len(shape_of(op.inputs[0]))
    return tuple(sorted({axis % rank for axis in ints_of(op.inputs[1], "the list of its axes")})) if rank else ()


def _reduction(op_type: str) -> Exporter:
    def export(op: Op, nodes: Nodes) -> None:
        reduce(nodes, op_type, op.inputs[0], _axes(op), op.attrs.keep_dims, op.outputs[0])

    return export


def _logical(op_type: str) -> Exporter:
    """Reductions of numbers that are 0 and 1: most runtimes have none of bools."""

    def export(op: Op, nodes: Nodes) -> None:
        numbers = nodes.emit("Cast", op.inputs[0], attributes={"to": TensorProto.INT32})
        found = reduce(nodes, op_type, numbers, _axes(op), op.attrs.keep_dims)
        nodes.emit("Cast", found, to=op.outputs[0], attributes={"to": TensorProto.BOOL})

    return export


def _arg(op_type: str) -> Exporter:
    def export(op: Op, nodes: Nodes) -> None:
        (axis,) = ints_of(op.inputs[1], "its axis")
        attributes = {"axis": axis, "keepdims": 0}
        if op.attrs.output_type.name == "int64":
            nodes.emit(op_type, op.inputs[0], to=op.outputs[0], attributes=attributes)
            return
        index = nodes.emit(op_type, op.inputs[0], attributes=attributes)
        nodes.emit("Cast", index, to=op.outputs[0], attributes={"to": code_of(op.attrs.output_type, op.name)})

    return export


EXPORTERS: dict[str, Exporter] = {
    "Mean": _reduction("ReduceMean"),
    "Sum": _reduction("ReduceSum"),
    "ReduceMax": _reduction("ReduceMax"),
    "ReduceMin": _reduction("ReduceMin"),
    "ReduceProd": _reduction("ReduceProd"),
    "Any": _logical("ReduceMax"),
    "All": _logical("ReduceMin"),
    "ArgMax": _arg("ArgMax"),
    "ArgMin": _arg("ArgMin"),
}
