"""Runs a TensorFlow Lite model on samples in a process of its own, and tells the range of each of its tensors.

    python calibration_child.py MODEL ranges|histograms|values

The model runs in whichever TensorFlow Lite runtime is installed; a model that kills it kills only this process. Arrays
come in and go out in numpy's .npy form: in the names of tensors, the places of those that are to be averaged, then the
inputs of one sample after another; out a `.` for each sample, with `values` followed by those tensors. Otherwise least
and greatest values come in the end, counts and half widths of histograms (none without `histograms`), and the averages.
`!` and a sentence come instead where the runtime refuses. Everything is behind its length, eight bytes little-endian.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Sequence
from importlib import import_module
from io import BytesIO
from typing import IO, Any

import numpy as np
from numpy.typing import NDArray

RUNTIMES = ("ai_edge_litert.interpreter", "tflite_runtime.interpreter")
RANGES, HISTOGRAMS, VALUES = "ranges", "histograms", "values"
BINS = 4096
MOST_AVERAGED = 1 << 22
"""Elements of an array up to which it is averaged."""
_FIRST_WIDTH = 2.0**-126


class Ranges:
    """Least and greatest values of some arrays over many samples, with a histogram of each where that is wanted.

    Of the places `averaged` the arrays are added up too, element by element, as long as they keep their shape and are
    not large.

    A histogram has `BINS` equal bins from -width to width, where width is a power of two that grows as values do: then
    neighbouring bins become one, so that one look at each value is enough.
    """

    def __init__(self, count: int, histograms: bool, averaged: Iterable[int] = ()) -> None:
        self.least = np.full(count, np.inf)
        self.most = np.full(count, -np.inf)
        self.counts = np.zeros((count if histograms else 0, BINS), np.int64)
        self.width = np.full(len(self.counts), _FIRST_WIDTH)
        self.samples = dict.fromkeys(averaged, 0)
        self.sums: dict[int, NDArray[Any]] = {place: np.zeros(0) for place in self.samples}

    def averages(self) -> list[NDArray[Any]]:
        """The average of each place that is to have one; an empty array where there is none."""
        return [self.sums[place] / max(1, count) for place, count in self.samples.items()]

    def see(self, place: int, values: NDArray[Any]) -> None:
        """Count the values of one array; NaN stays in its least and greatest value for ever."""
        if not values.size:
            return
        least, most = float(values.min()), float(values.max())
        self.least[place] = np.minimum(self.least[place], least)
        self.most[place] = np.maximum(self.most[place], most)
        if place in self.samples:
            self._add(place, values)
        largest = max(-least, most)
        if not len(self.counts) or not np.isfinite(largest):
            return
        while self.width[place] < largest:
            pairs = self.counts[place].reshape(-1, 2).sum(1)
            self.counts[place] = 0
            self.counts[place, BINS // 4 : BINS - BINS // 4] = pairs
            self.width[place] *= 2
        width = self.width[place]
        self.counts[place] += np.histogram(values, BINS, (-width, width))[0]

    def _add(self, place: int, values: NDArray[Any]) -> None:
        if not self.samples[place] and values.size <= MOST_AVERAGED:
            self.sums[place] = values.astype(np.float64)
        elif self.sums[place].shape == values.shape:
            self.sums[place] += values
        else:
            self.sums[place] = np.zeros(0)
        self.samples[place] += 1


def send(stream: IO[bytes], message: bytes | NDArray[Any]) -> None:
    """Write bytes, or an array as .npy, behind their length."""
    if not isinstance(message, bytes):
        made = BytesIO()
        np.save(made, message, allow_pickle=False)
        message = made.getvalue()
    stream.write(len(message).to_bytes(8, "little") + message)


def receive(stream: IO[bytes]) -> bytes:
    """The next message; raises EOFError where there is none, or not all of it."""
    head = stream.read(8)
    size = int.from_bytes(head, "little")
    message = stream.read(size) if len(head) == 8 else b""
    if len(head) < 8 or len(message) < size:
        raise EOFError
    return message


def array_of(message: bytes) -> NDArray[Any]:
    """The array of a message; raises ValueError where it holds none."""
    found: NDArray[Any] = np.load(BytesIO(message), allow_pickle=False)
    return found


def _interpreter(path: str) -> Any:
    for name in RUNTIMES:
        try:
            module = import_module(name)
        except ImportError:
            continue
        plain = module.OpResolverType.BUILTIN_WITHOUT_DEFAULT_DELEGATES  # a delegate would not keep what lies within
        return module.Interpreter(
            model_path=path, experimental_op_resolver_type=plain, experimental_preserve_all_tensors=True
        )
    raise ImportError("no TensorFlow Lite runtime is installed")


def _tensors(interpreter: Any, names: Sequence[str]) -> list[int]:
    places = {d["name"]: d["index"] for d in reversed(interpreter.get_tensor_details())}  # the first of a name has it
    return [places[name] for name in names]


def _run(path: str, wanted: str, source: IO[bytes], answers: IO[bytes]) -> None:
    interpreter = _interpreter(path)
    names = [str(name) for name in array_of(receive(source))]
    tensors = _tensors(interpreter, names)
    inputs = interpreter.get_input_details()
    shapes: list[tuple[int, ...]] | None = None
    ranges = Ranges(len(names), wanted == HISTOGRAMS, map(int, array_of(receive(source))))
    while True:
        values = []
        for _ in range(max(1, len(inputs))):  # a model without inputs gets an empty array each time
            try:
                values.append(array_of(receive(source)))
            except EOFError:
                if wanted == VALUES:
                    return
                for result in (ranges.least, ranges.most, ranges.counts, ranges.width, *ranges.averages()):
                    send(answers, result)
                answers.flush()
                return
        found = [value.shape for value in values]
        if shapes != found:
            for detail, value in zip(inputs, values, strict=False):
                if tuple(detail["shape"]) != value.shape or shapes is not None:
                    interpreter.resize_tensor_input(detail["index"], value.shape)
            interpreter.allocate_tensors()
            shapes = found
        interpreter.reset_all_variables()
        for detail, value in zip(inputs, values, strict=False):
            interpreter.set_tensor(detail["index"], value)
        interpreter.invoke()
        send(answers, b".")
        for place, tensor in enumerate(tensors):
            if wanted == VALUES:
                send(answers, interpreter.get_tensor(tensor))
            else:
                ranges.see(place, interpreter.tensor(tensor)())
        answers.flush()


def main() -> None:
    """Serve one parent on standard input and output."""
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())  # what a runtime prints is no answer
    try:
        _run(sys.argv[1], sys.argv[2], sys.stdin.buffer, answers)
    except Exception as error:  # noqa: BLE001 - whatever the runtime raises is the answer
        send(answers, f"!{type(error).__name__}: {error}".encode(errors="replace")[:2000])
        answers.flush()


if __name__ == "__main__":
    main()
