"""Parts of arrays."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from pytoco.compiler import Array, Op, const_ints

from ..nodes import Link, Nodes, Operand
from ..operands import ints_of, shape_of
from ..refusal import Refusal
from .base import Exporter

LAST = np.iinfo(np.int64).max
FIRST = np.iinfo(np.int64).min
"""What ONNX's Slice takes for "to the end" and, backwards, "to the beginning"."""


def cut(
    nodes: Nodes,
    data: Operand,
    starts: Sequence[int],
    ends: Sequence[int],
    axes: Sequence[int],
    steps: Sequence[int] | None = None,
    to: Array | None = None,
) -> str:
    """A Slice with constant operands."""
    more = [] if steps is None else [nodes.ints(steps)]
    return nodes.emit("Slice", data, nodes.ints(starts), nodes.ints(ends), nodes.ints(axes), *more, to=to)


def _slice(op: Op, nodes: Nodes) -> None:
    """The end is begin + size; a size of -1 goes to the end."""
    x, begin, size = op.inputs
    first, count = const_ints(begin), const_ints(size)
    axes = nodes.ints(range(len(first or count or shape_of(x))), "axes")
    starts = nodes.int64(begin)
    if first is not None and count is not None:
        ends = nodes.ints([LAST if n == -1 else b + n for b, n in zip(first, count, strict=True)])
    else:
        ends = nodes.emit("Add", starts, nodes.int64(size))
        if count is None or -1 in count:
            whole = nodes.emit("Equal", nodes.int64(size), nodes.ints([-1]))
            ends = nodes.emit("Where", whole, nodes.ints([LAST]), ends)
    nodes.emit("Slice", x, starts, ends, axes, to=op.outputs[0])


def _strided_slice(op: Op, nodes: Nodes) -> None:
    """Slice, then Gather for every axis that goes, then Unsqueeze for the new ones.

    Axes are told apart by the masks; an ellipsis wins over a new axis, and a new axis over one that goes.
    """
    x, a = op.inputs[0], op.attrs
    rank = len(shape_of(x))
    strides = ints_of(op.inputs[3], "the strides")
    begin, end = (_Parts(array, nodes) for array in op.inputs[1:3])
    starts: list[str] = []
    ends: list[str] = []
    axes: list[int] = []
    steps: list[int] = []
    single: list[tuple[int, str]] = []
    new: list[int] = []
    used = sum(1 for i in range(len(strides)) if not a.ellipsis_mask >> i & 1 and not a.new_axis_mask >> i & 1)
    axis = place = 0
    for i, step in enumerate(strides):
        if a.ellipsis_mask >> i & 1:
            axis, place = axis + rank - used, place + rank - used
        elif a.new_axis_mask >> i & 1:
            new.append(place)
            place += 1
        elif a.shrink_axis_mask >> i & 1:
            single.append((axis, begin.scalar(i)))
            axis += 1
        else:
            from_first, to_last = a.begin_mask >> i & 1, a.end_mask >> i & 1
            if step != 1 or not from_first or not to_last:
                starts.append(nodes.ints([0 if step > 0 else LAST]) if from_first else begin.vector(i))
                ends.append(nodes.ints([LAST if step > 0 else FIRST]) if to_last else end.vector(i))
                axes.append(axis)
                steps.append(step)
            axis, place = axis + 1, place + 1
    links: list[Link] = []
    if axes:
        joined = [p[0] if len(p) == 1 else nodes.emit("Concat", *p, attributes={"axis": 0}) for p in (starts, ends)]
        links.append(("Slice", (*joined, nodes.ints(axes), nodes.ints(steps)), {}))
    links += [("Gather", (index,), {"axis": axis}) for axis, index in reversed(single)]
    if new:
        links.append(("Unsqueeze", (nodes.ints(new),), {}))
    nodes.chain(x, links, op.outputs[0])


class _Parts:
    """The elements of a vector, constant or computed."""

    def __init__(self, array: Array | None, nodes: Nodes) -> None:
        self.array, self.nodes = array, nodes
        self.known = const_ints(array)
        self.whole = "" if self.known is not None else nodes.int64(array)

    def vector(self, index: int) -> str:
        """The element, as a vector."""
        if self.known is not None:
            return self.nodes.ints([self.known[index]])
        return self.nodes.emit("Gather", self.whole, self.nodes.ints([index]))

    def scalar(self, index: int) -> str:
        """The element, as a scalar."""
        number = np.array(index if self.known is None else self.known[index], np.int64)
        constant = self.nodes.constant(number)
        return constant if self.known is not None else self.nodes.emit("Gather", self.whole, constant)


def _split(op: Op, nodes: Nodes) -> None:
    (axis,) = ints_of(op.inputs[0], "its axis")
    extent, num = shape_of(op.inputs[1])[axis], op.attrs.num
    if isinstance(extent, int):
        sizes, attributes = [nodes.ints([extent // num] * num)], {}
    else:
        sizes, attributes = [], {"num_outputs": num} if nodes.opset >= 18 else {}
    nodes.emit_many("Split", [op.inputs[1], *sizes], op.outputs, {"axis": axis, **attributes})


def _split_v(op: Op, nodes: Nodes) -> None:
    (axis,) = ints_of(op.inputs[2], "its axis")
    sizes = list(ints_of(op.inputs[1], "the list of its sizes"))
    if -1 in sizes:
        extent = shape_of(op.inputs[0])[axis]
        if not isinstance(extent, int):
            raise Refusal("one of its sizes is known only at run time")
        sizes[sizes.index(-1)] = extent - sum(sizes) - 1
    nodes.emit_many("Split", [op.inputs[0], nodes.ints(sizes)], op.outputs, {"axis": axis})


EXPORTERS: dict[str, Exporter] = {
    "Slice": _slice,
    "StridedSlice": _strided_slice,
    "Split": _split,
    "SplitV": _split_v,
}
