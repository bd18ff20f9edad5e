"""How far the values of a tensor are from those of a reference, counted sample by sample."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from ..quantization.grids import along, codes

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from ..ir import Array


class Measures(NamedTuple):
    """The error of a tensor: e = value - reference, over all elements of all samples.

    `max_abs` is the largest |e|, `of_range` that divided by the span of the reference's values, `mean_abs` and `mean`
    the means of |e| and e, `sqnr` the signal-to-quantisation-noise ratio 10 log10(sum reference^2 / sum e^2) in dB
    (infinite for no error at all). For a quantised tensor, `steps` is the largest |e| in steps of its grid, `at_ends`
    the share of elements at an end of the grid, and `clipped` the share of those whose reference lies beyond that end;
    None otherwise.
    """

    max_abs: float
    of_range: float
    mean_abs: float
    mean: float
    sqnr: float
    steps: float | None = None
    at_ends: float | None = None
    clipped: float | None = None

    def as_json(self) -> dict[str, float | None]:
        """By name; None for what is infinite or unknown."""
        return {k: None if v is None or not math.isfinite(v) else v for k, v in self._asdict().items()}


class Errors:
    """Counts the errors of one array."""

    def __init__(self, array: Array) -> None:
        grid, dtype = array.quantization, array.dtype
        self._grid = None
        if grid is not None and dtype is not None and dtype.numpy is not None and dtype.numpy.kind in "iu":
            self._grid = (grid, *codes(dtype))
        self.count = 0
        self._max = self._sum_abs = self._sum = self._noise = self._signal = self._steps = 0.0
        self._low, self._high = math.inf, -math.inf
        self._at_ends = self._clipped = 0

    def add(self, value: NDArray[Any], reference: NDArray[Any]) -> None:
        """Count one sample: real values of the same shape. NaN agrees with NaN, an infinity with the same one."""
        if not value.size:
            return
        ours, theirs = _real(value), _real(reference)
        with np.errstate(all="ignore"):
            error = ours - theirs
            if not np.isfinite(error).all():
                error[(ours == theirs) | (np.isnan(ours) & np.isnan(theirs))] = 0.0
                error[~np.isfinite(error)] = np.inf
                theirs = np.where(np.isfinite(theirs), theirs, 0.0)
            size = np.abs(error)
            self._max = max(self._max, float(size.max()))
            self._sum_abs += float(size.sum())
            self._sum += float(error.sum())
            self._noise += float(np.square(error).sum())
            self._signal += float(np.square(theirs).sum())
            self._low = min(self._low, float(theirs.min()))
            self._high = max(self._high, float(theirs.max()))
            self.count += ours.size
            if self._grid is not None and ours.ndim == value.ndim:
                self._on_grid(ours, theirs, size)

    def _on_grid(self, ours: NDArray[Any], theirs: NDArray[Any], size: NDArray[Any]) -> None:
        assert self._grid is not None
        grid, least, most = self._grid
        scale, zero = (along(ours.ndim, grid.axis, part) for part in (grid.scale, grid.zero_point))
        low, high = (least - zero) * scale, (most - zero) * scale
        self._steps = max(self._steps, float((size / scale).max()))
        at_low, at_high = ours < low + scale / 2, ours > high - scale / 2
        self._at_ends += int(np.count_nonzero(at_low | at_high))
        self._clipped += int(
            np.count_nonzero((at_low & (theirs < low - scale / 2)) | (at_high & (theirs > high + scale / 2)))
        )

    def measures(self) -> Measures:
        """What was counted."""
        count = max(self.count, 1)
        span = self._high - self._low if self._high > self._low else abs(self._high) if self.count else 0.0
        made = Measures(
            self._max,
            self._max / span if span else math.inf if self._max else 0.0,
            self._sum_abs / count,
            self._sum / count,
            _decibels(self._signal, self._noise),
        )
        if self._grid is None:
            return made
        return made._replace(steps=self._steps, at_ends=self._at_ends / count, clipped=self._clipped / count)


def _decibels(signal: float, noise: float) -> float:
    if noise == 0:
        return math.inf
    if signal == 0 or not math.isfinite(noise):
        return -math.inf
    return 10 * math.log10(signal / noise)


def _real(value: NDArray[Any]) -> NDArray[Any]:
    """As doubles; complex numbers as pairs along one more axis."""
    if value.dtype.kind == "c":
        return np.ascontiguousarray(value, np.complex128).reshape(*value.shape, 1).view(np.float64)
    return value.astype(np.float64)
