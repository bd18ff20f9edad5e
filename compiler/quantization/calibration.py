"""Calibration: the range of each array over the samples of a representative dataset."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Collection, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from ..errors import UnsupportedError, UsageError
from ..ir.types import MinMax
from .calibration_child import BINS, Ranges
from .calibration_data import count_of, opened, samples

if TYPE_CHECKING:
    from ..ir import Array, Graph
    from ..plugins.target import Target

Progress = Callable[[str, int, int | None], None]
"""Told what is going on, how many samples are done, and of how many where that is known."""


class Measured:
    """What calibration found: `ranges` and `averages` by array, how many `samples` there were, and which `engine` ran.

    Arrays that never held a value, or held NaN or infinity, have no range; those that changed their shape, or are very
    large, no average. `refused` says why a runtime that is installed was not used, empty where it was or where there is
    none.
    """

    __slots__ = ("averages", "engine", "ranges", "refused", "samples")

    def __init__(
        self,
        ranges: dict[Array, MinMax],
        averages: dict[Array, NDArray[Any]],
        samples: int,
        engine: str,
        refused: str,
    ) -> None:
        self.ranges = ranges
        self.averages = averages
        self.samples = samples
        self.engine = engine
        self.refused = refused


def measure(
    graph: Graph,
    arrays: Sequence[Array],
    dataset: Any,
    target: Target,
    *,
    averaged: Collection[Array] = (),
    percentile: float | None = None,
    progress: Progress | None = None,
) -> Measured:
    """The ranges of `arrays` over the samples of `dataset`, as in `calibration_data`, and averages of some of them.

    The model runs in the target's own runtime, in a child process, where there is one that takes it as it stands; else
    by numpy kernels. With `percentile`, between 50 and 100, that many percent of the values lie below the upper end of
    a range, and above the lower end. Raises UsageError for a dataset that does not fit, and where nothing can run the
    model.
    """
    from .calibration_engines import EngineError, by_kernels, by_runtime, is_runtime_installed

    dataset = opened(dataset, graph)
    total, done = count_of(dataset), 0

    def tick() -> None:
        nonlocal done
        done += 1
        if progress is not None:
            progress("calibrating", done, total)

    def fresh() -> Ranges:
        return Ranges(len(arrays), percentile is not None, [k for k, a in enumerate(arrays) if a in averaged])

    refused = ""
    if is_runtime_installed() and all(a.dtype is not None and a.dtype.name != "string" for a in graph.inputs):
        with tempfile.TemporaryDirectory(prefix="pytoco-") as folder:
            path = Path(folder) / "model"
            if target.write_runnable(graph.model, path):
                try:
                    names = [a.name for a in arrays]
                    found = fresh()
                    by_runtime(path, samples(dataset, graph), names, found, tick)
                    return Measured(_ranges(arrays, found, percentile), _averages(arrays, found), done, "runtime", "")
                except EngineError as error:
                    refused = str(error)
    done = 0
    try:
        found = fresh()
        by_kernels(graph, samples(dataset, graph), arrays, found, tick)
    except UnsupportedError as error:
        hint = "install a TensorFlow Lite runtime: pip install 'pytoco[run]'" if not refused else ""
        raise UsageError(
            f"the model cannot be run for calibration: {error.message}{'; ' if refused else ''}{refused}", hint=hint
        ) from None
    return Measured(_ranges(arrays, found, percentile), _averages(arrays, found), done, "numpy", refused)


def _averages(arrays: Sequence[Array], found: Ranges) -> dict[Array, NDArray[Any]]:
    return {arrays[k]: value for k, value in zip(found.samples, found.averages(), strict=True) if value.size}


def _ranges(arrays: Sequence[Array], found: Ranges, percentile: float | None) -> dict[Array, MinMax]:
    made = {}
    for place, array in enumerate(arrays):
        least, most = float(found.least[place]), float(found.most[place])
        if not (np.isfinite(least) and np.isfinite(most)):
            continue
        if percentile is not None:
            low, high = _percentiles(found.counts[place], float(found.width[place]), percentile)
            least, most = max(least, low), min(most, high)
        made[array] = MinMax(least + 0.0, most + 0.0)  # no -0.0
    return made


def _percentiles(counts: NDArray[Any], width: float, percentile: float) -> tuple[float, float]:
    """The ends of the bins beyond which, on either side, no more than the rest of the values lie."""
    beyond = counts.sum() * (1 - percentile / 100)
    low = int(np.searchsorted(counts.cumsum(), beyond, side="right"))
    high = BINS - int(np.searchsorted(counts[::-1].cumsum(), beyond, side="right"))
    step = 2 * width / BINS
    return -width + low * step, -width + high * step
