"""Several arrays into one and back: Concatenation, Pack, Unpack."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from ..errors import ShapeError
from ..ir.types import InferredShape, TensorType, shape_text
from . import register
from .base import Extent, OpDef, Operands, Values, axis_of, merge_extent, merge_shapes, same_dtype
from .numeric import activate


class ConcatenationAttrs(NamedTuple):
    """The axis to join along."""

    axis: int
    activation: str = "NONE"


@register
class Concatenation(OpDef):
    """The operands one after the other along an axis."""

    kind = "Concatenation"
    operands = ("first", "more*")
    Attrs = ConcatenationAttrs

    @staticmethod
    def infer(inputs: Operands, attrs: ConcatenationAttrs) -> list[TensorType]:
        """Extents add up along the axis; the others must be equal."""
        dtype = same_dtype("Concatenation", inputs)
        shapes = [x.shape for x in inputs]
        known = [s for s in shapes if s is not None]
        if not known:
            return [TensorType(dtype, None)]
        axis = axis_of(attrs.axis, len(known[0]), f"Concatenation of {shape_text(known[0])}")
        result: list[Extent] = list(known[0])
        total: Extent = 0 if len(known) == len(shapes) else None
        last = known[0]
        try:
            for shape in known:
                if total is not None:
                    d = shape[axis]
                    total = total + d if type(total) is int and type(d) is int else None
                if shape == last:
                    continue
                pairs = enumerate(zip(result, shape, strict=True))
                result = [merge_extent(a, b) if i != axis else None for i, (a, b) in pairs]
                last = shape
        except (ValueError, IndexError):
            raise ShapeError(
                f"Concatenation: shapes {shape_text(known[0])} and {shape_text(shape)} differ outside of axis {axis}"
            ) from None
        result[axis] = shapes[0][axis] if len(shapes) == 1 else total
        return [TensorType(dtype, tuple(result))]

    @staticmethod
    def kernel(values: Values, attrs: ConcatenationAttrs) -> list[NDArray[Any]]:
        """The one operand itself, or a copy of all."""
        out = values[0] if len(values) == 1 else np.concatenate(values, axis=attrs.axis)
        return [activate(out, attrs.activation)]


class PackAttrs(NamedTuple):
    """The place of the new axis in the result."""

    axis: int = 0


@register
class Pack(OpDef):
    """Operands of one shape stacked along a new axis."""

    kind = "Pack"
    operands = ("first", "more*")
    Attrs = PackAttrs

    @staticmethod
    def infer(inputs: Operands, attrs: PackAttrs) -> list[TensorType]:
        """The operands' shape with their number inserted."""
        dtype = same_dtype("Pack", inputs)
        shape: InferredShape = inputs[0].shape
        for x in inputs[1:]:
            shape = merge_shapes("Pack", shape, x.shape)
        if shape is None:
            return [TensorType(dtype, None)]
        axis = axis_of(attrs.axis, len(shape) + 1, "Pack")
        return [TensorType(dtype, (*shape[:axis], len(inputs), *shape[axis:]))]

    @staticmethod
    def kernel(values: Values, attrs: PackAttrs) -> list[NDArray[Any]]:
        """A view of the one operand, or a copy of all."""
        if len(values) == 1:
            return [np.expand_dims(values[0], attrs.axis)]
        return [np.stack(values, axis=attrs.axis)]


class UnpackAttrs(NamedTuple):
    """The number of parts, and the axis that goes away."""

    num: int
    axis: int = 0


@register
class Unpack(OpDef):
    """The slices of an array along an axis."""

    kind = "Unpack"
    operands = ("input",)
    Attrs = UnpackAttrs

    @staticmethod
    def infer(inputs: Operands, attrs: UnpackAttrs) -> list[TensorType]:
        """The input's shape without the axis, `num` times."""
        x = inputs[0]
        if x.shape is None or attrs.num < 0:
            return [TensorType(x.dtype, None)] * attrs.num
        axis = axis_of(attrs.axis, len(x.shape), "Unpack")
        if type(x.shape[axis]) is int and x.shape[axis] != attrs.num:
            raise ShapeError(f"Unpack: axis {axis} of shape {shape_text(x.shape)} into {attrs.num} parts")
        return [TensorType(x.dtype, (*x.shape[:axis], *x.shape[axis + 1 :]))] * attrs.num

    @staticmethod
    def kernel(values: Values, attrs: UnpackAttrs) -> list[NDArray[Any]]:
        """Views."""
        parts = np.moveaxis(values[0], attrs.axis, 0)
        return [parts[i, ...] for i in range(attrs.num)]
