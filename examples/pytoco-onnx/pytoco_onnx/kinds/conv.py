"""Convolutions over channels-first arrays, with ONNX's weight layouts."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar, NamedTuple

import numpy as np
from numpy.typing import NDArray
from pytoco.compiler import Array, OpDef, ShapeError, TensorType

from .window import EXPLICIT, Window, extents_of, padded, taps


class ConvAttrs(NamedTuple):
    """One number a spatial axis; `pads` are all those before, then all those behind; `group` as in ONNX."""

    strides: tuple[int, ...]
    dilations: tuple[int, ...]
    pads: tuple[int, ...]
    auto_pad: str = EXPLICIT
    group: int = 1


def kernel_of(weights: Array) -> tuple[int, ...]:
    """The spatial extents of weights; raises ShapeError where they are not known."""
    spatial = () if weights.shape is None else weights.shape[2:]
    known = tuple(d for d in spatial if isinstance(d, int))
    if not known or len(known) != len(spatial):
        raise ShapeError(f"the extents of the weights {weights.name!r} are not known")
    return known


def _biased(out: NDArray[Any], values: Sequence[Any]) -> list[NDArray[Any]]:
    if len(values) > 2 and values[2] is not None:
        out = out + values[2].reshape(1, -1, *[1] * (out.ndim - 2))
    return [out.astype(values[0].dtype, copy=False)]


class OnnxConv(OpDef):
    """Convolution: input [N,C,...], weights [O,C/group,...], bias [O]."""

    kind: ClassVar[str] = "OnnxConv"
    operands: ClassVar[tuple[str, ...]] = ("input", "weights", "bias?")
    Attrs: ClassVar[Any] = ConvAttrs

    @staticmethod
    def infer(inputs: Sequence[Any], attrs: ConvAttrs) -> list[TensorType]:
        """[N,C,...] -> [N,O,...] of the input's dtype."""
        x, w = inputs[0], inputs[1]
        spatial = extents_of("OnnxConv", _spatial(x, w), _window(w, attrs))
        return [TensorType(x.dtype, (None if x.shape is None else x.shape[0], w.shape[0], *spatial))]

    @staticmethod
    def kernel(values: Sequence[Any], attrs: ConvAttrs) -> list[NDArray[Any]]:
        """One product a place of the window, summed up."""
        x, w, group = values[0], values[1], attrs.group
        window = Window(w.shape[2:], *attrs[:4])
        weights = w.reshape(group, -1, *w.shape[1:])
        total: Any = 0
        spatial: tuple[int, ...] = ()
        for place, view in taps(padded(x, window), window):
            spatial = view.shape[2:]
            rows = view.reshape(x.shape[0], group, w.shape[1], -1)
            total = total + weights[(..., *place)] @ rows
        return _biased(total.reshape(x.shape[0], w.shape[0], *spatial), values)


class ConvTransposeAttrs(NamedTuple):
    """As ConvAttrs; `output_padding` is added behind, one number a spatial axis."""

    strides: tuple[int, ...]
    dilations: tuple[int, ...]
    pads: tuple[int, ...]
    output_padding: tuple[int, ...]


class OnnxConvTranspose(OpDef):
    """The gradient of a convolution: input [N,C,...], weights [C,O,...], bias [O]."""

    kind: ClassVar[str] = "OnnxConvTranspose"
    operands: ClassVar[tuple[str, ...]] = ("input", "weights", "bias?")
    Attrs: ClassVar[Any] = ConvTransposeAttrs

    @staticmethod
    def infer(inputs: Sequence[Any], attrs: ConvTransposeAttrs) -> list[TensorType]:
        """Stride * (extent - 1) + output_padding + (kernel - 1) * dilation + 1 - pads, for each spatial axis."""
        x, w = inputs[0], inputs[1]
        kernel, rank = kernel_of(w), len(attrs.strides)
        spatial = [
            (d - 1) * s + more + (k - 1) * dilation + 1 - before - behind if isinstance(d, int) else None
            for d, s, more, k, dilation, before, behind in zip(
                _spatial(x, w), attrs.strides, attrs.output_padding, kernel, attrs.dilations,
                attrs.pads[:rank], attrs.pads[rank:], strict=True,
            )
        ]  # fmt: skip
        return [TensorType(x.dtype, (None if x.shape is None else x.shape[0], w.shape[1], *spatial))]

    @staticmethod
    def kernel(values: Sequence[Any], attrs: ConvTransposeAttrs) -> list[NDArray[Any]]:
        """Adds each window place into the full result, then cuts the padding off."""
        x, w, rank = values[0], values[1], len(attrs.strides)
        window = Window(w.shape[2:], attrs.strides, attrs.dilations, (0,) * (2 * rank))
        ends = [
            (d - 1) * s + (k - 1) * dilation + 1
            for d, s, k, dilation in zip(x.shape[2:], attrs.strides, w.shape[2:], attrs.dilations, strict=True)
        ]
        full = np.zeros((x.shape[0], w.shape[1], *ends), x.dtype)
        rows = x.reshape(*x.shape[:2], -1)
        for place, view in taps(full, window):
            view += (w[(..., *place)].T @ rows).reshape(view.shape)
        full = np.pad(full, [(0, 0), (0, 0), *[(0, more) for more in attrs.output_padding]])
        pads = zip(attrs.pads[:rank], attrs.pads[rank:], full.shape[2:], strict=True)
        inside: Any = (..., *[slice(before, d - behind) for before, behind, d in pads])
        return _biased(full[inside], values)


def _window(weights: Array, attrs: ConvAttrs) -> Window:
    return Window(kernel_of(weights), *attrs[:4])


def _spatial(x: Array, weights: Array) -> tuple[Any, ...]:
    rank = len(kernel_of(weights))
    if x.shape is None:
        return (None,) * rank
    if len(x.shape) != rank + 2:
        raise ShapeError(f"an input of shape {list(x.shape)} for a window of {rank} dimensions")
    return x.shape[2:]
