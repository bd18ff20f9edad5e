"""Writing slices to places: scattering, segments, diagonals."""

from __future__ import annotations

import numpy as np
from pytoco.compiler import Array, Op, const_ints

from ..element_types import need_type
from ..nodes import Nodes
from ..operands import ints_of, shape_of, static_shape
from ..refusal import Refusal
from .base import Exporter
from .shape import filled


def _zeros(nodes: Nodes, shape: str, like: Array | None, value: float = 0) -> str:
    dtype = need_type(like).numpy
    if dtype is None or dtype.kind == "O":
        raise Refusal("strings cannot be scattered")
    return filled(nodes, shape, value, dtype)


def _scatter_nd(op: Op, nodes: Nodes) -> None:
    """Slices that meet add up, which ONNX knows since opset 16; before, the indices must be known not to meet."""
    index, updates, shape = op.inputs
    attributes = {}
    if not _distinct(index):
        nodes.need(16, "adding up slices that meet")
        attributes = {"reduction": "add"}
    zeros = _zeros(nodes, nodes.int64(shape), updates)
    places = nodes.int64(index, vector=False)
    nodes.emit("ScatterND", zeros, places, updates, to=op.outputs[0], attributes=attributes)


def _distinct(index: Array | None) -> bool:
    known, depth = const_ints(index), shape_of(index)[-1]
    if known is None or not isinstance(depth, int) or not depth:
        return False
    rows = [known[k : k + depth] for k in range(0, len(known), depth)]
    return len(set(rows)) == len(rows)


def _sparse_to_dense(op: Op, nodes: Nodes) -> None:
    index, shape, values, default = op.inputs
    rank = len(shape_of(op.outputs[0]))
    scalar = nodes.emit("Reshape", default, nodes.ints([]))
    dense = nodes.emit("Expand", scalar, nodes.int64(shape))
    rows = nodes.emit("Reshape", nodes.int64(index, vector=False), nodes.ints([-1, rank]))
    count = nodes.emit("Slice", nodes.emit("Shape", rows), nodes.ints([0]), nodes.ints([1]))
    nodes.emit("ScatterND", dense, rows, nodes.emit("Expand", values, count), to=op.outputs[0])


def _update_slice(op: Op, nodes: Nodes) -> None:
    """Every element of the block to its place, or every row where the block is as wide as the input.

    A block that would stick out is moved inside.
    """
    x, update, start = op.inputs
    block, whole = static_shape(update), shape_of(x)
    limits = nodes.emit("Sub", nodes.emit("Shape", x), nodes.ints(block))
    inside = nodes.emit("Max", nodes.emit("Min", nodes.int64(start), limits), nodes.ints([0]))
    depth = 1 if block[1:] == whole[1:] else len(block)
    grid = np.moveaxis(np.indices(block[:depth], np.int64), 0, -1)
    first = nodes.emit("Slice", inside, nodes.ints([0]), nodes.ints([depth])) if depth < len(block) else inside
    places = nodes.emit("Add", nodes.constant(grid, "places"), first)
    nodes.emit("ScatterND", x, places, update, to=op.outputs[0])


def _segment(reduction: str, since: int) -> Exporter:
    """Rows scattered by their number onto the neutral element.

    A negative number leaves its row out: such rows go to one more place behind the others, which is cut off.
    """

    def export(op: Op, nodes: Nodes) -> None:
        x, numbers = op.inputs[:2]
        nodes.need(since, f"joining rows by {reduction}")
        known = const_ints(numbers)
        tail = shape_of(x)[len(shape_of(numbers)) :]
        if any(not isinstance(d, int) for d in tail):
            raise Refusal("an extent of its rows is known only at run time")
        if op.kind == "SegmentSum":
            count = max(ints_of(numbers, "the list of its segment numbers"), default=-1) + 1
        else:
            (count,) = ints_of(op.inputs[2], "the number of its segments")
        spare = known is None or min(known, default=0) < 0
        places = nodes.int64(numbers, vector=False)
        if spare:
            negative = nodes.emit("Less", places, nodes.ints([0]))
            places = nodes.emit("Where", negative, nodes.ints([count]), places)
        base = _zeros(nodes, nodes.ints([count + spare, *tail]), x, _neutral(op, reduction))
        operands = (base, nodes.emit("Unsqueeze", places, nodes.ints([-1])), x)
        to = None if spare else op.outputs[0]
        joined = nodes.emit("ScatterND", *operands, to=to, attributes={"reduction": reduction})
        if spare:
            nodes.emit("Slice", joined, nodes.ints([0]), nodes.ints([count]), nodes.ints([0]), to=op.outputs[0])

    return export


def _neutral(op: Op, reduction: str) -> float:
    if reduction in ("add", "mul"):
        return 0 if reduction == "add" else 1
    dtype = need_type(op.inputs[0]).numpy
    assert dtype is not None
    if dtype.kind == "f":
        return float(np.finfo(dtype).min if reduction == "max" else np.finfo(dtype).max)
    return int(np.iinfo(dtype).min if reduction == "max" else np.iinfo(dtype).max)


def _matrix_diag(op: Op, nodes: Nodes) -> None:
    """The diagonal stands in columns; a mask leaves one element of each."""
    x = op.inputs[0]
    extent = shape_of(x)[-1]
    if not isinstance(extent, int):
        raise Refusal("the extent of the diagonal is known only at run time")
    mask = nodes.constant(np.eye(extent, dtype=np.bool_), "diagonal")
    columns = nodes.emit("Unsqueeze", x, nodes.ints([-1]))
    nodes.emit("Where", mask, columns, nodes.number(0, x), to=op.outputs[0])


def _matrix_set_diag(op: Op, nodes: Nodes) -> None:
    x, diagonal = op.inputs
    rows, columns = shape_of(x)[-2:]
    if not isinstance(rows, int) or not isinstance(columns, int):
        raise Refusal("the extents of the matrices are known only at run time")
    mask = nodes.constant(np.eye(rows, columns, dtype=np.bool_), "diagonal")
    spread = nodes.emit("Unsqueeze", diagonal, nodes.ints([-1 if rows <= columns else -2]))
    nodes.emit("Where", mask, spread, x, to=op.outputs[0])


EXPORTERS: dict[str, Exporter] = {
    "ScatterNd": _scatter_nd,
    "SparseToDense": _sparse_to_dense,
    "DynamicUpdateSlice": _update_slice,
    "SegmentSum": _segment("add", 16),
    "UnsortedSegmentSum": _segment("add", 16),
    "UnsortedSegmentProd": _segment("mul", 16),
    "UnsortedSegmentMax": _segment("max", 18),
    "UnsortedSegmentMin": _segment("min", 18),
    "MatrixDiag": _matrix_diag,
    "MatrixSetDiag": _matrix_set_diag,
}
