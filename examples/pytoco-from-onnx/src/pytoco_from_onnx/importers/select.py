"""Choosing elements by a condition, by index or by size."""

from __future__ import annotations

from pytoco.compiler import INT64, Array

from ..builder import Builder, Importer, Inputs, Node, Unsupported
from ..rows import required, row


def _one_hot(builder: Builder, node: Node, inputs: Inputs) -> tuple[Array]:
    indices, depth, values = required(node, inputs, 3)
    (number,) = (int(d) for d in builder.ints(depth, "depth"))
    ends = builder.value(values)
    if ends is None or ends.shape != (2,):
        raise Unsupported("its values are computed, not constant")
    if indices.dtype is not None and indices.dtype.is_float:
        raise Unsupported("its indices are floats")
    rank = builder.rank(indices) + 1
    places = builder.int32(indices, "indices32")
    wrapped = builder.emit("FloorMod", [places, builder.like(number, places, "wrap")], suffix="wrapped")
    off, on = (builder.constant(ends[k], f"value{k}", values.dtype) for k in (0, 1))
    axis = builder.axis(node.integer("axis", -1), rank)
    size = builder.reshaped(builder.int32s([number], "depths"), (), "depth")
    return (builder.emit("OneHot", [wrapped, size, on, off], axis=-1 if axis == rank - 1 else axis),)


def _top_k(builder: Builder, node: Node, inputs: Inputs) -> tuple[Array, Array]:
    data, given = required(node, inputs, 1, 2)
    if (given is None) != (node.opset < 10):
        raise node.error("its k is missing")
    count = node.integer("k") if given is None else builder.ints(given, "k")[0]
    rank = builder.rank(data)
    axis = builder.axis(node.integer("axis", -1), rank)
    perm = [*[i for i in range(rank) if i != axis], axis]
    least = not node.flag("largest", default=True)
    moved = builder.transposed(data, perm, "moved")
    if least:
        moved = builder.emit("Neg", [moved], suffix="negated")
    size = builder.reshaped(builder.int32s([count], "counts"), (), "count")
    found = builder.emit_op("TopKV2", [moved, size], None, suffix="top").outputs
    values = builder.emit("Neg", [found[0]], suffix="values") if least else found[0]
    back = [perm.index(i) for i in range(rank)]
    indices = builder.cast(found[1], INT64, "indices")
    return builder.transposed(values, back, "values_back"), builder.transposed(indices, back, "indices_back")


TABLE: dict[str, Importer] = {"Where": row("SelectV2"), "OneHot": _one_hot, "TopK": _top_k}
