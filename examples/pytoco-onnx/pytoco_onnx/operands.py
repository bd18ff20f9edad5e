"""What exporters ask about operands: those that cannot be answered refuse the operator."""

from __future__ import annotations

from typing import Any

from pytoco.compiler import Array, const_ints

from .refusal import Refusal


def ints_of(array: Array | None, what: str) -> tuple[int, ...]:
    """The elements of a constant integer operand; raises Refusal when it is computed at run time."""
    found = const_ints(array)
    if found is None:
        raise Refusal(f"{what} is computed at run time")
    return found


def shape_of(array: Array | None) -> tuple[Any, ...]:
    """The shape of an operand whose rank is known; raises Refusal where it is not."""
    if array is None or array.shape is None:
        raise Refusal("the rank of an operand is unknown")
    return tuple(array.shape)


def static_shape(array: Array | None) -> tuple[int, ...]:
    """The shape of an operand all of whose extents are known; raises Refusal where one is not."""
    shape = shape_of(array)
    if any(not isinstance(d, int) for d in shape):
        raise Refusal("an extent of an operand is known only at run time")
    return shape
