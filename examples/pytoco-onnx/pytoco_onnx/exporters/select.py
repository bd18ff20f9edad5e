"""Choosing elements by a condition or by size, and sorting them into places."""

from __future__ import annotations

import numpy as np
from onnx import TensorProto
from pytoco.compiler import Op, const_ints

from ..element_types import code_of
from ..nodes import Nodes, Operand
from ..operands import ints_of, shape_of
from .base import INTEGERS, Exporter, is_type, renamed
from .reduce import reduce


def _select(op: Op, nodes: Nodes) -> None:
    """A vector that chooses whole slices of the first axis gets axes of extent 1 behind it."""
    condition: Operand = op.inputs[0]
    depth, rank = len(shape_of(op.inputs[0])), len(shape_of(op.inputs[1]))
    if depth == 1 and rank > 1:
        condition = nodes.emit("Unsqueeze", condition, nodes.ints(range(1, rank), "axes"))
    nodes.emit("Where", condition, *op.inputs[1:], to=op.outputs[0])


def _where(op: Op, nodes: Nodes) -> None:
    nodes.emit("Transpose", nodes.emit("NonZero", op.inputs[0]), to=op.outputs[0], attributes={"perm": [1, 0]})


def _one_hot(op: Op, nodes: Nodes) -> None:
    """A comparison with all places: ONNX's OneHot counts negative indices from the end, TensorFlow does not."""
    index, depth, on, off = op.inputs
    rank = len(shape_of(index))
    axis = op.attrs.axis % (rank + 1)
    known = const_ints(depth)
    if known is not None:
        places = nodes.ints(range(known[0]), "places")
    else:
        zero, one = (nodes.constant(np.array(n, np.int64)) for n in (0, 1))
        count = nodes.emit("Reshape", nodes.int64(depth), nodes.ints([]))
        places = nodes.emit("Range", zero, count, one)
    if rank > axis:
        places = nodes.emit("Unsqueeze", places, nodes.ints(range(1, rank - axis + 1), "axes"))
    spread = nodes.emit("Unsqueeze", nodes.int64(index, vector=False), nodes.ints([axis]))
    nodes.emit("Where", nodes.emit("Equal", spread, places), on, off, to=op.outputs[0])


def _top_k(op: Op, nodes: Nodes) -> None:
    values, index = op.outputs
    _, found = nodes.emit_many("TopK", [op.inputs[0], nodes.int64(op.inputs[1])], [values, None], {"axis": -1})
    nodes.emit("Cast", found, to=index, attributes={"to": TensorProto.INT32})


def _cumsum(op: Op, nodes: Nodes) -> None:
    (axis,) = ints_of(op.inputs[1], "its axis")
    attributes = {"exclusive": op.attrs.exclusive, "reverse": op.attrs.reverse}
    nodes.emit(
        "CumSum", op.inputs[0], nodes.constant(np.array(axis, np.int64)), to=op.outputs[0], attributes=attributes
    )


def _unique(op: Op, nodes: Nodes) -> None:
    """In the order of first appearance; of most integers only the longest kind is what runtimes have."""
    values, index = op.outputs
    if is_type(op, *INTEGERS) and not is_type(op, "int64"):
        long = nodes.emit("Cast", op.inputs[0], attributes={"to": TensorProto.INT64})
        first, _, found = nodes.emit_many("Unique", [long], [None, "", None], {"sorted": 0})
        nodes.emit("Cast", first, to=values, attributes={"to": code_of(values.dtype, op.name)})
    else:
        _, _, found = nodes.emit_many("Unique", [op.inputs[0]], [values, "", None], {"sorted": 0})
    nodes.emit("Cast", found, to=index, attributes={"to": code_of(op.attrs.index_type, op.name)})


def _bucketize(op: Op, nodes: Nodes) -> None:
    """How many boundaries are not above each element."""
    x = op.inputs[0]
    numbers: Operand = x
    if not is_type(op, "float32", "float64"):
        numbers = nodes.emit("Cast", x, attributes={"to": TensorProto.FLOAT})
    boundaries = nodes.constant(np.array(op.attrs.boundaries, np.float64 if is_type(op, "float64") else np.float32))
    reached = nodes.emit("GreaterOrEqual", nodes.emit("Unsqueeze", numbers, nodes.ints([-1])), boundaries)
    counts = nodes.emit("Cast", reached, attributes={"to": TensorProto.INT32})
    reduce(nodes, "ReduceSum", counts, (-1,), False, op.outputs[0])


EXPORTERS: dict[str, Exporter] = {
    "Select": _select,
    "SelectV2": renamed("Where"),
    "Where": _where,
    "OneHot": _one_hot,
    "TopKV2": _top_k,
    "Cumsum": _cumsum,
    "Unique": _unique,
    "Bucketize": _bucketize,
}
