"""Operators that change or ask for shapes."""

from __future__ import annotations

import math

import numpy as np
from pytoco.compiler import INT32, INT64, Array, broadcast_shapes

from ..builder import Builder, Importer, Inputs, Node, Unsupported
from ..rows import axes_of, required


def _reshape(builder: Builder, node: Node, inputs: Inputs) -> tuple[Array]:
    data, shape = required(node, inputs, 2)
    value = builder.value(shape)
    if value is None:
        return (builder.emit("Reshape", [data, builder.int32(shape, "shape32")]),)
    wanted = [int(d) for d in value.reshape(-1)]
    if node.flag("allowzero"):
        return (builder.emit("Reshape", [data, builder.int32s(wanted, "shape")]),)
    for i, d in enumerate(wanted):
        if d:
            continue
        known = data.shape[i] if data.shape is not None and i < len(data.shape) else None
        if type(known) is int:
            wanted[i] = known
        elif -1 not in wanted:
            wanted[i] = -1
        elif data.shape is not None and wanted[:i] == list(data.shape[:i]):
            wanted = _without_open(builder, data, wanted, i)
        else:
            raise Unsupported(f"shape {list(value)} keeps an extent that is unknown")
    return (builder.emit("Reshape", [data, builder.int32s(wanted, "shape")]),)


def _without_open(builder: Builder, data: Array, wanted: list[int], at: int) -> list[int]:
    """The shape with the extent at `at`, which stays unknown, as -1, and what was -1 before worked out."""
    rest = [d for i, d in enumerate(data.shape or ()) if i != at]
    others = [d for i, d in enumerate(wanted) if i != at and d != -1]
    if any(type(d) is not int for d in rest) or wanted.count(0) > 1 or not math.prod(others):
        raise Unsupported("its shape has two extents that are unknown")
    missing = math.prod([d for d in rest if type(d) is int]) // math.prod(others)
    return [-1 if i == at else missing if d == -1 else d for i, d in enumerate(wanted)]


def _flatten(builder: Builder, node: Node, inputs: Inputs) -> tuple[Array]:
    (data,) = required(node, inputs, 1)
    rank = builder.rank(data)
    axis = node.integer("axis", 1)
    axis = axis if axis == rank else builder.axis(axis, rank)
    shape = data.shape or ()
    outer, inner = (_product(part) for part in (shape[:axis], shape[axis:]))
    if outer == inner == -1:
        raise Unsupported(f"the shape of {data.name!r} is not known on both sides of axis {axis}")
    return (builder.emit("Reshape", [data, builder.int32s([outer, inner], "shape")]),)


def _product(extents: tuple[object, ...]) -> int:
    known = [d for d in extents if type(d) is int]
    return math.prod(known) if len(known) == len(extents) else -1


def _squeeze(builder: Builder, node: Node, inputs: Inputs) -> tuple[Array]:
    data, _ = required(node, inputs, 1, 2)
    rank = builder.rank(data)
    axes = axes_of(builder, node, inputs, 1, 13)
    if axes is None:
        shape = builder.static(data)
        axes = tuple(i for i, d in enumerate(shape) if d == 1)
    axes = tuple(sorted({builder.axis(a, rank) for a in axes}))
    return (builder.emit("Squeeze", [data], axes=axes) if axes else data,)


def _unsqueeze(builder: Builder, node: Node, inputs: Inputs) -> tuple[Array]:
    data, _ = required(node, inputs, 1, 2)
    axes = axes_of(builder, node, inputs, 1, 13)
    if axes is None:
        raise node.error("its axes are missing")
    rank = builder.rank(data) + len(axes)
    places = sorted({builder.axis(a, rank) for a in axes})
    if len(places) != len(axes):
        raise node.error(f"axes {list(axes)} name one twice")
    if data.shape is not None and sum(type(d) is not int for d in data.shape) <= 1:
        shape = [d if type(d) is int else -1 for d in data.shape]
        for place in places:
            shape.insert(place, 1)
        return (builder.emit("Reshape", [data, builder.int32s(shape, "shape")]),)
    for k, place in enumerate(places):
        last = k == len(places) - 1
        data = builder.emit("ExpandDims", [data, builder.int32s([place], "axis")], suffix="" if last else f"step{k}")
    return (data,)


def _expand(builder: Builder, node: Node, inputs: Inputs) -> tuple[Array]:
    data, shape = required(node, inputs, 2)
    value = builder.value(shape)
    if value is None:
        own = builder.emit("Shape", [data], suffix="own_shape", output_type=INT32)
        both = builder.emit("BroadcastArgs", [own, builder.int32(shape, "shape32")], suffix="shape")
        return (builder.emit("BroadcastTo", [data, both]),)
    wanted = broadcast_shapes("Expand", builder.static(data), tuple(int(d) for d in value.reshape(-1)))
    if wanted == data.shape:
        return (data,)
    return (builder.emit("BroadcastTo", [data, builder.int32s([d for d in wanted or () if type(d) is int], "shape")]),)


def _tile(builder: Builder, node: Node, inputs: Inputs) -> tuple[Array]:
    data, repeats = required(node, inputs, 2)
    return (builder.emit("Tile", [data, builder.int32(repeats, "repeats")]),)


def _shape(builder: Builder, node: Node, inputs: Inputs) -> tuple[Array]:
    (data,) = required(node, inputs, 1)
    if not node.has("start") and not node.has("end"):
        return (builder.emit("Shape", [data], output_type=INT64),)
    rank = builder.rank(data)
    start, end, _ = slice(node.integer("start", 0), node.integer("end", rank)).indices(rank)
    whole = builder.emit("Shape", [data], suffix="whole", output_type=INT64)
    begin, size = builder.int32s([start], "start"), builder.int32s([max(0, end - start)], "count")
    return (builder.emit("Slice", [whole, begin, size]),)


def _size(builder: Builder, node: Node, inputs: Inputs) -> tuple[Array]:
    (data,) = required(node, inputs, 1)
    if data.size is not None:
        return (builder.constant(np.array(data.size, np.int64), "size"),)
    shape = builder.emit("Shape", [data], suffix="shape", output_type=INT64)
    return (builder.emit("ReduceProd", [shape, builder.int32s([0], "axis")]),)


def _identity(builder: Builder, node: Node, inputs: Inputs) -> tuple[Array]:
    return (required(node, inputs, 1)[0],)


def _dropout(builder: Builder, node: Node, inputs: Inputs) -> tuple[Array, Array | None]:
    data, _, training = required(node, inputs, 1, 3)
    if training is not None:
        value = builder.value(training)
        if value is None or value.any():
            raise Unsupported("it may be in training mode")
    if len(node.outputs) < 2 or not node.outputs[1]:
        return data, None
    return data, builder.constant(np.broadcast_to(np.True_, builder.static(data)), "mask")


TABLE: dict[str, Importer] = {
    "Reshape": _reshape,
    "Flatten": _flatten,
    "Squeeze": _squeeze,
    "Unsqueeze": _unsqueeze,
    "Expand": _expand,
    "Tile": _tile,
    "Shape": _shape,
    "Size": _size,
    "Identity": _identity,
    "Dropout": _dropout,
}
