"""Convolutions over NHWC images: Conv, DepthwiseConv, TransposeConv, with TensorFlow Lite's weight layouts."""

from __future__ import annotations

import math
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from ..errors import ShapeError
from ..ir.types import TensorType, shape_text
from . import register
from .base import Extent, OpDef, Operands, Values, index_ints, need_rank, operand
from .numeric import activate, padded, padding_of, taps, wide, window_extent


class ConvAttrs(NamedTuple):
    """Strides and dilations in elements; padding SAME, VALID or EXPLICIT: `explicit` (top, bottom, left, right)."""

    stride_h: int
    stride_w: int
    padding: str
    dilation_h: int = 1
    dilation_w: int = 1
    activation: str = "NONE"
    explicit: tuple[int, ...] = ()


DepthwiseConvAttrs = ConvAttrs
"""The same; the channel multiplier follows from the shapes, weights depth / input depth."""


class TransposeConvAttrs(NamedTuple):
    """Strides of the convolution whose gradient this is, and its padding (SAME or VALID)."""

    stride_h: int
    stride_w: int
    padding: str
    activation: str = "NONE"


def _extents(kind: str, x: tuple[Extent, ...], w: tuple[Extent, ...], a: ConvAttrs) -> tuple[Extent, Extent]:
    height, width, padding = x[1], x[2], a.padding
    if padding == "EXPLICIT":
        if len(a.explicit) != 4 or min(a.explicit) < 0:
            raise ShapeError(f"{kind}: explicit padding must be four numbers of at least 0, not {a.explicit}")
        padding = "VALID"
        top, bottom, left, right = a.explicit
        height = height + top + bottom if type(height) is int else height if top + bottom == 0 else None
        width = width + left + right if type(width) is int else width if left + right == 0 else None
    return (
        window_extent(kind, height, w[1], a.stride_h, a.dilation_h, padding),
        window_extent(kind, width, w[2], a.stride_w, a.dilation_w, padding),
    )


def _check_bias(kind: str, bias: Any, depth: Extent) -> None:
    if bias is None or bias.shape is None or type(depth) is not int:
        return
    size = bias.size
    if size is not None and size != depth:
        raise ShapeError(f"{kind}: a bias of shape {shape_text(bias.shape)} for {depth} result channels")


def _window(
    x: NDArray[Any], w: NDArray[Any], a: ConvAttrs, value: Any = 0
) -> tuple[NDArray[Any], tuple[tuple[int, int], tuple[int, int], tuple[int, int]]]:
    kernel, stride, dilation = w.shape[1:3], (a.stride_h, a.stride_w), (a.dilation_h, a.dilation_w)
    if a.padding == "EXPLICIT":
        top, bottom, left, right = a.explicit
        pads = (top, bottom, left, right)
    else:
        pads = padding_of(x, kernel, stride, dilation, a.padding)
    return padded(x, pads, value), (kernel, stride, dilation)


def _finish(
    total: NDArray[Any], bias: NDArray[Any] | None, activation: str, dtype: np.dtype[Any]
) -> list[NDArray[Any]]:
    if bias is not None:
        total = total + bias.reshape(-1)
    return [activate(total, activation).astype(dtype, copy=False)]


class _Drawn(OpDef):
    """A convolution as TOCO's drawings show it: its activation, then `<stride w>x<stride h>/<S, V or E>`."""

    heavy = True

    @classmethod
    def label(cls, attrs: ConvAttrs, /) -> list[str]:
        """For example `ReLU6`, `2x2/S`."""
        return [*super().label(attrs), f"{attrs.stride_w}x{attrs.stride_h}/{attrs.padding[:1]}"]


@register
class Conv(_Drawn):
    """out[n,y,x,o] = bias[o] + sum over i,j,c of input[n, y*sh+i*dh, x*sw+j*dw, c] * weights[o,i,j,c].

    Weights of fewer input channels than the input has make a grouped convolution: group g of the result channels reads
    group g of the input channels.
    """

    kind = "Conv"
    operands = ("input", "weights", "bias?")
    Attrs = ConvAttrs

    @staticmethod
    def infer(inputs: Operands, attrs: ConvAttrs) -> list[TensorType]:
        """[N,H,W,I], OHWI -> [N,H',W',O] of the input's dtype."""
        x, w = inputs[0], inputs[1]
        xs, ws = need_rank("Conv", x.shape, 4, "the input"), need_rank("Conv", w.shape, 4, "the weights")
        if type(xs[3]) is int and type(ws[3]) is int:
            groups = xs[3] // ws[3] if ws[3] and xs[3] % ws[3] == 0 else 0
            if xs[3] != ws[3] and (groups == 0 or (type(ws[0]) is int and ws[0] % groups)):
                raise ShapeError(
                    f"Conv: input {shape_text(xs)} and weights {shape_text(ws)} (OHWI) disagree about the channels"
                )
        _check_bias("Conv", operand(inputs, 2), ws[0])
        return [TensorType(x.dtype, (xs[0], *_extents("Conv", xs, ws, attrs), ws[0]))]

    @staticmethod
    def kernel(values: Values, attrs: ConvAttrs) -> list[NDArray[Any]]:
        """One matrix product per window place and group, summed in at least float32."""
        x, w, bias = wide(values[0]), wide(values[1]), operand(values, 2)
        big, window = _window(x, w, attrs)
        groups = x.shape[3] // w.shape[3] if w.shape[3] else 1
        per_group = w.shape[0] // max(1, groups)
        parts = []
        for g in range(max(1, groups)):
            total: Any = None
            rows, channels = slice(g * per_group, (g + 1) * per_group), slice(g * w.shape[3], (g + 1) * w.shape[3])
            for i, j, patch in taps(big, *window):
                places = patch.shape[:3]  # one large product is faster than one per row of the image
                flat = patch[..., channels].reshape(math.prod(places), w.shape[3])
                product = flat @ w[rows, i, j, :].T
                total = product if total is None else np.add(total, product, out=total)
            parts.append(total.reshape(*places, per_group))
        total = parts[0] if len(parts) == 1 else np.concatenate(parts, axis=3)
        return _finish(total, bias, attrs.activation, values[0].dtype)


