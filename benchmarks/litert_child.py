"""Run models in LiteRT: the errors of the others against the first, and how long each takes.

    python litert_child.py SHAPE REPEAT MODEL...

Prints JSON: by path the errors, relative to the largest value (`worst`) and to the norm (`norm`), both averaged over
inputs that no calibration has seen, and the median milliseconds of REPEAT rounds in which the models take turns.
"""

import json
import sys
import time
from statistics import median
from typing import Any

import numpy as np
from quantize_child import samples  # type: ignore[import-not-found]  # beside this script

INPUTS = 20
UNSEEN = 1_000_003
"""Seed of the inputs."""
RUNS = 30
"""Runs in a row that are timed together."""


class Loaded:
    """A model, with real values at its boundary whatever types it has there."""

    def __init__(self, path: str) -> None:
        from ai_edge_litert.interpreter import Interpreter

        self.interpreter = Interpreter(model_path=path, num_threads=1)
        self.interpreter.allocate_tensors()
        self.given = self.interpreter.get_input_details()[0]
        self.got = self.interpreter.get_output_details()[0]

    def __call__(self, value: Any) -> Any:
        """Return the output for one input."""
        if self.given["dtype"] is not np.float32:
            scale, zero = self.given["quantization"]
            limits = np.iinfo(self.given["dtype"])
            value = np.clip(np.round(value / scale) + zero, limits.min, limits.max).astype(self.given["dtype"])
        self.interpreter.set_tensor(self.given["index"], value)
        self.interpreter.invoke()
        found = self.interpreter.get_tensor(self.got["index"])
        if self.got["dtype"] is not np.float32:
            scale, zero = self.got["quantization"]
            found = (found.astype(np.float32) - zero) * scale
        return found

    def milliseconds(self) -> float:
        """Return the time of one run."""
        start = time.perf_counter()
        for _ in range(RUNS):
            self.interpreter.invoke()
        return (time.perf_counter() - start) / RUNS * 1e3


def main() -> None:
    """Measure, and print."""
    shape = tuple(int(n) for n in sys.argv[1].split(","))
    repeat, paths = int(sys.argv[2]), sys.argv[3:]
    models = {path: Loaded(path) for path in paths}
    inputs = samples(UNSEEN, shape, INPUTS)
    expected = [models[paths[0]](value) for value in inputs]
    found: dict[str, dict[str, float]] = {}
    for path, model in models.items():
        pairs = [(model(value), wanted) for value, wanted in zip(inputs, expected, strict=True)]
        worst = [float(np.abs(a - b).max() / np.abs(b).max()) for a, b in pairs]
        norm = [float(np.linalg.norm(a - b) / np.linalg.norm(b)) for a, b in pairs]
        found[path] = {"worst": float(np.mean(worst)), "norm": float(np.mean(norm))}
    times: dict[str, list[float]] = {path: [] for path in paths}
    for _ in range(repeat):
        for path, model in models.items():
            times[path].append(model.milliseconds())
    for path in paths:
        found[path]["ms"] = median(times[path])
    print(json.dumps(found))


if __name__ == "__main__":
    main()
