"""The two ways to run a model on samples: a TensorFlow Lite runtime in a child process, and the numpy kernels.

Both count each value of each array that is asked for in a `Ranges`.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from importlib.util import find_spec
from pathlib import Path
from threading import Timer
from typing import TYPE_CHECKING, Any, Self

import numpy as np
from numpy.typing import NDArray

from ..ir.items import Array
from ..testing.numeric import evaluate
from . import calibration_child
from .calibration_child import HISTOGRAMS, RANGES, RUNTIMES, Ranges, array_of, receive, send

if TYPE_CHECKING:
    from ..ir import Graph

TIMEOUT = 300.0
"""Seconds that one sample may take in the child process."""

Sample = list[NDArray[Any]]


class EngineError(Exception):
    """The child process refused the model, died or hung; the message says which."""


def is_runtime_installed() -> bool:
    """Whether there is a TensorFlow Lite runtime to run in a child process."""
    return bool(sys.executable) and any(find_spec(name.partition(".")[0]) is not None for name in RUNTIMES)


class Runtime:
    """A model file in the runtime, in a process that ends with the `with` block; `wanted` is a mode of the child.

    `averaged` are the places among `names` of tensors whose average comes in the end, except in mode `VALUES`.
    `run` raises EngineError for whatever the runtime does not do, within `timeout` seconds.
    """

    def __init__(
        self, path: Path, names: Sequence[str], wanted: str, averaged: Sequence[int] = (), *, timeout: float = TIMEOUT
    ) -> None:
        self._timeout = timeout
        self._process = process = subprocess.Popen(
            [sys.executable, "-P", calibration_child.__file__, os.fspath(path), wanted],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )
        assert process.stdin is not None
        assert process.stdout is not None
        self._source, self._answers = process.stdin, process.stdout
        self._first: Sample = [np.asarray(names, np.str_), np.asarray(averaged, np.int64)]

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._process.kill()
        self._process.wait()
        for stream in (self._source, self._answers):
            with suppress(OSError):
                stream.close()

    def run(self, sample: Sample, count: int = 0) -> list[NDArray[Any]]:
        """Run the model on a sample, and read so many arrays that come of it."""
        with self._deadline():
            for value in (*self._first, *(sample or [np.zeros(0)])):
                send(self._source, value)
            self._first = []
            self._source.flush()
            self._answer()
            return [array_of(self._answer()) for _ in range(count)]

    def finish(self, count: int) -> list[NDArray[Any]]:
        """Say that there are no more samples, and read so many arrays that come of that."""
        with self._deadline():
            self._source.close()
            return [array_of(self._answer()) for _ in range(count)]

    @contextmanager
    def _deadline(self) -> Iterator[None]:
        late: list[float] = []

        def end() -> None:
            late.append(self._timeout)
            self._process.kill()

        timer = Timer(self._timeout, end)
        timer.start()
        try:
            yield
        except (OSError, EOFError, ValueError) as error:  # the pipe is broken, or what came is cut off
            self._process.kill()
            status = self._process.wait()
            what = f"did not answer within {self._timeout:g} s" if late else f"died with status {status}"
            raise EngineError(f"the runtime {what}") from error
        finally:
            timer.cancel()

    def _answer(self) -> bytes:
        message = receive(self._answers)
        if message[:1] == b"!":
            raise EngineError(message[1:].decode(errors="replace"))
        return message


def by_runtime(
    path: Path, samples: Iterator[Sample], names: Sequence[str], ranges: Ranges, tick: Callable[[], None]
) -> None:
    """Fill `ranges` for the tensors of those names in the model file at `path`; `tick` is called after each sample.

    Raises EngineError, and what `samples` raise.
    """
    places = list(ranges.samples)
    with Runtime(path, names, HISTOGRAMS if len(ranges.counts) else RANGES, places) as runtime:
        for sample in samples:
            runtime.run(sample)
            tick()
        ranges.least, ranges.most, ranges.counts, ranges.width, *averages = runtime.finish(4 + len(places))
    ranges.sums = dict(zip(places, averages, strict=True))
    ranges.samples = dict.fromkeys(places, 1)


def by_kernels(
    graph: Graph, samples: Iterator[Sample], arrays: Sequence[Array], ranges: Ranges, tick: Callable[[], None]
) -> None:
    """Fill `ranges` for those arrays of the graph by the reference kernels of its operators.

    Raises UnsupportedError for an operator without a kernel, and what `samples` raise.
    """
    places = {array: place for place, array in enumerate(arrays)}

    def see(array: Array, value: NDArray[Any]) -> None:
        place = places.get(array)
        if place is not None:
            ranges.see(place, value)

    for sample in samples:
        evaluate(graph, sample, see)
        tick()