@register
class DepthwiseConv(_Drawn):
    """out[n,y,x,c*m+q] = bias[c*m+q] + sum over i,j of input[n, y*sh+i*dh, x*sw+j*dw, c] * weights[0,i,j,c*m+q]."""

    kind = "DepthwiseConv"
    operands = ("input", "weights", "bias?")
    Attrs = DepthwiseConvAttrs

    @staticmethod
    def infer(inputs: Operands, attrs: ConvAttrs) -> list[TensorType]:
        """[N,H,W,C], 1HWO with O a multiple of C -> [N,H',W',O] of the input's dtype."""
        x, w = inputs[0], inputs[1]
        xs = need_rank("DepthwiseConv", x.shape, 4, "the input")
        ws = need_rank("DepthwiseConv", w.shape, 4, "the weights")
        if type(xs[3]) is int and type(ws[3]) is int and (xs[3] == 0 or ws[3] % xs[3]):
            raise ShapeError(
                f"DepthwiseConv: weights {shape_text(ws)} (1HWO) need a multiple of the channels of {shape_text(xs)}"
            )
        _check_bias("DepthwiseConv", operand(inputs, 2), ws[3])
        return [TensorType(x.dtype, (xs[0], *_extents("DepthwiseConv", xs, ws, attrs), ws[3]))]

    @staticmethod
    def kernel(values: Values, attrs: ConvAttrs) -> list[NDArray[Any]]:
        """One product per window place, summed in at least float32."""
        x, w, bias = wide(values[0]), wide(values[1]), operand(values, 2)
        big, window = _window(x, w, attrs)
        depth = x.shape[3]
        total: Any = None
        term: Any = None  # one piece of memory for all products but the first
        for i, j, patch in taps(big, *window):
            factor = w[0, i, j]
            if w.shape[3] != depth:
                patch, factor = patch[..., np.newaxis], factor.reshape(depth, -1)
            if total is None:
                total = patch * factor
            else:
                term = np.multiply(patch, factor, out=term)
                np.add(total, term, out=total)
        total = total.reshape(*total.shape[:3], w.shape[3])
        return _finish(total, bias, attrs.activation, values[0].dtype)


@register
class TransposeConv(OpDef):
    """The gradient of a convolution with respect to its input: each input element adds a scaled copy of the weights."""

    kind = "TransposeConv"
    operands = ("output_shape", "weights", "input", "bias?")
    Attrs = TransposeConvAttrs

    @staticmethod
    def infer(inputs: Operands, attrs: TransposeConvAttrs) -> list[TensorType]:
        """Result shape [N,H,W,O] as the operand says; weights OHWI with O the result's and I the input's channels."""
        wanted, w, x = index_ints(inputs[0]), inputs[1], inputs[2]
        xs = need_rank("TransposeConv", x.shape, 4, "the input")
        ws = need_rank("TransposeConv", w.shape, 4, "the weights")
        if type(xs[3]) is int and type(ws[3]) is int and xs[3] != ws[3]:
            raise ShapeError(f"TransposeConv: input {shape_text(xs)} and weights {shape_text(ws)} (OHWI) disagree")
        _check_bias("TransposeConv", operand(inputs, 3), ws[0])
        if wanted is None:
            return [TensorType(x.dtype, (xs[0], None, None, ws[0]))]
        if len(wanted) != 4 or min(wanted) < 0:
            raise ShapeError(f"TransposeConv: {list(wanted)} is not the shape of a result of rank 4")
        for d, stride, place in ((1, attrs.stride_h, 1), (2, attrs.stride_w, 2)):
            extent = window_extent("TransposeConv", wanted[d], ws[place], stride, 1, attrs.padding)
            if type(extent) is int and type(xs[d]) is int and extent != xs[d]:
                raise ShapeError(
                    f"TransposeConv: a result of shape {list(wanted)} does not belong to an input of {shape_text(xs)}"
                )
        if type(ws[0]) is int and ws[0] != wanted[3]:
            raise ShapeError(f"TransposeConv: result {list(wanted)} and weights {shape_text(ws)} (OHWI) disagree")
        return [TensorType(x.dtype, wanted)]

    @staticmethod
    def kernel(values: Values, attrs: TransposeConvAttrs) -> list[NDArray[Any]]:
        """Adds each window place into the full result, then cuts the padding off."""
        shape = tuple(int(d) for d in values[0].reshape(-1))
        w, x, bias = wide(values[1]), wide(values[2]), operand(values, 3)
        kernel, stride = w.shape[1:3], (attrs.stride_h, attrs.stride_w)
        ends = [(x.shape[d + 1] - 1) * stride[d] + kernel[d] for d in (0, 1)]
        before = [max(0, ends[d] - shape[d + 1]) // 2 if attrs.padding == "SAME" else 0 for d in (0, 1)]
        sizes = [max(ends[d], before[d] + shape[d + 1]) for d in (0, 1)]
        full = np.zeros((x.shape[0], *sizes, w.shape[0]), x.dtype)
        for i, j, place in taps(full[:, : ends[0], : ends[1]], kernel, stride, (1, 1)):
            place += x @ w[:, i, j, :].T
        out = full[:, before[0] : before[0] + shape[1], before[1] : before[1] + shape[2], :]
        return _finish(out, bias, attrs.activation, values[2].dtype)
