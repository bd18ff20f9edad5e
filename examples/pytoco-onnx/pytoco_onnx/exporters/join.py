"""Joining arrays, taking joined ones apart, and picking elements."""

from __future__ import annotations

import numpy as np
from pytoco.compiler import Op

from ..nodes import Nodes, Operand
from ..operands import ints_of, shape_of
from ..refusal import Refusal
from .base import Exporter
from .slice import FIRST, cut


def _concatenation(op: Op, nodes: Nodes) -> None:
    nodes.emit("Concat", *op.inputs, to=op.outputs[0], attributes={"axis": op.attrs.axis})


def _pack(op: Op, nodes: Nodes) -> None:
    axis = op.attrs.axis
    parts = [nodes.emit("Unsqueeze", x, nodes.ints([axis])) for x in op.inputs]
    nodes.emit("Concat", *parts, to=op.outputs[0], attributes={"axis": axis})


def _unpack(op: Op, nodes: Nodes) -> None:
    for number, result in enumerate(op.outputs):
        index = nodes.constant(np.array(number, np.int64))
        nodes.emit("Gather", op.inputs[0], index, to=result, attributes={"axis": op.attrs.axis})


def _gather(op: Op, nodes: Nodes) -> None:
    """Leading dimensions that go together are what GatherND has `batch_dims` for."""
    x, index = op.inputs
    rank, depth = len(shape_of(x)), len(shape_of(index))
    axis = op.attrs.axis % rank
    batch = op.attrs.batch_dims % (depth + 1) if op.attrs.batch_dims < 0 else op.attrs.batch_dims
    if not batch:
        nodes.emit("Gather", x, index, to=op.outputs[0], attributes={"axis": axis})
        return
    data: Operand = x
    perm = [*range(batch), axis, *[d for d in range(batch, rank) if d != axis]]
    if axis != batch:
        data = nodes.emit("Transpose", x, attributes={"perm": perm})
    tuples = nodes.emit("Unsqueeze", nodes.int64(index, vector=False), nodes.ints([-1]))
    if axis == batch:
        nodes.emit("GatherND", data, tuples, to=op.outputs[0], attributes={"batch_dims": batch})
        return
    picked = nodes.emit("GatherND", data, tuples, attributes={"batch_dims": batch})
    middle = axis - batch  # dimensions that belong between the batch and the indices
    back = [
        *range(batch),
        *range(depth, depth + middle),
        *range(batch, depth),
        *range(depth + middle, rank + depth - 1 - batch),
    ]
    nodes.emit("Transpose", picked, to=op.outputs[0], attributes={"perm": back})


def _gather_nd(op: Op, nodes: Nodes) -> None:
    nodes.emit("GatherND", op.inputs[0], nodes.int64(op.inputs[1], vector=False), to=op.outputs[0])


def _reverse(op: Op, nodes: Nodes) -> None:
    axes = ints_of(op.inputs[1], "the list of its axes")
    count = len(axes)
    if count:
        cut(nodes, op.inputs[0], [-1] * count, [FIRST] * count, axes, [-1] * count, to=op.outputs[0])
    else:
        nodes.emit("Identity", op.inputs[0], to=op.outputs[0])


def _reverse_sequence(op: Op, nodes: Nodes) -> None:
    """ONNX knows time and batch as the first two axes; others are brought there and back."""
    x, rank = op.inputs[0], len(shape_of(op.inputs[0]))
    time, batch = op.attrs.seq_dim % rank, op.attrs.batch_dim % rank
    lengths = nodes.int64(op.inputs[1])
    if {time, batch} == {0, 1}:
        attributes = {"time_axis": time, "batch_axis": batch}
        nodes.emit("ReverseSequence", x, lengths, to=op.outputs[0], attributes=attributes)
        return
    perm = [time, batch, *[d for d in range(rank) if d not in (time, batch)]]
    moved = nodes.emit("Transpose", x, attributes={"perm": perm})
    reversed_ = nodes.emit("ReverseSequence", moved, lengths, attributes={"time_axis": 0, "batch_axis": 1})
    back = [perm.index(d) for d in range(rank)]
    nodes.emit("Transpose", reversed_, to=op.outputs[0], attributes={"perm": back})


def _dynamic_stitch(op: Op, nodes: Nodes) -> None:
    """All rows one after the other, picked by where each place was named last."""
    pairs = op.attrs.pairs
    indices = [ints_of(a, "a list of places") for a in op.inputs[:pairs]]
    order: dict[int, int] = {}
    for row, place in enumerate(place for part in indices for place in part):
        order[place] = row
    if sorted(order) != list(range(len(order))):
        raise Refusal("a row that no index names has no value")
    rows = []
    for index, data in zip(op.inputs[:pairs], op.inputs[pairs:], strict=True):
        rank = len(shape_of(index))
        tail = shape_of(data)[rank:]
        if any(not isinstance(d, int) for d in tail):
            raise Refusal("an extent of its rows is known only at run time")
        rows.append(data if rank == 1 else nodes.emit("Reshape", data, nodes.ints([-1, *tail])))
    joined = nodes.emit("Concat", *rows, attributes={"axis": 0})
    nodes.emit("Gather", joined, nodes.ints([order[k] for k in range(len(order))]), to=op.outputs[0])


def _dynamic_partition(op: Op, nodes: Nodes) -> None:
    x, numbers = op.inputs
    if len(shape_of(numbers)) != 1:
        raise Refusal("its partitions are no vector")
    for k, result in enumerate(op.outputs):
        here = nodes.emit("Equal", numbers, nodes.number(k, numbers))
        nodes.emit("Compress", x, here, to=result, attributes={"axis": 0})


EXPORTERS: dict[str, Exporter] = {
    "Concatenation": _concatenation,
    "Pack": _pack,
    "Unpack": _unpack,
    "Gather": _gather,
    "GatherNd": _gather_nd,
    "ReverseV2": _reverse,
    "ReverseSequence": _reverse_sequence,
    "DynamicStitch": _dynamic_stitch,
    "DynamicPartition": _dynamic_partition,
}
