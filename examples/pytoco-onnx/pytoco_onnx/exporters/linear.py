"""Matrix products."""

from __future__ import annotations

from typing import Any

from pytoco.compiler import Array, Op

from ..nodes import Nodes, Operand
from ..operands import shape_of
from ..refusal import Refusal
from .base import Exporter


def _fully_connected(op: Op, nodes: Nodes) -> None:
    """Rows times transposed weights: Gemm, or MatMul where the leading dimensions stay."""
    x, weights = op.inputs[:2]
    bias = op.inputs[2] if len(op.inputs) > 2 else None
    _, depth = shape_of(weights)
    if op.attrs.keep_num_dims and len(shape_of(x)) != 2:
        product = ("MatMul", x, _flipped(weights, 2, nodes))
        if bias is None:
            nodes.emit(*product, to=op.outputs[0])
        else:
            nodes.emit("Add", nodes.emit(*product), bias, to=op.outputs[0])
        return
    rows: Operand = x
    if x is None or x.shape is None or len(x.shape) != 2 or x.shape[1] != depth:
        if not isinstance(depth, int):
            raise Refusal("the depth of its weights is known only at run time")
        rows = nodes.emit("Reshape", x, nodes.ints([-1, depth]))
    nodes.emit("Gemm", rows, weights, bias, to=op.outputs[0], attributes={"transB": 1})


def _flipped(array: Array | None, rank: int, nodes: Nodes) -> Operand:
    """The last two dimensions exchanged."""
    perm = [*range(rank - 2), rank - 1, rank - 2]
    if array is not None and array.value is not None:
        return nodes.constant(array.numpy().transpose(perm), f"{array.name}_transposed", array.dtype)
    return nodes.emit("Transpose", array, attributes={"perm": perm})


def _products(op: Op, nodes: Nodes, flags: tuple[bool, bool]) -> None:
    operands: list[Any] = []
    for array, flag in zip(op.inputs, flags, strict=True):
        operands.append(_flipped(array, len(shape_of(array)), nodes) if flag else array)
    nodes.emit("MatMul", *operands, to=op.outputs[0])


EXPORTERS: dict[str, Exporter] = {
    "FullyConnected": _fully_connected,
    "MatMul": lambda op, nodes: _products(op, nodes, (op.attrs.transpose_a, op.attrs.transpose_b)),
    "BatchMatMul": lambda op, nodes: _products(op, nodes, (op.attrs.adj_x, op.attrs.adj_y)),
}
