"""Operators that make arrays out of little: Fill, Range, ZerosLike, OnesLike."""

from __future__ import annotations

import math
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from ..errors import ShapeError
from ..ir.types import TensorType
from . import Unfoldable, register
from .base import OpDef, Operands, Values, index_ints, same_dtype, unknown, vector_length
from .shape import ints


@register
class Fill(OpDef):
    """One value in every element of a shape."""

    kind = "Fill"
    operands = ("dims", "value")

    @staticmethod
    def infer(inputs: Operands, _: Any) -> list[TensorType]:
        """The shape that the constant operand says, of any rank, in the value's dtype."""
        dims, value = inputs
        shape = index_ints(dims)
        if shape is None:
            rank = vector_length(dims)
            return [TensorType(value.dtype, None if rank is None else unknown(rank))]
        if shape and min(shape) < 0:
            raise ShapeError(f"Fill: {list(shape)} is not a shape")
        if value.size not in (None, 1):
            raise ShapeError(f"Fill: the value must be one element, not {value.size}")
        return [TensorType(value.dtype, shape)]

    @staticmethod
    def kernel(values: Values, _: Any) -> list[NDArray[Any]]:
        """A splat, which takes no memory."""
        return [np.broadcast_to(values[1].reshape(()), ints(values[0]))]


def _count(start: Any, limit: Any, delta: Any) -> int:
    """ceil((limit - start) / delta); raises ShapeError when `limit` is never reached."""
    numbers = [v.reshape(-1)[0].item() for v in (start, limit, delta)]
    first, last, step = numbers
    if not all(math.isfinite(v) for v in numbers) or step == 0 or (last - first) * step < 0:
        raise ShapeError(f"Range: from {first} to {last} in steps of {step} never ends")
    return int(-((first - last) // step)) if isinstance(step, int) else math.ceil((last - first) / step)


@register
class Range(OpDef):
    """start, start + delta, ... up to but without limit."""

    kind = "Range"
    operands = ("start", "limit", "delta")

    @staticmethod
    def infer(inputs: Operands, _: Any) -> list[TensorType]:
        """[ceil((limit - start) / delta)] of the operands' dtype."""
        dtype = same_dtype("Range", inputs)
        values = [x.value for x in inputs]
        for x, v in zip(inputs, values, strict=True):
            if v is not None and (v.size != 1 or v.dtype.kind not in "iuf"):
                raise ShapeError(f"Range: operand {x.name!r} must be one number")
            if v is None:
                return [TensorType(dtype, (None,))]
        return [TensorType(dtype, (_count(*values),))]

    @staticmethod
    def kernel(values: Values, _: Any) -> list[NDArray[Any]]:
        """Start + i * delta, rounded once."""
        start, _limit, delta = values
        count = _count(*values)
        if count > 1 << 31:
            raise Unfoldable(f"a range of {count} elements")
        steps = np.arange(count, dtype=np.float64 if start.dtype.kind == "f" else start.dtype)
        return [(start.reshape(()) + steps * delta.reshape(()).astype(steps.dtype)).astype(start.dtype)]


class Like(OpDef):
    """Base of the operators that keep the input's type and nothing of its values."""

    operands = ("input",)
    by_shape = True
    one: ClassVar[int]

    @classmethod
    def infer(cls, inputs: Operands, _: Any, /) -> list[TensorType]:
        """The input's own type."""
        return [TensorType(inputs[0].dtype, inputs[0].shape)]

    @classmethod
    def kernel(cls, values: Values, _: Any, /) -> list[NDArray[Any]]:
        """A splat, which takes no memory; raises Unfoldable for strings."""
        x = values[0]
        if x.dtype.kind == "O":
            raise Unfoldable(f"{cls.kind} of strings")
        return [np.broadcast_to(np.array(cls.one, x.dtype), x.shape)]


@register
class ZerosLike(Like):
    """Zeros in the input's shape and dtype."""

    kind = "ZerosLike"
    one = 0


@register
class OnesLike(Like):
    """Ones in the input's shape and dtype."""

    kind = "OnesLike"
    one = 1
