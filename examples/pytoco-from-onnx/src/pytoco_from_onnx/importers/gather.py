"""Joining tensors, picking and writing elements by index, and running totals."""

from __future__ import annotations

import numpy as np
from pytoco.compiler import BOOL, Array

from ..builder import Builder, Importer, Inputs, Node, Unsupported
from ..rows import required


def _concat(builder: Builder, node: Node, inputs: Inputs) -> tuple[Array]:
    parts = required(node, inputs, max(1, len(inputs)))
    if len(parts) == 1:
        return (parts[0],)
    return (builder.emit("Concatenation", parts, axis=builder.axis(node.integer("axis"), builder.rank(parts[0]))),)


def _gather(builder: Builder, node: Node, inputs: Inputs) -> tuple[Array]:
    data, indices = required(node, inputs, 2)
    axis = builder.axis(node.integer("axis", 0), builder.rank(data))
    value = builder.value(indices)
    if value is not None and value.size and value.min() < 0:  # ONNX counts these from the end
        extent = builder.static(data)[axis]
        indices = builder.constant(np.where(value < 0, value + extent, value).astype(value.dtype), "indices")
    return (
        builder.emit(
            "Gather",
            [
                data,
                builder.int32(indices, "indices32"),
            ],
            axis=axis,
        ),
    )


def _gather_nd(builder: Builder, node: Node, inputs: Inputs) -> tuple[Array]:
    data, indices = required(node, inputs, 2)
    if node.integer("batch_dims", 0):
        raise Unsupported("it has batch dimensions")
    value = builder.value(indices)
    if value is not None and value.size and value.min() < 0:
        extents = np.array(builder.static(data)[: value.shape[-1]], value.dtype)
        indices = builder.constant(np.where(value < 0, value + extents, value), "indices")
    return (builder.emit("GatherNd", [data, builder.int32(indices, "indices32")]),)


def _scatter_nd(builder: Builder, node: Node, inputs: Inputs) -> tuple[Array]:
    data, indices, updates = required(node, inputs, 3)
    reduction = node.text("reduction", "none")
    shape = builder.int32s(builder.static(data), "shape")
    value = builder.value(indices)
    if value is not None and value.size and value.min() < 0:
        extents = np.array(builder.static(data)[: value.shape[-1]], value.dtype)
        value = np.where(value < 0, value + extents, value)
        indices = builder.constant(value, "indices")
    places = builder.int32(indices, "indices32")
    written = builder.emit("ScatterNd", [places, updates, shape], suffix="written")
    if reduction == "add":
        return (builder.emit("Add", [data, written]),)
    if reduction != "none":
        raise Unsupported(f"its reduction is {reduction}")
    if value is None:  # ONNX leaves open what happens where a place is named twice
        ones = builder.constant(np.broadcast_to(np.float32(1), builder.static(updates)), "ones")
        count = builder.emit("ScatterNd", [places, ones, shape], suffix="count")
        mask = builder.emit("Greater", [count, builder.constant(np.float32(0), "zero")], suffix="mask")
        return (builder.emit("SelectV2", [mask, written, data]),)
    rows = value.reshape(-1, value.shape[-1])
    if len(np.unique(rows, axis=0)) != len(rows):
        raise Unsupported("its indices name a place twice")
    chosen = np.zeros(builder.static(data), np.bool_)
    chosen[tuple(rows.T)] = True
    return (builder.emit("SelectV2", [builder.constant(chosen, "mask", BOOL), written, data]),)


def _cumsum(builder: Builder, node: Node, inputs: Inputs) -> tuple[Array]:
    data, axis = required(node, inputs, 2)
    (place,) = builder.ints(axis, "axis")
    scalar = builder.constant(np.int32(builder.axis(place, builder.rank(data))), "axis")
    return (builder.emit("Cumsum", [data, scalar], exclusive=node.flag("exclusive"), reverse=node.flag("reverse")),)


def _reverse_sequence(builder: Builder, node: Node, inputs: Inputs) -> tuple[Array]:
    data, lengths = required(node, inputs, 2)
    places = builder.int32(lengths, "lengths32")
    axis, batch = node.integer("time_axis", 0), node.integer("batch_axis", 1)
    return (builder.emit("ReverseSequence", [data, places], seq_dim=axis, batch_dim=batch),)


TABLE: dict[str, Importer] = {
    "Concat": _concat,
    "Gather": _gather,
    "GatherND": _gather_nd,
    "ScatterND": _scatter_nd,
    "CumSum": _cumsum,
    "ReverseSequence": _reverse_sequence,
}
