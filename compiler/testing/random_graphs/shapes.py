"""Operators that move, choose and join elements."""

from __future__ import annotations

import numpy as np

from ...ir.types import INT32, INT64
from .maker import Maker
from .table import anything, makes, numbers


@makes("Reshape")
def _reshape(m: Maker, kind: str) -> None:
    x = anything(m)
    sizes = [d for d in m.values[x].shape if d != 1]
    m.draw.shuffle(sizes)
    if len(sizes) > 1 and m.draw.chance(0.5):
        sizes[:2] = [sizes[0] * sizes[1]]
    while len(sizes) < 4 and m.draw.chance(0.5):
        sizes.insert(m.draw.integer(0, len(sizes)), 1)
    if sizes and m.draw.chance(0.3):
        sizes[m.draw.integer(0, len(sizes) - 1)] = -1
    m.emit(kind, [x, m.const(sizes, "int32")])


@makes("Squeeze")
def _squeeze(m: Maker, kind: str) -> None:
    x = anything(m, (1, 5))
    ones = [i for i, d in enumerate(m.values[x].shape) if d == 1]
    m.emit(kind, [x], tuple(m.draw.sample(ones, m.draw.integer(0, len(ones)))))


@makes("ExpandDims")
def _expand(m: Maker, kind: str) -> None:
    x = anything(m, (0, 4))
    m.emit(kind, [x, m.const(m.axis(x, 1), "int32")])


@makes("Transpose")
def _transpose(m: Maker, kind: str) -> None:
    x = anything(m, (1, 5))
    m.emit(kind, [x, m.ints(*m.draw.sample(range(m.values[x].ndim), m.values[x].ndim))])


@makes("Shape", "Rank")
def _shape(m: Maker, kind: str) -> None:
    x = anything(m, (1, 4))
    m.emit(kind, [x], *([m.draw.choice([INT32, INT64])] if kind == "Shape" else []))


@makes("Tile")
def _tile(m: Maker, kind: str) -> None:
    x = numbers(m, (1, 4))
    m.emit(kind, [x, m.ints(*(m.draw.choice([1, 1, 2, 3]) for _ in m.values[x].shape))])


@makes("BroadcastTo")
def _broadcast(m: Maker, kind: str) -> None:
    x = numbers(m, (0, 3))
    to = [m.draw.integer(2, 4) if d == 1 else d for d in m.values[x].shape]
    m.emit(kind, [x, m.ints(*([2] * m.draw.integer(0, 1)), *to)])


@makes("BroadcastArgs")
def _broadcast_args(m: Maker, kind: str) -> None:
    m.emit(kind, [m.emit("Shape", [m.find("f", (1, 3))], INT32), m.const([1], "int32")])


@makes("Fill")
def _fill(m: Maker, kind: str) -> None:
    m.emit(kind, [m.ints(*m.shape(1, 3)), m.find("fib", (0, 0))])


@makes("Range")
def _span(m: Maker, kind: str) -> None:
    limit = m.const(m.draw.integer(2, 9), "int32")
    m.emit(kind, [m.const(0, "int32"), m.emit("Mul", [limit, m.const(2, "int32")], "NONE"), m.const(3, "int32")])


@makes("Slice")
def _slice(m: Maker, kind: str) -> None:
    x = anything(m, (1, 5))
    begin = [m.draw.integer(0, d - 1) for d in m.values[x].shape]
    size = [m.draw.choice([-1, m.draw.integer(1, d - b)]) for b, d in zip(begin, m.values[x].shape, strict=True)]
    m.emit(kind, [x, m.const(begin, "int32"), m.const(size, "int32")])


@makes("StridedSlice")
def _strided(m: Maker, kind: str) -> None:
    x = anything(m, (1, 4))
    begin, end, strides = [], [], []
    for d in m.values[x].shape:
        step = m.draw.choice([1, 1, 1, 2, -1])
        a = m.draw.integer(0, d - 1)
        begin.append(a if step > 0 else d - 1)
        end.append(m.draw.integer(a + 1, d + 1) if step > 0 else -d - 1)
        strides.append(step)
    rank = len(begin)
    shrink = sum(1 << i for i in range(rank) if m.draw.chance(0.2) and strides[i] > 0)
    masks = [m.draw.integer(0, (1 << rank) - 1) if m.draw.chance(0.3) else 0 for _ in range(2)]
    given = [m.const(v, "int32") for v in (begin, end, strides)]
    m.emit(kind, [x, *given], *masks, 0, 0, shrink)


@makes("Split", "SplitV")
def _split(m: Maker, kind: str) -> None:
    x = anything(m, (1, 4))
    axis = m.axis(x)
    extent = m.values[x].shape[axis]
    where = m.const(axis, "int32")
    if kind == "Split":
        m.emit(kind, [where, x], m.draw.choice([n for n in range(1, extent + 1) if extent % n == 0]))
    else:
        first = m.draw.integer(1, max(1, extent - 1))
        sizes = [first, extent - first] if extent > first else [extent]
        m.emit(kind, [x, m.const(sizes, "int32"), where], len(sizes))


@makes("Concatenation", "Pack")
def _join(m: Maker, kind: str) -> None:
    x = anything(m, (1, 4))
    same = m.alike(x)
    more = [m.draw.choice(same) for _ in range(m.draw.integer(0, 3))]
    axis = m.axis(x, kind == "Pack")
    m.emit(kind, [x, *more], axis, *(["NONE"] if kind == "Concatenation" else []))


