"""What is known of the numbers in a shape that is computed at run time, extent by extent."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

import numpy as np

from ..compiler.errors import PytocoError
from ..compiler.ir import Array, Dim, Op, Shape
from ..compiler.ir.types import InferredShape
from ..compiler.ops import get
from ..compiler.ops.base import const_ints

if TYPE_CHECKING:
    from ..compiler.driver import Look

Extents: TypeAlias = tuple[int | Dim | None, ...]
"""Numbers; a Dim stands for the extent that it is, None for what is not known."""

_SAME = ("Identity", "Cast", "Reshape", "Squeeze", "ExpandDims")
_PICKS = ("StridedSlice", "Slice", "Gather")
_JOINS = ("Pack", "Concatenation")
_DEPTH = 8
_MOST = 32
"""Elements that a shape may have."""


def extents_of(look: Look, op: Op, index: int) -> Extents | None:
    """The elements, in order, of an operand of integers: those of shapes taken apart and put together again."""
    return _Reader(look).read(op, index, _DEPTH)


class _Reader:
    """Follows operands upwards, each array once however many ways lead to it."""

    def __init__(self, look: Look) -> None:
        self.look = look
        self.known: dict[Array, Extents | None] = {}

    def read(self, op: Op, index: int, depth: int) -> Extents | None:
        array = op.inputs[index]
        if array is None:
            return None
        if array not in self.known:
            self.known[array] = const_ints(array) or self._computed(array, op, index, depth)
        return self.known[array]

    def _computed(self, array: Array, op: Op, index: int, depth: int) -> Extents | None:
        unknown = None if array.size is None or array.size > _MOST else (None,) * array.size
        source = self.look.producer(op, index) if depth else None
        if source is None or not source.inputs or unknown is None:
            return unknown
        data = source.inputs[0]
        if source.kind == "Shape":
            return unknown if data is None or data.shape is None else data.shape
        if source.kind in _SAME:
            return self.read(source, 0, depth - 1) or unknown
        if source.kind in _JOINS:
            parts = [self.read(source, k, depth - 1) for k in range(len(source.inputs))]
            return unknown if None in parts else tuple([d for part in parts if part is not None for d in part])
        if source.kind in _PICKS and data is not None and data.rank == 1:
            whole = self.read(source, 0, depth - 1)
            places = None if whole is None else _picked(self.look, source, len(whole))
            return unknown if whole is None or places is None else tuple([whole[k] for k in places])
        return unknown


def _picked(look: Look, op: Op, count: int) -> list[int] | None:
    """The positions, in a vector of `count` elements, of what a StridedSlice, Slice or Gather takes."""
    operands = [np.arange(count), *(look.constant(op, k) for k in range(1, len(op.inputs)))]
    if any(value is None for value in operands):
        return None
    try:
        return [int(k) for k in np.asarray(get(op.kind).kernel(operands, op.attrs)[0]).reshape(-1)]
    except PytocoError:
        return None


def with_symbols(shape: Shape, found: InferredShape) -> Shape:
    """`shape` with the symbols that `found` has in place of its own; itself where that changes nothing."""
    if shape is None or found is None or shape == found:
        return shape
    same = tuple([b if type(a) is Dim and type(b) is Dim else a for a, b in zip(shape, found, strict=True)])
    return shape if same == shape else same


def reshaped_extents(shape: tuple[int | Dim, ...] | None, wanted: Extents) -> Extents:
    """The extents that a Reshape of `shape` to `wanted` has, its -1 worked out where symbols cancel out."""
    open_ = [k for k, d in enumerate(wanted) if d is None or d == -1]
    if shape is None or len(open_) != 1:
        return tuple([None if d == -1 else d for d in wanted])
    left = list(shape)
    known = 1
    for d in wanted:
        if type(d) is int:
            known *= d if d != -1 else 1
        elif d is not None:
            if d not in left:
                return tuple([None if d == -1 else d for d in wanted])
            left.remove(d)
    numbers = [d for d in left if type(d) is int]
    symbols = [d for d in left if type(d) is not int]
    total = int(np.prod(numbers, dtype=object)) if numbers else 1
    found: int | Dim | None = None
    if not symbols and known and total % known == 0:
        found = total // known
    elif len(symbols) == 1 and known == total and known:
        found = symbols[0]
    return tuple([found if k == open_[0] else d for k, d in enumerate(wanted)])
