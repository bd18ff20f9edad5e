"""Looking elements up: Unique, and Bucketize."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from ..errors import ShapeError
from ..ir.types import INT32, DType, TensorType, shape_text
from . import Unfoldable, register
from .base import OpDef, Operands, Values


class UniqueAttrs(NamedTuple):
    """Element type of the positions."""

    index_type: DType = INT32


@register
class Unique(OpDef):
    """The different elements of a vector in order of appearance, and for each element which of them it is."""

    kind = "Unique"
    operands = ("input",)
    Attrs = UniqueAttrs

    @staticmethod
    def infer(inputs: Operands, attrs: UniqueAttrs) -> list[TensorType]:
        """[?] of the input's dtype, whose extent is only known when it runs, and the input's shape."""
        x = inputs[0]
        if x.shape is not None and len(x.shape) != 1:
            raise ShapeError(f"Unique: the input must be a vector, not of shape {shape_text(x.shape)}")
        return [TensorType(x.dtype, (None,)), TensorType(attrs.index_type, (None,) if x.shape is None else x.shape)]

    @staticmethod
    def kernel(values: Values, attrs: UniqueAttrs) -> list[NDArray[Any]]:
        """NaNs are equal to nothing, not to each other either."""
        x = values[0]
        if attrs.index_type.numpy is None:
            raise Unfoldable("positions without numbers")
        _, first, inverse = np.unique(x, return_index=True, return_inverse=True, equal_nan=False)
        order = np.argsort(first, kind="stable")
        rank = np.empty_like(order)
        rank[order] = np.arange(len(order))
        return [x[first[order]], rank[inverse.reshape(-1)].astype(attrs.index_type.numpy)]


class BucketizeAttrs(NamedTuple):
    """The limits between the buckets, in ascending order, as float32 numbers."""

    boundaries: tuple[float, ...] = ()


@register
class Bucketize(OpDef):
    """For each element the number of boundaries that it reaches."""

    kind = "Bucketize"
    operands = ("input",)
    Attrs = BucketizeAttrs

    @staticmethod
    def infer(inputs: Operands, attrs: BucketizeAttrs) -> list[TensorType]:
        """The input's shape, int32; raises ShapeError for boundaries out of order."""
        if any(a > b for a, b in zip(attrs.boundaries, attrs.boundaries[1:], strict=False)):
            raise ShapeError(f"Bucketize: the boundaries {list(attrs.boundaries)} are not in ascending order")
        return [TensorType(INT32, inputs[0].shape)]

    @staticmethod
    def kernel(values: Values, attrs: BucketizeAttrs) -> list[NDArray[Any]]:
        """A NaN reaches no boundary that a search from above would pass: it lands in the last bucket."""
        limits = np.array(attrs.boundaries, np.float32)
        return [np.asarray(np.searchsorted(limits, values[0], side="right"), np.int32)]
