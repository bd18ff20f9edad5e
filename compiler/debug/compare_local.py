"""Each layer on its own: a model cut apart at arrays whose values another model gives."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from ..errors import UnsupportedError
from ..testing.numeric import real_value
from .tensors import stored

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from ..ir import Array, Graph, Model
    from .compare_matching import Pair
    from .tensors import Tensors


class Apart:
    """Copies of two models, cut apart at the arrays that go together, so that the parts of both get the same inputs.

    `ours` and `theirs` run the parts; `tensors` makes them.
    """

    def __init__(
        self,
        model: Model,
        reference: Model,
        layers: Sequence[Pair],
        tensors: Callable[[Graph, Sequence[Array]], Tensors],
    ) -> None:
        self._layers = layers
        names = [pair.array.name for pair in layers]
        behind = [pair.reference.name for pair in layers]
        self._ours = cut(model, names)
        self._theirs = cut(reference, dict.fromkeys(behind))
        self._results = [model.main.find(name) for name in names]
        self._expected = [reference.main.find(name) for name in behind]
        self.ours = tensors(model.main, [a for a in self._results if a is not None])
        self.theirs = tensors(reference.main, list(dict.fromkeys(a for a in self._expected if a is not None)))

    def values(
        self, ours: Sequence[NDArray[Any]], theirs: Sequence[NDArray[Any]], computed: Mapping[Array, NDArray[Any]]
    ) -> Iterator[tuple[str, NDArray[Any], NDArray[Any]]]:
        """Name, value and expected value of each layer, as real values.

        `ours` and `theirs` are the inputs of both models as stored, `computed` the values that the reference has in a
        run from end to end. Raises UnsupportedError where something cannot be run, or lacks a value.
        """
        own: dict[str, NDArray[Any]] = {}
        other: dict[str, NDArray[Any]] = {}
        for pair in self._layers:
            if pair.reference not in computed:
                raise UnsupportedError(f"the reference has no value of {pair.reference.name!r}")
            own[pair.array.name] = value = stored(pair.array, computed[pair.reference])
            other.setdefault(pair.reference.name, stored(pair.reference, real_value(pair.array, value)))
        found = self.ours.values([*ours, *(own[name] for name in self._ours)])
        expected = self.theirs.values([*theirs, *(other[name] for name in self._theirs)])
        for pair, a, b in zip(self._layers, self._results, self._expected, strict=True):
            if a in found and b in expected:
                yield pair.array.name, found[a], expected[b]


def cut(model: Model, names: Iterable[str]) -> dict[str, Array]:
    """Let the readers of each computed array read a new input instead; the array itself becomes an output.

    Changes the main graph of `model`, and takes the signatures away. The new inputs by the name of the array that they
    stand for, behind those there were, in this order; an array that nothing reads needs none.
    """
    graph = model.main
    fed: dict[str, Array] = {}
    results = []
    for name in names:
        array = graph.find(name)
        if array is None:
            raise UnsupportedError(f"reading the model again gives no {name!r}", array=name)
        results.append(array)
        readers = graph.users(array)
        if not readers:
            continue
        new = graph.array(
            f"{name}/given", array.dtype, array.shape, minmax=array.minmax, quantization=array.quantization
        )
        for op in dict.fromkeys(readers):
            graph.rewire(op, [new if operand is array else operand for operand in op.inputs])
        fed[name] = new
    model.signatures = ()
    graph.retarget(inputs=(*graph.inputs, *fed.values()), outputs=dict.fromkeys((*results, *graph.outputs)))
    return fed
