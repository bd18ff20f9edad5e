"""What two models are compared on: samples of a caller or random ones, as each of the models stores them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from ..errors import UsageError
from ..quantization.grids import representable
from ..testing.numeric import real_value
from .check_inputs import sample_inputs
from .tensors import stored

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from ..ir import Array, Graph
    from .compare_matching import Pair

RANDOM_SAMPLES = 4
"""How many random samples there are."""

Sample = tuple[list["NDArray[Any]"], list["NDArray[Any]"]]
"""Inputs of the model and of the reference, each in order and as stored."""


def samples_of(
    pairs: Sequence[Pair], graph: Graph, reference: Graph, data: Mapping[str, Any] | None, seed: int
) -> Iterator[Sample]:
    """The samples of `data`, or random ones: each input within its range where it is quantised, else standard normal.

    `data` has real values by input name of either model; integers of a quantised input's own type are what it stores.
    Several samples lie along the first axis, as a batch of a model for one, or along an axis before all others. Raises
    UsageError for data that does not fit.
    """
    given = _random(pairs, graph, reference, seed) if data is None else _given(pairs, data)
    for values in given:
        ours = [stored(pair.array, values[pair.array]) for pair in pairs]
        by_reference = {pair.reference: stored(pair.reference, values[pair.array]) for pair in pairs}
        yield ours, [by_reference[array] for array in reference.inputs]


def _random(pairs: Sequence[Pair], graph: Graph, reference: Graph, seed: int) -> Iterator[dict[Array, NDArray[Any]]]:
    static = all(a.size is not None for a in graph.inputs)
    for k in range(RANDOM_SAMPLES):
        random = np.random.default_rng((seed, k))
        made = sample_inputs(graph if static else reference, seed=seed * RANDOM_SAMPLES + k)
        values = {}
        for pair in pairs:
            value = made[(pair.array if static else pair.reference).name]
            span = _range(graph, pair.array)
            if span is not None:
                value = random.uniform(*span, value.shape).astype(np.float32)
            values[pair.array] = value
        yield values


def _range(graph: Graph, array: Array) -> tuple[float, float] | None:
    """What the grid of an input covers, or that onto which a float input is quantised first of all."""
    readers = [op.outputs[0] for op in graph.users(array) if op.kind == "Quantize"]
    for a in (array, *readers):
        if a.quantization is not None and a.dtype is not None and a.dtype.is_integer:
            found = representable(a.quantization, a.dtype)
            return found.min, found.max
    return None if array.minmax is None else (array.minmax.min, array.minmax.max)


def _given(pairs: Sequence[Pair], data: Mapping[str, Any]) -> Iterator[dict[Array, NDArray[Any]]]:
    values = {str(name).removesuffix(":0"): np.asarray(value) for name, value in data.items()}
    stacks = {}
    for pair in pairs:
        names = dict.fromkeys(a.name.removesuffix(":0") for a in (pair.array, pair.reference))
        name = next((n for n in names if n in values), None)
        if name is None:
            hint = f"there are: {', '.join(values) or 'none'}"
            raise UsageError(f"no value for input {pair.array.name!r} in the data", hint=hint, array=pair.array.name)
        stacks[pair.array] = _stacked(pair.array, _real(pair, values.pop(name)))
    if values:
        listed = ", ".join(pair.array.name for pair in pairs) or "none"
        raise UsageError(f"the data names {next(iter(values))!r}, which is no input", hint=f"the inputs are {listed}")
    counts = {array.name: len(stack) for array, stack in stacks.items()}
    if len(set(counts.values())) > 1 or 0 in counts.values():
        listed = ", ".join(f"{count} of {name!r}" for name, count in counts.items())
        raise UsageError(f"the data has not one and the same number of samples for each input: {listed}")
    for k in range(next(iter(counts.values()), 1)):
        yield {array: stack[k] for array, stack in stacks.items()}


def _real(pair: Pair, value: NDArray[Any]) -> NDArray[Any]:
    """Real values of what was given for an input. Raises UsageError for another kind of values."""
    ours = pair.array
    for array in (pair.reference, ours):
        if array.quantization is not None and array.dtype is not None and array.dtype.numpy == value.dtype:
            return real_value(array, value)
    if ours.quantization is not None and value.dtype.kind in "iuf":
        return value.astype(np.float32)
    kind = "f" if ours.dtype is None or ours.dtype.numpy is None else ours.dtype.numpy.kind
    takes = {"f": "fiu", "i": "iu", "u": "iu", "c": "cfiu", "O": "SUO"}
    if value.dtype.kind not in takes.get(kind, kind):
        raise UsageError(f"input {ours.name!r} is {ours.dtype}, the data {value.dtype}", array=ours.name)
    return value.astype("S").astype(object) if kind == "O" and value.dtype.kind in "SU" else value


def _stacked(array: Array, value: NDArray[Any]) -> NDArray[Any]:
    """The values of an input with its samples along a new first axis. Raises UsageError for a wrong shape."""
    shape = array.shape
    if shape is None or _is_of(shape, value.shape):
        return value[None]
    if shape and shape[0] == 1 and _is_of(shape[1:], value.shape[1:]) and value.ndim:
        return value[:, None]
    if value.ndim and _is_of(shape, value.shape[1:]):
        return value
    said = str([d if type(d) is int else "?" for d in shape]).replace("'", "")
    hint = f"samples lie along the first axis: [N, {said[1:]}"
    raise UsageError(f"input {array.name!r} is {said}, the data {list(value.shape)}", hint=hint, array=array.name)


def _is_of(shape: Sequence[Any], found: Sequence[int]) -> bool:
    return len(shape) == len(found) and all(type(d) is not int or d == n for d, n in zip(shape, found, strict=True))
