"""Pad: attributes up to opset 10, operands from 11 on, axes from 18 on."""

from __future__ import annotations

import numpy as np
from pytoco.compiler import Array

from ..builder import Builder, Importer, Inputs, Node, Unsupported
from ..rows import required


def _pad(builder: Builder, node: Node, inputs: Inputs) -> tuple[Array]:
    if node.opset < 11:
        (data,) = required(node, inputs, 1)
        amounts, axes, fill = node.ints("pads"), None, None
        number = node.real("value", 0.0)
        fill = builder.like(number, data, "fill") if number else None
    else:
        data, pads, fill, places = required(node, inputs, 2, 4)
        amounts = builder.ints(pads, "pads")
        axes = None if places is None else builder.ints(places, "axes")
    rank = builder.rank(data)
    around = _around(builder, node, amounts, axes, rank)
    if min(map(min, around), default=0) < 0:
        data = _cropped(builder, data, around)
        around = [(max(0, before), max(0, after)) for before, after in around]
    mode = node.text("mode", "constant")
    if max(map(max, around), default=0) > 1 << 30:
        raise node.error(f"pads {list(amounts)} are too large")
    paddings = builder.constant(np.array(around, np.int32).reshape(-1, 2), "paddings")
    if mode == "reflect":
        return (builder.emit("MirrorPad", [data, paddings], mode="REFLECT"),)
    if mode != "constant":
        raise Unsupported(f"its mode is {mode}")
    value = builder.value(fill)
    if fill is None or (value is not None and not value.any()):
        return (builder.emit("Pad", [data, paddings]),)
    scalar = builder.reshaped(fill, (), "fill_scalar")
    return (builder.emit("PadV2", [data, paddings, scalar]),)


def _around(
    builder: Builder, node: Node, amounts: tuple[int, ...], axes: tuple[int, ...] | None, rank: int
) -> list[tuple[int, int]]:
    """Elements before and after, of each axis."""
    places = list(range(rank)) if axes is None else [builder.axis(a, rank) for a in axes]
    n = len(places)
    if len(amounts) != 2 * n:
        raise node.error(f"pads {list(amounts)} do not go with {n} axes")
    found = [(0, 0)] * rank
    for k, place in enumerate(places):
        found[place] = amounts[k], amounts[k + n]
    return found


def _cropped(builder: Builder, data: Array, around: list[tuple[int, int]]) -> Array:
    """What negative amounts cut off."""
    begin = [max(0, -before) for before, _ in around]
    size = [d - b - max(0, -after) for d, b, (_, after) in zip(builder.static(data), begin, around, strict=True)]
    return builder.emit("Slice", [data, builder.int32s(begin, "begin"), builder.int32s(size, "size")], suffix="cropped")


TABLE: dict[str, Importer] = {"Pad": _pad}
