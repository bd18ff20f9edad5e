"""Parts of tensors: Slice, whose places are attributes up to opset 9, and Split, whose sizes are up to 12."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from pytoco.compiler import Array, op_definition

from ..builder import Builder, Importer, Inputs, Node, Unsupported
from ..rows import required

_FAR = 1 << 30


class _Cut(NamedTuple):
    begin: int
    end: int | None
    step: int


def _slice(builder: Builder, node: Node, inputs: Inputs) -> tuple[Array]:
    if node.opset < 10:
        (data,) = required(node, inputs, 1)
        starts, ends = node.ints("starts"), node.ints("ends")
        axes, steps = node.ints("axes", tuple(range(len(starts)))), (1,) * len(starts)
    else:
        data, begin, end, places, strides = required(node, inputs, 3, 5)
        starts, ends = builder.ints(begin, "starts"), builder.ints(end, "ends")
        axes = tuple(range(len(starts))) if places is None else builder.ints(places, "axes")
        steps = (1,) * len(starts) if strides is None else builder.ints(strides, "steps")
    rank = builder.rank(data)
    if not len(starts) == len(ends) == len(axes) == len(steps) or 0 in steps:
        raise node.error(f"starts {list(starts)}, ends {list(ends)}, axes {list(axes)}, steps {list(steps)} disagree")
    cuts: dict[int, _Cut] = {}
    for start, stop, axis, step in zip(starts, ends, axes, steps, strict=True):
        place = builder.axis(axis, rank)
        extent = data.shape[place] if data.shape else None
        cuts[place] = _cut(start, stop, step, extent)
    if all(c.step == 1 and c.begin >= 0 and (c.end is None or c.end >= 0) for c in cuts.values()):
        return (_plain(builder, data, rank, cuts),)
    return (_strided(builder, data, rank, cuts),)


def _cut(start: int, end: int, step: int, extent: object) -> _Cut:
    """Begin, end and step of one axis; an end of None is the end of the axis in the direction of the step."""
    if isinstance(extent, int):
        first, last, step = slice(start, end, step).indices(extent)
        if step > 0:
            return _Cut(first, max(first, last), step)
        return _Cut(first, None if last < 0 else last, step)
    if step < 0:
        if start != -1 and start < _FAR:
            raise Unsupported("it goes backwards along an axis whose extent is unknown")
        if end > -_FAR:
            raise Unsupported("it goes backwards along an axis whose extent is unknown")
        return _Cut(-1, None, step)
    return _Cut(start, None if end >= _FAR else end, step)


def _plain(builder: Builder, data: Array, rank: int, cuts: dict[int, _Cut]) -> Array:
    """A Slice where all steps are 1; -1 as the size of an axis is the rest of it."""
    whole = _Cut(0, None, 1)
    each = [cuts.get(i, whole) for i in range(rank)]
    begin = builder.int32s([c.begin for c in each], "begin")
    size = builder.int32s([-1 if c.end is None else c.end - c.begin for c in each], "size")
    return builder.emit("Slice", [data, begin, size])


def _strided(builder: Builder, data: Array, rank: int, cuts: dict[int, _Cut]) -> Array:
    whole = _Cut(0, None, 1)
    each = [cuts.get(i, whole) for i in range(rank)]
    operands = [
        builder.int32s([c.begin for c in each], "begin"),
        builder.int32s([c.end or 0 for c in each], "end"),
        builder.int32s([c.step for c in each], "strides"),
    ]
    mask = sum(1 << i for i, c in enumerate(each) if c.end is None)
    return builder.emit("StridedSlice", [data, *operands], end_mask=mask)


def _split(builder: Builder, node: Node, inputs: Inputs) -> Sequence[Array]:
    data, given = required(node, inputs, 1, 2)
    axis = builder.axis(node.integer("axis", 0), builder.rank(data))
    count = len(node.outputs)
    sizes: tuple[int, ...] = node.ints("split", ()) if node.opset < 13 else ()
    if given is not None:
        sizes = builder.ints(given, "sizes")
    extent = data.shape[axis] if data.shape else None
    if not sizes and isinstance(extent, int):
        size = -(-extent // count)
        sizes = tuple(max(0, min(size, extent - k * size)) for k in range(count))
    if sizes and (len(sizes) != count or (isinstance(extent, int) and sum(sizes) != extent)):
        raise node.error(f"sizes {list(sizes)} for {count} results of an axis of {extent}")
    place = builder.constant(builder.int32s([axis], "axes").numpy()[0], "axis")
    if len(set(sizes)) <= 1:
        attrs = op_definition("Split").Attrs(num=count)
        return builder.emit_op("Split", [place, data], attrs).outputs
    attrs = op_definition("SplitV").Attrs(num=count)
    return builder.emit_op("SplitV", [data, builder.int32s(sizes, "sizes"), place], attrs).outputs


TABLE: dict[str, Importer] = {"Slice": _slice, "Split": _split}
