"""Normalisations: by stored statistics, over neighbours, and over the elements themselves."""

from __future__ import annotations

import math

from pytoco.compiler import Array

from ..builder import Builder, Importer, Inputs, Node, Unsupported
from ..rows import required

_TINY = 1.17549435e-38
"""The least normal number of float32."""


def _batch(builder: Builder, node: Node, inputs: Inputs) -> tuple[Array]:
    data, scale, offset, mean, variance = required(node, inputs, 5)
    if node.flag("training_mode"):
        raise Unsupported("it is in training mode")
    rank = builder.rank(data)
    to_last, back = _channels_last(rank)
    image = builder.nhwc(data) if rank == 4 else builder.transposed(data, to_last, "channels_last")
    operands = [image, scale, offset, mean, variance]
    epsilon = node.real("epsilon", 1e-5)
    made = builder.emit("BatchNormalization", operands, suffix="nhwc_result" if rank > 2 else "", epsilon=epsilon)
    return (builder.transposed(made, back),)


def _channels_last(rank: int) -> tuple[list[int], list[int]]:
    """The permutation that moves axis 1 to the end, and the one that moves it back."""
    if rank < 2:
        return list(range(rank)), list(range(rank))
    return [0, *range(2, rank), 1], [0, rank - 1, *range(1, rank - 1)]


def _normalized(
    builder: Builder, data: Array, axes: list[int], epsilon: float, suffix: str
) -> tuple[Array, Array, Array]:
    """(x - mean) / sqrt(variance + epsilon) over the axes, the mean, and what it is multiplied by."""
    places = builder.int32s(axes, "axes")
    mean = builder.emit("Mean", [data, places], suffix="mean", keep_dims=True)
    distance = builder.emit("SquaredDifference", [data, mean], suffix="distance")
    variance = builder.emit("Mean", [distance, places], suffix="variance", keep_dims=True)
    moved = builder.emit("Add", [variance, builder.like(epsilon, data, "epsilon")], suffix="moved")
    factor = builder.emit("Rsqrt", [moved], suffix="factor")
    centred = builder.emit("Sub", [data, mean], suffix="centred")
    return builder.emit("Mul", [centred, factor], suffix=suffix), mean, factor


def _instance(builder: Builder, node: Node, inputs: Inputs) -> tuple[Array]:
    data, scale, offset = required(node, inputs, 3)
    rank = builder.rank(data)
    to_last, back = _channels_last(rank)
    image = builder.nhwc(data) if rank == 4 else builder.transposed(data, to_last, "channels_last")
    made, _, _ = _normalized(builder, image, list(range(1, rank - 1)), node.real("epsilon", 1e-5), "normalized")
    made = builder.emit("Mul", [made, scale], suffix="scaled")
    return (builder.transposed(builder.emit("Add", [made, offset], suffix="nhwc_result"), back),)


def _group(builder: Builder, node: Node, inputs: Inputs) -> tuple[Array]:
    data, scale, offset = required(node, inputs, 3)
    shape = builder.static(data)
    groups = node.integer("num_groups")
    if len(shape) < 3 or groups < 1 or shape[1] % groups:
        raise node.error(f"{groups} groups of the channels of {list(shape)}")
    inner = math.prod(shape[2:])
    grouped = builder.reshaped(data, (shape[0], groups, shape[1] // groups * inner), "grouped")
    made, _, _ = _normalized(builder, grouped, [2], node.real("epsilon", 1e-5), "normalized")
    made = builder.reshaped(made, shape, "back")
    each = (shape[1], *[1] * (len(shape) - 2))
    if node.opset < 21 and builder.static(scale) == (groups,) != (shape[1],):
        raise Unsupported("its scale goes by group, as up to opset 20")
    made = builder.emit("Mul", [made, builder.reshaped(scale, each, "scale")], suffix="scaled")
    return (builder.emit("Add", [made, builder.reshaped(offset, each, "offset")]),)


def _layer(builder: Builder, node: Node, inputs: Inputs) -> tuple[Array, Array, Array]:
    data, scale, offset = required(node, inputs, 2, 3)
    rank = builder.rank(data)
    axis = builder.axis(node.integer("axis", -1), rank)
    axes = list(range(axis, rank))
    made, mean, factor = _normalized(builder, data, axes, node.real("epsilon", 1e-5), "normalized")
    made = builder.emit("Mul", [made, scale], suffix="scaled" if offset is not None else "")
    return made if offset is None else builder.emit("Add", [made, offset]), mean, factor


def _neighbours(builder: Builder, node: Node, inputs: Inputs) -> tuple[Array]:
    (data,) = required(node, inputs, 1)
    size = node.integer("size")
    if builder.rank(data) != 4 or size < 1 or not size % 2:
        raise Unsupported(f"it goes over {size} channels of rank {builder.rank(data)}")
    made = builder.emit(
        "LocalResponseNormalization",
        [builder.nhwc(data)],
        suffix="nhwc_result",
        radius=size // 2,
        bias=node.real("bias", 1.0),
        alpha=node.real("alpha", 1e-4) / size,
        beta=node.real("beta", 0.75),
    )
    return (builder.nchw(made),)


def _lp(builder: Builder, node: Node, inputs: Inputs) -> tuple[Array]:
    (data,) = required(node, inputs, 1)
    order = node.integer("p", 2)
    if order not in (1, 2):
        raise Unsupported(f"its norm is that of order {order}")
    axis = builder.int32s([builder.axis(node.integer("axis", -1), builder.rank(data))], "axis")
    each = builder.emit("Square" if order == 2 else "Abs", [data], suffix="each")
    norm = builder.emit("Sum", [each, axis], suffix="sum", keep_dims=True)
    if order == 2:
        norm = builder.emit("Sqrt", [norm], suffix="norm")
    least = builder.like(_TINY, data, "least")  # what is zero throughout stays zero
    return (builder.emit("Div", [data, builder.emit("Maximum", [norm, least], suffix="positive")]),)


TABLE: dict[str, Importer] = {
    "BatchNormalization": _batch,
    "InstanceNormalization": _instance,
    "GroupNormalization": _group,
    "LayerNormalization": _layer,
    "LRN": _neighbours,
    "LpNormalization": _lp,
}
