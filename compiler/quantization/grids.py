"""The arithmetic of quantisation: from a range to a grid, from real values to integers.

A grid is real = scale * (q - zero_point). Scale and zero point are found as TOCO finds them: the zero point from that
end of the range where it comes out more exactly, rounded half away from zero and kept within the codes; arithmetic in
double.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..errors import UsageError
from ..ir.types import DType, MinMax, Quantization

TINY = 2.0**-126
"""The least scale: files hold scales as float32, and this is the least that keeps its precision."""

LARGEST = 3.4e38
"""The greatest scale, for the same reason."""


def codes(dtype: DType, narrow: bool = False) -> tuple[int, int]:
    """The least and the greatest code of an integer type; without the least one where the range is narrow."""
    limits = np.iinfo(dtype.numpy)
    return int(limits.min) + narrow, int(limits.max)


def grid_for(range_: MinMax, dtype: DType, *, symmetric: bool = False) -> Quantization:
    """The grid of `dtype` that represents a range; 0 is always one of its points, a range without 0 is widened.

    A symmetric one has zero point 0 and no use for the least code. Raises UsageError for a range that is no range.
    """
    low, high = min(float(range_.min), 0.0), max(float(range_.max), 0.0)
    if not (math.isfinite(low) and math.isfinite(high)) or range_.min > range_.max:
        raise UsageError(f"the range from {range_.min} to {range_.max} cannot be quantized")
    least, most = codes(dtype, range_.narrow)
    if symmetric:
        scale = max(-low, high) / most
        return Quantization((scale if scale >= TINY else 1.0,), (0,))
    if low == high:
        return Quantization((1.0,), (0 if least <= 0 <= most else least,))
    scale = (high - low) / (most - least)
    if not TINY <= scale <= LARGEST:
        size = "small" if scale < TINY else "large"
        raise UsageError(f"the range from {range_.min} to {range_.max} is too {size} to be quantized")
    from_low, from_high = least - low / scale, most - high / scale
    low_error, high_error = abs(least) + abs(low / scale), abs(most) + abs(high / scale)
    zero = _rounded(from_low if low_error < high_error else from_high)
    return Quantization((scale,), (min(max(zero, least), most),))


def representable(grid: Quantization, dtype: DType, narrow: bool = False) -> MinMax:
    """The range that a grid without axis covers."""
    least, most = codes(dtype, narrow)
    scale, zero = grid.scale[0], grid.zero_point[0]
    return MinMax((least - zero) * scale, (most - zero) * scale, narrow)


def quantized(value: NDArray[Any], grid: Quantization, dtype: DType, narrow: bool = False) -> NDArray[Any]:
    """Real values as codes: rounded half away from zero in double, kept within the codes; NaN becomes zero.

    `value` has any shape; a grid with an axis has one scale a slice along it.
    """
    scale, zero = (along(value.ndim, grid.axis, part) for part in (grid.scale, grid.zero_point))
    least, most = codes(dtype, narrow)
    with np.errstate(all="ignore"):
        steps = value / scale
        steps = np.where(np.isnan(steps), 0.0, np.copysign(np.floor(np.abs(steps) + 0.5), steps)) + zero
    found: NDArray[Any] = np.clip(steps, least, most).astype(dtype.numpy)
    return found


def along(rank: int, axis: int | None, values: Any) -> NDArray[Any]:
    """Numbers that broadcast over an array of that rank along `axis`; a scalar for None."""
    if axis is None:
        return np.asarray(values[0], np.float64)
    shape = [1] * rank
    shape[axis] = -1
    return np.asarray(values, np.float64).reshape(shape)


def range_of(value: NDArray[Any]) -> MinMax:
    """The range of constant values, widened to include 0; raises UsageError for NaN and infinity."""
    if not value.size:
        return MinMax(0.0, 0.0)
    low, high = float(value.min()), float(value.max())
    if not (math.isfinite(low) and math.isfinite(high)):
        raise UsageError("the values hold NaN or infinity")
    if max(-low, high) < 255 * TINY:  # zeros, or as good as that
        return MinMax(0.0, 1.0)
    return MinMax(min(low, 0.0), max(high, 0.0))


def _rounded(number: float) -> int:
    return math.floor(number + 0.5) if number >= 0 else math.ceil(number - 0.5)
