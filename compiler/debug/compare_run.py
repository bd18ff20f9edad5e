"""The comparison of two models while it goes on: sample by sample, both whole, and the first one layer by layer."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from ..errors import PytocoError
from ..testing.numeric import real_value
from .compare_errors import Errors
from .compare_local import Apart
from .compare_matching import computed_arrays
from .compare_report import Comparison, Layer
from .tensors import KERNELS, Tensors, stored

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from ..ir import Array, Graph, Model
    from .compare_matching import Pair

Inputs = Sequence["NDArray[Any]"]


class Run:
    """Counts the errors of layers and outputs.

    `whole` and `reference` run the two models, and are set from outside: they have to give `arrays` and `references`.
    `no_local` says why layers are not computed one by one, empty where they are.
    """

    whole: Tensors
    reference: Tensors

    def __init__(
        self, graph: Graph, reference: Graph, inputs: Sequence[Pair], layers: Sequence[Pair], outputs: Sequence[Pair]
    ) -> None:
        self._graph = graph
        self._inputs = inputs
        self._reference_inputs = reference.inputs
        self._layers = [pair for pair in layers if _is_number(pair)]
        self._outputs = [pair for pair in outputs if _is_number(pair)]
        self._shown = [*(p for p in inputs if p.array.quantization is not None), *self._layers]
        pairs = {pair.array: pair for pair in (*self._outputs, *self._shown)}
        self._pairs = list(pairs.values())
        self.arrays = list(pairs)
        self.references = list(dict.fromkeys(pair.reference for pair in self._pairs))
        self._accumulated = {array: Errors(array) for array in pairs}
        self._local = {pair.array.name: Errors(pair.array) for pair in self._layers}
        self._shapes: dict[Array, tuple[int, ...]] = {}
        self._apart: Apart | None = None
        self._samples = 0
        self.no_local = ""

    def cut(self, model: Model, reference: Model, tensors: Callable[[Graph, Sequence[Array]], Tensors]) -> None:
        """Cut second copies of both models apart; `tensors` runs a graph and gives some of its arrays."""
        try:
            self._apart = Apart(model, reference, self._layers, tensors)
        except PytocoError as error:
            self.no_local = error.message

    def add(self, ours: Inputs, theirs: Inputs) -> None:
        """Count one sample, given as the inputs of both models."""
        expected = self.reference.values(theirs)
        found = self.whole.values(ours)
        self._samples += 1
        for pair in self._pairs:
            if pair.array in found and pair.reference in expected:
                self._shapes[pair.array] = found[pair.array].shape
                _count(self._accumulated[pair.array], found[pair.array], expected[pair.reference])
        if self._apart is None or self.no_local:
            return
        inputs = {p.reference: real_value(p.array, v) for p, v in zip(self._inputs, ours, strict=True)}
        shared = [stored(array, inputs[array]) for array in self._reference_inputs]
        try:
            for name, value, reference in self._apart.values(ours, shared, expected):
                _count(self._local[name], value, reference)
        except PytocoError as error:
            self.no_local = error.message

    def comparison(self, model: str, reference: str, sort_locally: bool) -> Comparison:
        """What was found."""
        matched = {pair.array for pair in self._pairs if self._accumulated[pair.array].count}
        engines = {"model": self.whole.engine, "reference": self.reference.engine}
        if self._apart is not None and not self.no_local:
            engines["layers"], engines["reference layers"] = self._apart.ours.engine, self._apart.theirs.engine
        notes = [
            f"the runtime refuses the {k}: {t.refused}" for k, t in self._tensors() if t.engine == KERNELS and t.refused
        ]
        notes += [f"layers are not computed one by one: {self.no_local}"] if self.no_local else []
        return Comparison(
            model,
            reference,
            sort_locally,
            self._samples,
            engines,
            [self._layer(pair) for pair in self._shown if pair.array in matched],
            [self._layer(pair) for pair in self._outputs if pair.array in matched],
            [a.name for a in computed_arrays(self._graph) if a not in matched],
            notes,
        )

    def _tensors(self) -> list[tuple[str, Tensors]]:
        found = [("model", self.whole), ("reference", self.reference)]
        if self._apart is not None:
            found += [("layers", self._apart.ours), ("layers of the reference", self._apart.theirs)]
        return found

    def _layer(self, pair: Pair) -> Layer:
        array = pair.array
        maker = self._graph.producer(array)
        local = self._local.get(array.name)
        return Layer(
            array.name,
            pair.reference.name,
            pair.how,
            "Input" if maker is None else maker.attrs.source_kind if maker.kind == "Opaque" else maker.kind,
            self._shapes[array],
            str(array.dtype),
            self._accumulated[array].measures(),
            local.measures() if local is not None and local.count and not self.no_local else None,
        )


def _count(errors: Errors, value: NDArray[Any], reference: NDArray[Any]) -> None:
    if value.shape == reference.shape:
        errors.add(value, reference)


def _is_number(pair: Pair) -> bool:
    return all(a.dtype is not None and a.dtype.numpy is not None and a.dtype.numpy.kind != "O" for a in pair[:2])
