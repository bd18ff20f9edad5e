"""Parts of partitioned variables: as TensorFlow writes them, as numpy indexes, and whether they fill their variable."""

from __future__ import annotations

import math

import numpy as np

from .ordered_code import Extents

MOST = 1 << 14
"""Parts of one variable beyond which comparing them all would take too long."""


def shown(extents: Extents) -> str:
    """A part as TensorFlow writes it: `start,length` for each dimension, `-` for all of one."""
    return ":".join("-" if length < 0 else f"{start},{length}" for start, length in extents)


def parsed(text: str) -> tuple[tuple[int, ...], Extents] | None:
    """The variable's shape and the part that an entry of `shape_and_slices` names (`10 4 0,4:-`); None for the whole.

    Raises ValueError for anything else.
    """
    if not text:
        return None
    *sizes, part = text.split(" ")
    shape = tuple(int(size) for size in sizes)
    extents = tuple(
        (0, -1) if item == "-" else (int(item.partition(",")[0]), int(item.partition(",")[2]))
        for item in (part.split(":") if part else ())
    )
    if index_of(extents, shape) is None:
        raise ValueError(f"{part} is not within {list(shape)}")
    return shape, extents


def index_of(extents: Extents, shape: tuple[int, ...]) -> tuple[slice, ...] | None:
    """The part as a numpy index; None where it does not lie within the shape."""
    if len(extents) != len(shape):
        return None
    found = tuple(
        slice(0, size) if length == -1 and not start else slice(start, start + length)
        for (start, length), size in zip(extents, shape, strict=True)
    )
    inside = all(0 <= s.start <= s.stop <= size for s, size in zip(found, shape, strict=True))
    return found if inside else None


def fault(slices: tuple[Extents, ...], shape: tuple[int, ...]) -> str | None:
    """What keeps `slices` from filling a variable of this shape, each element once; None if they do."""
    if len(slices) > MOST:
        return f"has {len(slices)} parts; pytoco reads up to {MOST}"
    boxes = []
    for extents in slices:
        box = index_of(extents, shape)
        if box is None:
            return f"of shape {list(shape)} has a part {shown(extents)}, which is outside of it"
        boxes.append(box)
    starts = np.array([[s.start for s in box] for box in boxes], np.int64)
    stops = np.array([[s.stop for s in box] for box in boxes], np.int64)
    for i in range(1, len(boxes)):
        both = (starts[:i] < stops[i]) & (starts[i] < stops[:i])
        hit = np.flatnonzero(both.all(axis=1))
        if hit.size:
            return f"has parts that overlap: {shown(slices[hit[0]])} and {shown(slices[i])}"
    filled = sum(math.prod(s.stop - s.start for s in box) for box in boxes)
    if filled != math.prod(shape):
        return f"of shape {list(shape)} has parts that fill {filled} of its {math.prod(shape)} elements"
    return None
