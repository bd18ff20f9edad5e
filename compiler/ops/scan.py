"""Running totals: Cumsum."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from ..ir.types import TensorType
from . import register
from .base import OpDef, Operands, Values, axis_of, index_int
from .shape import ints


class CumsumAttrs(NamedTuple):
    """`exclusive` leaves each element out of its own total; `reverse` adds up from the end."""

    exclusive: bool = False
    reverse: bool = False


@register
class Cumsum(OpDef):
    """The sums of all elements up to each one along an axis."""

    kind = "Cumsum"
    operands = ("input", "axis")
    Attrs = CumsumAttrs

    @staticmethod
    def infer(inputs: Operands, _: CumsumAttrs) -> list[TensorType]:
        """The input's own type."""
        x = inputs[0]
        axis = index_int(inputs[1], "the axis of Cumsum")
        if axis is not None and x.shape is not None:
            axis_of(axis, len(x.shape), "Cumsum")
        return [TensorType(x.dtype, x.shape)]

    @staticmethod
    def kernel(values: Values, attrs: CumsumAttrs) -> list[NDArray[Any]]:
        """A copy, summed one by one in the input's dtype."""
        x = values[0]
        axis = axis_of(ints(values[1])[0], x.ndim, "Cumsum")
        if attrs.reverse:
            x = np.flip(x, axis)
        out = np.cumsum(x, axis=axis, dtype=x.dtype)
        if attrs.exclusive:
            shifted = np.zeros_like(out)
            ahead, behind = [slice(None)] * x.ndim, [slice(None)] * x.ndim
            ahead[axis], behind[axis] = slice(1, None), slice(None, -1)
            shifted[tuple(ahead)] = out[tuple(behind)]
            out = shifted
        return [np.flip(out, axis) if attrs.reverse else out]