@makes("Unpack")
def _unpack(m: Maker, kind: str) -> None:
    x = anything(m, (1, 4))
    axis = m.axis(x)
    m.emit(kind, [x], m.values[x].shape[axis], axis)


@makes("Gather")
def _gather(m: Maker, kind: str) -> None:
    x = anything(m, (1, 4))
    axis = m.axis(x)
    if axis < 0:
        axis += m.values[x].ndim
    m.emit(kind, [x, m.const(m.draw.integers(0, m.values[x].shape[axis], m.shape(0, 2)), "int32")], axis, 0)


@makes("GatherNd")
def _gather_nd(m: Maker, kind: str) -> None:
    x = anything(m, (1, 4))
    depth = m.draw.integer(1, m.values[x].ndim)
    rows = [[m.draw.integer(0, d - 1) for d in m.values[x].shape[:depth]] for _ in range(3)]
    m.emit(kind, [x, m.const(rows, "int32")])


@makes("ScatterNd")
def _scatter_nd(m: Maker, kind: str) -> None:
    x = numbers(m, (1, 3))
    rows, more = m.values[x].shape[0], m.values[x].shape[1:]
    indices = [[m.draw.integer(0, rows + 1)] for _ in range(rows)]
    m.emit(kind, [m.const(indices, "int32"), x, m.const([rows + 2, *more], "int32")])


@makes("SegmentSum", "UnsortedSegmentSum", "UnsortedSegmentProd", "UnsortedSegmentMax", "UnsortedSegmentMin")
def _segments(m: Maker, kind: str) -> None:
    x = numbers(m, (1, 3))
    parts = sorted([0, *(m.draw.integer(0, 2) for _ in range(m.values[x].shape[0] - 1))])
    if kind == "SegmentSum":
        parts = list(np.unique(parts, return_inverse=True)[1])
        m.emit(kind, [x, m.const(parts, "int32")])
    elif set(parts) == set(range(max(parts) + 1)):
        m.emit(kind, [x, m.const(parts, "int32"), m.const(max(parts) + 1, "int32")])


@makes("SparseToDense")
def _sparse(m: Maker, kind: str) -> None:
    count = m.draw.integer(1, 3)
    values = m.find("fi", (1, 1), lambda v: v.shape == (count,))
    spare = m.const(m.draw.integer(0, 3), str(m.values[values].dtype))
    m.emit(kind, [m.const(list(range(1, count + 1)), "int32"), m.const([count + 3], "int32"), values, spare], True)


@makes("DynamicUpdateSlice")
def _update(m: Maker, kind: str) -> None:
    x = numbers(m, (1, 4))
    value = m.values[x]
    part = m.input([m.draw.integer(1, d) for d in value.shape], str(value.dtype))
    m.emit(kind, [x, part, m.const([0] * value.ndim, "int32")])


@makes("ReverseV2")
def _reverse(m: Maker, kind: str) -> None:
    x = anything(m, (1, 4))
    m.emit(kind, [x, m.const([m.axis(x)], "int32")])


@makes("ReverseSequence")
def _reverse_sequence(m: Maker, kind: str) -> None:
    x = numbers(m, (2, 4))
    rows, extent = m.values[x].shape[:2]
    m.emit(kind, [x, m.const([m.draw.integer(1, extent) for _ in range(rows)], "int32")], 1, 0)


@makes("Pad", "PadV2", "MirrorPad")
def _pad(m: Maker, kind: str) -> None:
    x = numbers(m, (1, 4))
    most = [min(2, d - 1) if kind == "MirrorPad" else 2 for d in m.values[x].shape]
    pads = m.const([[m.draw.integer(0, n), m.draw.integer(0, n)] for n in most], "int32")
    more = [m.const(m.draw.integer(-2, 2), str(m.values[x].dtype))] if kind == "PadV2" else []
    m.emit(kind, [x, pads, *more], *([m.draw.choice(["REFLECT", "SYMMETRIC"])] if kind == "MirrorPad" else []))


@makes("Select", "SelectV2")
def _select(m: Maker, kind: str) -> None:
    c = m.find("b")
    x = m.input(m.values[c].shape, m.draw.choice(["float32", "int32"]))
    m.emit(kind, [c, x, m.partner(x) if kind == "SelectV2" else m.input(m.values[x].shape, str(m.values[x].dtype))])


@makes("Where")
def _where(m: Maker, kind: str) -> None:
    m.emit(kind, [m.find("b", (1, 4))])


@makes("OneHot")
def _one_hot(m: Maker, kind: str) -> None:
    x = m.find("iu", (0, 2))
    m.emit(kind, [x, m.const(4, "int32"), m.const(2.0, "float32"), m.const(-1.0, "float32")],
           m.draw.integer(-1, m.values[x].ndim))  # fmt: skip


@makes("MatrixDiag")
def _matrix_diag(m: Maker, kind: str) -> None:
    m.emit(kind, [numbers(m, (1, 2))])


@makes("MatrixSetDiag")
def _matrix_set_diag(m: Maker, kind: str) -> None:
    x = numbers(m, (2, 3))
    value = m.values[x]
    m.emit(kind, [x, m.input((*value.shape[:-2], min(value.shape[-2:])), str(value.dtype))])
