"""Moving elements without changing them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from pytoco.compiler import Array, Op

from ..nodes import Nodes, Operand
from ..operands import ints_of, shape_of
from ..refusal import Refusal
from .base import Exporter


def _transpose(op: Op, nodes: Nodes) -> None:
    nodes.emit(
        "Transpose", op.inputs[0], to=op.outputs[0], attributes={"perm": ints_of(op.inputs[1], "its permutation")}
    )


def reshape(nodes: Nodes, data: Operand, shape: Sequence[Any], to: Array | None = None) -> str:
    """A Reshape to extents of which one may be unknown; raises Refusal for more."""
    wanted = [d if isinstance(d, int) else -1 for d in shape]
    if wanted.count(-1) > 1:
        raise Refusal("several extents of its input are known only at run time")
    return nodes.emit("Reshape", data, nodes.ints(wanted), to=to)


def _space_to_batch(op: Op, nodes: Nodes) -> None:
    """Pad, split each spatial axis into blocks, and bring the places inside a block to the front."""
    blocks, borders = (ints_of(a, "its block shape or border") for a in op.inputs[1:3])
    shape = shape_of(op.inputs[0])
    m, rank = len(blocks), len(shape)
    before, behind = [0, *borders[::2]], [0, *borders[1::2]]
    more = [0] * (rank - m - 1)
    pads = nodes.ints([*before, *more, *behind, *more], "pads")
    data = nodes.emit("Pad", op.inputs[0], pads) if any(borders) else op.inputs[0]
    outer = [
        _over(d, borders[2 * i] + borders[2 * i + 1], b)
        for i, (d, b) in enumerate(zip(shape[1:], blocks, strict=False))
    ]
    split = [n for pair in zip(outer, blocks, strict=True) for n in pair]
    parts = reshape(nodes, data, [shape[0], *split, *shape[m + 1 :]])
    order = [*range(2, 2 * m + 1, 2), 0, *range(1, 2 * m, 2), *range(2 * m + 1, rank + m)]
    moved = nodes.emit("Transpose", parts, attributes={"perm": order})
    batch = shape[0]
    for b in blocks:
        batch = batch * b if isinstance(batch, int) else None
    reshape(nodes, moved, [batch, *outer, *shape[m + 1 :]], op.outputs[0])


def _over(extent: Any, border: int, block: int) -> int | None:
    return (extent + border) // block if isinstance(extent, int) else None


def _batch_to_space(op: Op, nodes: Nodes) -> None:
    """The way back, then a Slice for the crops."""
    blocks, crops = (ints_of(a, "its block shape or crops") for a in op.inputs[1:3])
    shape = shape_of(op.inputs[0])
    m, rank = len(blocks), len(shape)
    batch = shape[0]
    for b in blocks:
        batch = batch // b if isinstance(batch, int) else None
    parts = reshape(nodes, op.inputs[0], [*blocks, batch, *shape[1:]])
    order = [m, *[n for i in range(m) for n in (m + 1 + i, i)], *range(2 * m + 1, rank + m)]
    moved = nodes.emit("Transpose", parts, attributes={"perm": order})
    spatial = [d * b if isinstance(d, int) else None for d, b in zip(shape[1:], blocks, strict=False)]
    whole = reshape(nodes, moved, [batch, *spatial, *shape[m + 1 :]], None if any(crops) else op.outputs[0])
    if any(crops):
        ends = [-c if c else 2**62 for c in crops[1::2]]
        axes = nodes.ints(range(1, m + 1), "axes")
        nodes.emit("Slice", whole, nodes.ints(crops[::2]), nodes.ints(ends), axes, to=op.outputs[0])


def _space_to_depth(op: Op, nodes: Nodes) -> None:
    """Of integers, for which runtimes lack the operator: rows and columns of blocks beside the channels."""
    n, h, w, c = shape_of(op.inputs[0])
    b = op.attrs.block_size
    height, width = (d // b if isinstance(d, int) else None for d in (h, w))
    parts = reshape(nodes, op.inputs[0], [n, height, b, width, b, c])
    moved = nodes.emit("Transpose", parts, attributes={"perm": [0, 1, 3, 2, 4, 5]})
    reshape(nodes, moved, [n, height, width, _times(c, b * b)], op.outputs[0])


def _depth_to_space(op: Op, nodes: Nodes) -> None:
    n, h, w, c = shape_of(op.inputs[0])
    b = op.attrs.block_size
    depth = c // (b * b) if isinstance(c, int) else None
    parts = reshape(nodes, op.inputs[0], [n, h, w, b, b, depth])
    moved = nodes.emit("Transpose", parts, attributes={"perm": [0, 1, 3, 2, 4, 5]})
    reshape(nodes, moved, [n, _times(h, b), _times(w, b), depth], op.outputs[0])


def _times(extent: Any, factor: int) -> int | None:
    return extent * factor if isinstance(extent, int) else None


EXPORTERS: dict[str, Exporter] = {
    "Transpose": _transpose,
    "SpaceToBatchND": _space_to_batch,
    "BatchToSpaceND": _batch_to_space,
    "SpaceToDepth": _space_to_depth,
    "DepthToSpace": _depth_to_space,
}
