"""What a comparison found, as a table for people and as values for JSON."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from .compare_errors import Measures

MOST_NAMES = 8
"""Tensors without a counterpart that a text lists."""


class Layer(NamedTuple):
    """A tensor of the model against `reference`, the tensor that it stands for, `matched` by what says so.

    `kind` is that of the operator that computes it, `shape` that of the first sample. `error` is the accumulated error,
    `local` the one that the layer adds by itself; None for inputs, and where layers cannot be computed one by one.
    """

    name: str
    reference: str
    matched: str
    kind: str
    shape: tuple[int, ...]
    dtype: str
    error: Measures
    local: Measures | None


class Comparison(NamedTuple):
    """The errors of one model against another over so many `samples`.

    `layers` are in order of execution, quantised inputs first; `unmatched` are computed tensors that the reference has
    nothing for. `engines` says what ran the "model", the "reference" and the single "layers": "runtime" or "numpy".
    """

    model: str
    reference: str
    sort_locally: bool
    samples: int
    engines: dict[str, str]
    layers: list[Layer]
    outputs: list[Layer]
    unmatched: list[str]
    notes: list[str]

    def worst(self, count: int | None = None) -> list[Layer]:
        """Layers by signal-to-noise ratio, the lowest first: of their own error if that is asked for."""
        ranked = sorted(self.layers, key=self._ratio)
        return ranked if count is None else ranked[:count]

    def _ratio(self, layer: Layer) -> float:
        if not self.sort_locally:
            return layer.error.sqnr
        return math.inf if layer.local is None else layer.local.sqnr

    def as_json(self, count: int | None = None) -> dict[str, Any]:
        """As values that JSON can hold, of so many of the worst layers; None stands for what is infinite."""
        return {
            "model": self.model,
            "reference": self.reference,
            "samples": self.samples,
            "engines": self.engines,
            "sorted_by": "local" if self.sort_locally else "error",
            "layers": [_data(layer) for layer in self.worst(count)],
            "outputs": [_data(layer) for layer in self.outputs],
            "unmatched": self.unmatched,
            "notes": self.notes,
        }

    def text(self, count: int | None = None) -> str:
        """A table of so many of the worst layers, and one of the outputs."""
        worst = self.worst(count)
        what = "by their own error" if self.sort_locally else "by accumulated error"
        samples = f"{self.samples} sample{'s' * (self.samples != 1)}"
        lines = [f"{self.model} against {self.reference}, {samples}"]
        more = f"the worst {len(worst)} of {len(self.layers)}" if len(worst) < len(self.layers) else f"{len(worst)}"
        lines += [f"layers, {what}: {more}", *_table(worst)]
        if self.outputs:
            lines += ["outputs", *_table(self.outputs)]
        if self.unmatched:
            shown = ", ".join(self.unmatched[:MOST_NAMES])
            left = len(self.unmatched) - MOST_NAMES
            lines.append(f"not in the reference: {shown}" + (f" and {left} more" if left > 0 else ""))
        return "\n".join([*lines, *(f"note: {note}" for note in self.notes)]) + "\n"


_HEADS = (
    "tensor",
    "operator",
    "shape",
    "type",
    "max",
    "of range",
    "mean",
    "steps",
    "at ends",
    "clipped",
    "dB",
    "own dB",
)
_LEFT = ("tensor", "operator", "shape", "type")


def _table(layers: Sequence[Layer]) -> Iterator[str]:
    """The lines of a table, without columns that are empty."""
    columns = [
        (head, max(map(len, (head, *cells))), cells)
        for head, *cells in zip(_HEADS, *(_cells(layer) for layer in layers), strict=True)
        if any(cells)
    ]
    for k in range(-1, len(layers)):
        texts = [(head if k < 0 else cells[k], width, head in _LEFT) for head, width, cells in columns]
        line = "  ".join(text.ljust(width) if left else text.rjust(width) for text, width, left in texts)
        yield f"  {line}".rstrip()


def _cells(layer: Layer) -> tuple[str, ...]:
    error = layer.error
    return (
        layer.name,
        layer.kind,
        "x".join(map(str, layer.shape)) or "scalar",
        layer.dtype,
        f"{error.max_abs:.3g}",
        _share(error.of_range),
        f"{error.mean_abs:.2g}",
        "" if error.steps is None else f"{error.steps:.1f}",
        "" if error.at_ends is None else _share(error.at_ends),
        "" if error.clipped is None else _share(error.clipped),
        f"{error.sqnr:.1f}",
        "" if layer.local is None else f"{layer.local.sqnr:.1f}",
    )


def _share(value: float) -> str:
    return f"{100 * value:.2f}%" if math.isfinite(value) else str(value)


def _data(layer: Layer) -> dict[str, Any]:
    data = layer._asdict()
    data["shape"] = list(layer.shape)
    data["error"] = layer.error.as_json()
    data["local"] = None if layer.local is None else layer.local.as_json()
    return data
