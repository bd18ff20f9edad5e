"""Lists of tensors of one shape, which here are arrays with the elements along the first axis."""

from __future__ import annotations

from typing import NamedTuple

from ..ir.types import FLOAT32, DType, TensorType
from . import register
from .base import OpDef, Operands, index_int, index_ints


class TensorListReserveAttrs(NamedTuple):
    """The elements' type."""

    dtype: DType = FLOAT32


@register
class TensorListReserve(OpDef):
    """A list of elements that are all zeros until they are set.

    Extents of the element's shape may be -1, and the shape as a whole one -1, until what is put in tells them.
    """

    kind = "TensorListReserve"
    operands = ("element_shape", "num_elements")
    Attrs = TensorListReserveAttrs
    foldable = False

    @staticmethod
    def infer(inputs: Operands, attrs: TensorListReserveAttrs) -> list[TensorType]:
        """[num_elements] + element_shape, as far as both are constant."""
        element, count = inputs
        extents, number = index_ints(element), index_int(count, "the number of elements")
        if extents is None or (element.shape == () and extents == (-1,)):
            return [TensorType(attrs.dtype, None)]
        first = None if number is None or number < 0 else number
        return [TensorType(attrs.dtype, (first, *(d if d >= 0 else None for d in extents)))]
