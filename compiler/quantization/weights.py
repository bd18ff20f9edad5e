"""Grids of weights and biases."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..errors import UsageError
from ..ir.items import Array
from ..ir.types import Quantization
from ..ir.values import materialize
from .grids import TINY, codes, grid_for, range_of
from .scheme import Scheme

LEAST = 2.0**-20
"""The least scale of a channel, in terms of the greatest one: smaller weights make less than a step of the result."""

_LARGEST_BIAS = {"int32": 2.0**30, "int64": 2.0**45}
"""Codes that leave room for the sum of products, by element type; runtimes multiply 64-bit sums in 48 bits."""

_FINE_BIAS = 2.0**24
"""The code for the bias of a channel whose weights are all zero."""


def weights_grid(
    weights: Array,
    scheme: Scheme,
    axis: int | None,
    bias: NDArray[Any] | None = None,
    data: Quantization | None = None,
) -> Quantization:
    """The grid for constant weights: from their recorded range or their values; one scale a slice along `axis`.

    Ranges that training has learned for the slices are kept. Where `bias` values would not fit their grid, which
    follows from that of the `data`, the weights' grid becomes as coarse as that takes.

    Raises UsageError naming the array for values that are not finite.
    """
    assert weights.value is not None
    if axis is not None and weights.rank and scheme.symmetric_weights:
        known = weights.minmax
        if known is not None and known.axis == axis:
            learned = np.maximum(np.abs(known.lows), np.abs(known.highs))
            return _symmetric(learned, scheme, axis, *_bias_steps(bias, data, scheme))
        value = np.abs(materialize(weights.value))
        others = tuple(i for i in range(weights.rank) if i != axis)
        most = value.max(axis=others, initial=0.0).astype(np.float64)
        if not np.isfinite(most).all():
            raise UsageError(f"constant {weights.name!r} holds NaN or infinity", array=weights.name)
        return _symmetric(most, scheme, axis, *_bias_steps(bias, data, scheme))
    try:
        range_ = weights.minmax or range_of(materialize(weights.value))
    except UsageError as error:
        raise UsageError(
            f"constant {weights.name!r} cannot be quantized: {error.message}", array=weights.name
        ) from None
    grid = grid_for(range_.whole(), scheme.weights, symmetric=scheme.symmetric_weights)
    least = float(_bias_steps(bias, data, scheme)[0].max(initial=0.0))
    return grid if grid.scale[0] >= least else grid._replace(scale=(least,))


def _bias_steps(
    bias: NDArray[Any] | None, data: Quantization | None, scheme: Scheme
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """The least scales of weights with which bias values fit, and scales with which they are exact; 0 for no bias."""
    if bias is None or data is None or scheme.bias.name not in _LARGEST_BIAS:
        return np.zeros(1), np.zeros(1)
    steps = np.abs(bias.reshape(-1)).astype(np.float64) / data.scale[0]
    return steps / _LARGEST_BIAS[scheme.bias.name], steps / _FINE_BIAS


def _symmetric(
    most: NDArray[np.float64],
    scheme: Scheme,
    axis: int,
    least: NDArray[np.float64],
    fine: NDArray[np.float64],
) -> Quantization:
    scales = most / codes(scheme.weights)[1]
    scales = np.where(scales < TINY, 0.0, scales)
    typical = float(scales.max(initial=0.0))
    unused = np.where(fine > 0, np.maximum(fine, typical * LEAST), typical or 1 / codes(scheme.weights)[1])
    scales = np.where(scales > 0, np.maximum(scales, typical * LEAST), unused)
    scales = np.maximum(scales, least)
    return Quantization(tuple(scales.tolist()), (0,) * len(scales), axis)


def bias_grid(data: Quantization, weights: Quantization) -> Quantization:
    """The grid of a bias: its scale is the product of data's and weights' scales, its zero point 0."""
    scales = tuple(data.scale[0] * s for s in weights.scale)
    return Quantization(scales, (0,) * len(scales), None if len(scales) == 1 else 0)
