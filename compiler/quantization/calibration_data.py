"""Representative datasets: from what a caller gives to samples that fit the inputs of a graph.

A dataset is a function without arguments that returns an iterable of samples (TensorFlow's `RepresentativeDataset`),
the samples themselves, or the path of an .npz file. A sample is a list of one array for each input, a dict by input
name, or for a graph of one input that array. In the .npz file there is an array for each input, its samples along the
first axis.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sized
from difflib import get_close_matches
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..errors import PytocoError, UsageError
from ..ir import Array, Graph

MOST_SAMPLES = 100_000
"""From here on a dataset counts as endless."""

_WHAT = "representative dataset"


def samples(dataset: Any, graph: Graph) -> Iterator[list[NDArray[Any]]]:
    """The samples, each as values of the graph's inputs in order, in their dtypes; `dataset` as `opened` gives it.

    Raises UsageError, naming sample and input, for what does not fit: another number of arrays, other names, shapes or
    types, NaN and infinity, no samples at all, and for whatever the dataset itself raises.
    """
    number = 0
    iterator = _started(dataset)
    while True:
        try:
            sample = next(iterator)
        except StopIteration:
            break
        except PytocoError:
            raise
        except Exception as error:
            raise UsageError(f"the {_WHAT} raised {type(error).__name__} at sample {number}: {error}") from error
        if number == MOST_SAMPLES:
            raise UsageError(f"the {_WHAT} does not end within {MOST_SAMPLES:,} samples", hint="a few hundred will do")
        yield _fitting(graph, sample, number)
        number += 1
    if not number:
        raise UsageError(f"the {_WHAT} is empty", hint="about a hundred typical inputs are enough")


def opened(dataset: Any, graph: Graph) -> Any:
    """The dataset, its samples in place of a path. Raises UsageError for a file that cannot be read or does not fit."""
    return _of_file(dataset, graph) if isinstance(dataset, str) else dataset


def count_of(dataset: Any) -> int | None:
    """The number of samples where that is known before they are looked at."""
    return len(dataset) if isinstance(dataset, Sized) else None


def _started(dataset: Any) -> Iterator[Any]:
    try:
        made = dataset() if callable(dataset) else dataset
    except Exception as error:
        raise UsageError(f"the {_WHAT} raised {type(error).__name__}: {error}") from error
    if not isinstance(made, Iterable) or isinstance(made, Mapping):
        hint = "let it yield lists of arrays, one for each input"
        raise UsageError(f"the {_WHAT} gives {type(made).__name__}, which has no samples", hint=hint)
    return iter(made)


def _of_file(path: str, graph: Graph) -> list[list[NDArray[Any]]]:
    given = _loaded(path)
    stacked = [_stacked(array, _named(given, array, path)) for array in graph.inputs]
    lengths = list(map(len, stacked)) or [1]
    if len(set(lengths)) > 1:
        listed = ", ".join(f"{n} of {a.name!r}" for a, n in zip(graph.inputs, lengths, strict=True))
        raise UsageError(f"{path}: the inputs have different numbers of samples: {listed}")
    return [[value[number] for value in stacked] for number in range(lengths[0])]


def _loaded(path: str) -> dict[str, NDArray[Any]]:
    try:
        with Path(path).open("rb") as stream:
            file = np.load(stream, allow_pickle=False)
            if hasattr(file, "files"):
                return {name.removesuffix(":0"): file[name] for name in file.files}
    except Exception as error:  # noqa: BLE001 - numpy.load raises OSError, ValueError, BadZipFile, ...
        raise UsageError(f"the {_WHAT} {path} cannot be read: {error}", hint="give an .npz file") from None
    raise UsageError(f"{path} holds one array without a name", hint="write it with numpy.savez, by input name")


def _named(given: Mapping[str, Any], array: Array, where: str) -> NDArray[Any]:
    if array.name not in given:
        close = get_close_matches(array.name, list(given), n=1)
        hint = f"did you mean {close[0]!r}?" if close else f"there are: {', '.join(map(str, given)) or 'none'}"
        raise UsageError(f"{where}: no value for input {array.name!r}", hint=hint, array=array.name)
    return np.asarray(given[array.name])


def _stacked(array: Array, value: NDArray[Any]) -> NDArray[Any]:
    """The values of an input along a new first axis, where they are along the batch so far."""
    shape = array.shape
    if shape is not None and value.ndim == len(shape) and value.ndim and (type(shape[0]) is not int or shape[0] == 1):
        return value[:, None]
    if not value.ndim:
        raise UsageError(f"input {array.name!r} has a single number in place of samples", array=array.name)
    return value


def _fitting(graph: Graph, sample: Any, number: int) -> list[NDArray[Any]]:
    inputs = graph.inputs
    where = f"sample {number} of the {_WHAT}"
    if isinstance(sample, Mapping):
        given = {str(name).removesuffix(":0"): value for name, value in sample.items()}
        unknown = [name for name in given if all(a.name != name for a in inputs)]
        if unknown:
            listed = ", ".join(a.name for a in inputs)
            raise UsageError(f"{where} names {unknown[0]!r}, which is no input", hint=f"the inputs are {listed}")
        values: list[Any] = [_named(given, array, where) for array in inputs]
    elif isinstance(sample, list | tuple):
        values = list(sample)
    elif len(inputs) == 1 and hasattr(sample, "__array__"):
        values = [sample]
    else:
        raise UsageError(f"{where} is a {type(sample).__name__}", hint="yield lists of arrays, one for each input")
    if len(values) != len(inputs):
        listed = ", ".join(a.name for a in inputs)
        message = f"{where} has {len(values)} array(s), but there are {len(inputs)} inputs"
        raise UsageError(message, hint=f"give values for {listed}, in this order")
    return [_checked(array, value, number) for array, value in zip(inputs, values, strict=True)]


def _checked(array: Array, given: Any, number: int) -> NDArray[Any]:
    """The value in the input's dtype."""
    where = f"sample {number} of input {array.name!r}"
    try:
        value = np.asarray(given)
    except Exception as error:  # noqa: BLE001 - ragged lists, objects of other libraries
        raise UsageError(f"{where} is no array: {error}", array=array.name) from None
    dtype, shape = array.dtype.numpy if array.dtype is not None else None, array.shape
    if shape is not None and (
        len(shape) != value.ndim or any(type(d) is int and d != n for d, n in zip(shape, value.shape, strict=True))
    ):
        said = [d if type(d) is int else "?" for d in shape]
        raise UsageError(f"{where} has the shape {list(value.shape)}, the input {said}", array=array.name)
    if dtype is not None and value.dtype != dtype:
        if dtype.kind == "O":
            return value if value.dtype.kind == "O" else value.astype("S").astype(object)
        if value.dtype.kind != dtype.kind or not np.can_cast(value.dtype, dtype, "same_kind"):
            hint = "give values as the model is to get them, normalised if it expects that"
            raise UsageError(f"{where} is {value.dtype}, the input {array.dtype}", hint=hint, array=array.name)
        with np.errstate(all="ignore"):
            value = value.astype(dtype)
    if value.dtype.kind in "fc" and not np.isfinite(value).all():
        raise UsageError(f"{where} holds NaN or infinity", array=array.name)
    return np.ascontiguousarray(value).reshape(value.shape)
