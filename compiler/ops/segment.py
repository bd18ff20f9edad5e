"""Reductions of rows that belong together by number: SegmentSum and the UnsortedSegment family."""

from __future__ import annotations

from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from ..errors import ShapeError
from ..ir.types import TensorType, shape_text
from . import Unfoldable, register
from .base import OpDef, Operands, Values, const_ints, merge_shapes, need_integers
from .scatter import part_count
from .shape import ints


@register
class SegmentSum(OpDef):
    """out[k] = the sum of the rows whose segment number is k; the numbers are in order."""

    kind = "SegmentSum"
    operands = ("input", "segments")

    @staticmethod
    def infer(inputs: Operands, _: Any) -> list[TensorType]:
        """[last segment number + 1] + input[1:]; the first extent is unknown until the numbers are constant."""
        x, segments = inputs
        need_integers(segments)
        if segments.shape is not None and len(segments.shape) != 1:
            raise ShapeError(f"SegmentSum: segment numbers of shape {shape_text(segments.shape)} are not a vector")
        if x.shape is None:
            return [TensorType(x.dtype, None)]
        if not x.shape:
            raise ShapeError("SegmentSum: the input must have rows, not shape []")
        merge_shapes("SegmentSum", x.shape[:1], segments.shape)
        numbers = const_ints(segments)
        rows = None if numbers is None else numbers[-1] + 1 if numbers else 0
        if rows is not None and rows < 0:
            raise ShapeError("SegmentSum: a negative segment number")
        return [TensorType(x.dtype, (rows, *x.shape[1:]))]

    @staticmethod
    def kernel(values: Values, _: Any) -> list[NDArray[Any]]:
        """Adds in order; raises Unfoldable for numbers out of order."""
        x, segments = values
        if segments.size and (segments[0] < 0 or (np.diff(segments) < 0).any()):
            raise Unfoldable("segment numbers out of order")
        out = np.zeros((int(segments[-1]) + 1 if segments.size else 0, *x.shape[1:]), x.dtype)
        np.add.at(out, segments, x)
        return [out]


class UnsortedSegment(OpDef):
    """Base of the reductions by segment number in any order; a negative number leaves its rows out.

    The segment numbers' shape leads the input's. A segment without rows is `ufunc`'s neutral element.
    """

    operands = ("input", "segments", "count")
    ufunc: ClassVar[Any]
    largest: ClassVar[bool | None] = None

    @classmethod
    def infer(cls, inputs: Operands, _: Any, /) -> list[TensorType]:
        """[count] + input[rank of the segment numbers:]."""
        x, segments, count = inputs
        need_integers(segments)
        rows = part_count(count, f"the number of segments of {cls.kind}")
        if x.shape is None or segments.shape is None:
            return [TensorType(x.dtype, None)]
        rank = len(segments.shape)
        merge_shapes(cls.kind, x.shape[:rank], segments.shape)
        return [TensorType(x.dtype, (rows, *x.shape[rank:]))]

    @classmethod
    def kernel(cls, values: Values, _: Any, /) -> list[NDArray[Any]]:
        """Reduces in order; raises Unfoldable for a number beyond the count."""
        x, segments, count = values
        rows = ints(count)[0]
        if segments.size and segments.max() >= rows:
            raise Unfoldable("a segment number is out of range")
        kept = segments >= 0
        out = np.full((rows, *x.shape[segments.ndim :]), cls.start(x.dtype), x.dtype)
        cls.ufunc.at(out, segments[kept], x[kept])
        return [out]

    @classmethod
    def start(cls, dtype: np.dtype[Any]) -> Any:
        """What a segment without rows is: for the extremes the lowest or highest finite value of the type."""
        if cls.largest is None:
            return cls.ufunc.identity
        limits: Any = np.finfo(dtype) if dtype.kind == "f" else np.iinfo(dtype)
        return limits.min if cls.largest else limits.max


@register
class UnsortedSegmentSum(UnsortedSegment):
    """out[k] = the sum of the rows whose segment number is k."""

    kind = "UnsortedSegmentSum"
    ufunc = np.add


@register
class UnsortedSegmentProd(UnsortedSegment):
    """out[k] = the product of the rows whose segment number is k."""

    kind = "UnsortedSegmentProd"
    ufunc = np.multiply


@register
class UnsortedSegmentMax(UnsortedSegment):
    """out[k] = the maximum of the rows whose segment number is k."""

    kind = "UnsortedSegmentMax"
    ufunc = np.maximum
    largest = True


@register
class UnsortedSegmentMin(UnsortedSegment):
    """out[k] = the minimum of the rows whose segment number is k."""

    kind = "UnsortedSegmentMin"
    ufunc = np.minimum
    largest = False
