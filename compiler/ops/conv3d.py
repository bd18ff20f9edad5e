"""Convolutions over volumes: Conv3D and Conv3DTranspose, with TensorFlow's weight layouts, which TFLite shares."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from ..errors import ShapeError
from ..ir.types import TensorType, shape_text
from . import register
from .base import Extent, OpDef, Operands, Values, index_ints, need_rank, operand
from .numeric import activate, same_padding, wide, window_extent


class Conv3DAttrs(NamedTuple):
    """Strides and dilations in elements; padding SAME or VALID."""

    stride_d: int
    stride_h: int
    stride_w: int
    padding: str
    dilation_d: int = 1
    dilation_h: int = 1
    dilation_w: int = 1
    activation: str = "NONE"


def _numbers(a: Conv3DAttrs) -> tuple[tuple[int, int, int], tuple[int, int, int]]:
    return (a.stride_d, a.stride_h, a.stride_w), (a.dilation_d, a.dilation_h, a.dilation_w)


def _windows(
    volume: NDArray[Any], kernel: tuple[int, ...], stride: tuple[int, ...], dilation: tuple[int, ...], counts: list[int]
) -> Iterator[tuple[tuple[int, ...], NDArray[Any]]]:
    """For each place of the window, the view of a padded NDHWC array under it as the window takes `counts` steps."""
    for place in product(*[range(k) for k in kernel]):
        first = [p * d for p, d in zip(place, dilation, strict=True)]
        steps = [
            slice(f, f + max(0, (n - 1) * s + 1) if n else f, s) for f, n, s in zip(first, counts, stride, strict=True)
        ]
        yield place, volume[(slice(None), *steps)]


def _check(kind: str, xs: tuple[Extent, ...], depth: Extent, ws: tuple[Extent, ...], bias: Any, out: Extent) -> None:
    if type(xs[4]) is int and type(depth) is int and xs[4] != depth:
        raise ShapeError(f"{kind}: input {shape_text(xs)} and weights {shape_text(ws)} disagree about the channels")
    if bias is not None and type(out) is int and bias.size not in (None, out):
        raise ShapeError(f"{kind}: a bias of shape {shape_text(bias.shape)} for {out} result channels")


@register
class Conv3D(OpDef):
    """out[n,z,y,x,o] = bias[o] + sum over k,i,j,c of input[n, z*sd+k*dd, y*sh+i*dh, x*sw+j*dw, c] * weights[k,i,j,c,o].

    Weights are DHWIO.
    """

    kind = "Conv3D"
    operands = ("input", "weights", "bias?")
    Attrs = Conv3DAttrs

    @staticmethod
    def infer(inputs: Operands, attrs: Conv3DAttrs) -> list[TensorType]:
        """[N,D,H,W,I], DHWIO -> [N,D',H',W',O] of the input's dtype."""
        x, w = inputs[0], inputs[1]
        xs, ws = need_rank("Conv3D", x.shape, 5, "the input"), need_rank("Conv3D", w.shape, 5, "the weights")
        _check("Conv3D", xs, ws[3], ws, operand(inputs, 2), ws[4])
        stride, dilation = _numbers(attrs)
        extents = [window_extent("Conv3D", xs[d + 1], ws[d], stride[d], dilation[d], attrs.padding) for d in range(3)]
        return [TensorType(x.dtype, (xs[0], *extents, ws[4]))]

    @staticmethod
    def kernel(values: Values, attrs: Conv3DAttrs) -> list[NDArray[Any]]:
        """One matrix product per window place, summed in at least float32."""
        x, w, bias = wide(values[0]), wide(values[1]), operand(values, 2)
        stride, dilation = _numbers(attrs)
        kernel = w.shape[:3]
        counts = [window_extent("Conv3D", x.shape[d + 1], kernel[d], stride[d], dilation[d], attrs.padding)
                  for d in range(3)]  # fmt: skip
        if attrs.padding == "SAME":
            pads = [same_padding(x.shape[d + 1], kernel[d], stride[d], dilation[d]) for d in range(3)]
            x = np.pad(x, [(0, 0), *pads, (0, 0)])
        total: Any = 0
        for place, patch in _windows(x, kernel, stride, dilation, [c if type(c) is int else 0 for c in counts]):
            total = total + patch @ w[place]
        if bias is not None:
            total = total + bias.reshape(-1)
        return [activate(total, attrs.activation).astype(values[0].dtype, copy=False)]


@register
class Conv3DTranspose(OpDef):
    """The gradient of a Conv3D with respect to its input; weights are DHWOI, O the result's channels."""

    kind = "Conv3DTranspose"
    operands = ("output_shape", "weights", "input", "bias?")
    Attrs = Conv3DAttrs

    @staticmethod
    def infer(inputs: Operands, attrs: Conv3DAttrs) -> list[TensorType]:
        """The shape that the operand says, of the input's dtype."""
        wanted, w, x = index_ints(inputs[0]), inputs[1], inputs[2]
        xs = need_rank("Conv3DTranspose", x.shape, 5, "the input")
        ws = need_rank("Conv3DTranspose", w.shape, 5, "the weights")
        _check("Conv3DTranspose", xs, ws[4], ws, operand(inputs, 3), ws[3])
        if wanted is None:
            return [TensorType(x.dtype, (xs[0], None, None, None, ws[3]))]
        if len(wanted) != 5 or min(wanted) < 0:
            raise ShapeError(f"Conv3DTranspose: {list(wanted)} is not the shape of a result of rank 5")
        stride, dilation = _numbers(attrs)
        for d in range(3):
            extent = window_extent("Conv3DTranspose", wanted[d + 1], ws[d], stride[d], dilation[d], attrs.padding)
            if type(extent) is int and type(xs[d + 1]) is int and extent != xs[d + 1]:
                raise ShapeError(
                    f"Conv3DTranspose: a result {list(wanted)} does not belong to an input {shape_text(xs)}"
                )
        if type(ws[3]) is int and ws[3] != wanted[4]:
            raise ShapeError(f"Conv3DTranspose: result {list(wanted)} and weights {shape_text(ws)} (DHWOI) disagree")
        return [TensorType(x.dtype, wanted)]

    @staticmethod
    def kernel(values: Values, attrs: Conv3DAttrs) -> list[NDArray[Any]]:
        """Adds each window place into the full result, then cuts the padding off."""
        shape = tuple(int(d) for d in values[0].reshape(-1))
        w, x, bias = wide(values[1]), wide(values[2]), operand(values, 3)
        stride, dilation = _numbers(attrs)
        kernel, counts = w.shape[:3], list(x.shape[1:4])
        ends = [max(0, (counts[d] - 1) * stride[d] + (kernel[d] - 1) * dilation[d] + 1) for d in range(3)]
        before = [
            same_padding(shape[d + 1], kernel[d], stride[d], dilation[d])[0] if attrs.padding == "SAME" else 0
            for d in range(3)
        ]
        sizes = [max(ends[d], before[d] + shape[d + 1]) for d in range(3)]
        full = np.zeros((x.shape[0], *sizes, w.shape[3]), x.dtype)
        for place, patch in _windows(full, kernel, stride, dilation, counts):
            patch += x @ w[place].T
        out = full[(slice(None), *[slice(before[d], before[d] + shape[d + 1]) for d in range(3)])]
        if bias is not None:
            out = out + bias.reshape(-1)
        return [activate(out, attrs.activation).astype(values[2].dtype, copy=False)]
