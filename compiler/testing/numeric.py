"""A numpy evaluator: runs a graph by the reference kernels of its operators, and compares what two runs gave."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from ..errors import UsageError
from ..ir import Array, Dim, Graph, Op
from ..ir.subgraphs import CALLERS, called
from ..ir.types import BFLOAT16, FLOAT32
from ..ops import get

Arrays: TypeAlias = Mapping[str, NDArray[Any]]

ROUNDING = 1e-5
"""Relative to the largest magnitude, what reordered float32 arithmetic may differ by."""

_EXTENTS = (2, 3, 5, 4, 7)
_MAX_ITERATIONS = 10_000


def evaluate(
    graph: Graph, inputs: Arrays | Sequence[NDArray[Any]], watch: Callable[[Array, NDArray[Any]], None] | None = None
) -> dict[str, NDArray[Any]]:
    """The outputs by name, for inputs given by name or in order, computed with numpy.

    Values go in and come out in the arrays' own dtypes; within, quantised and bfloat16 arrays are real float32 values,
    rounded to what the array can hold. Recurrent states start as zeros. Memory is released as soon as the last reader
    has run. `watch` is shown every array that is no constant with its value. Raises UsageError for missing inputs,
    UnsupportedError for operators without a kernel.
    """
    if not isinstance(inputs, Mapping):
        inputs = dict(zip([a.name for a in graph.inputs], inputs, strict=True))
    live: dict[Array, NDArray[Any]] = {}
    for array in graph.inputs:
        if array.name not in inputs:
            raise UsageError(f"no value for input {array.name!r}", array=array.name)
        live[array] = real_value(array, np.asarray(inputs[array.name], array.dtype.numpy if array.dtype else None))
    for state in graph.states:
        if any(type(d) is not int for d in state.array.shape or (None,)):
            raise UsageError(f"the shape of state {state.array.name!r} is unknown", array=state.array.name)
        live[state.array] = np.zeros(state.array.shape, np.float32)  # type: ignore[arg-type]  # all int, see above
    if watch is not None:
        for array, value in live.items():
            watch(array, value)
    keep = dict.fromkeys(graph.outputs)
    readers = {array: graph.user_count(array) for array in graph.arrays()}
    for op in graph.order():
        values = [None if a is None else live[a] if a in live else real_value(a, a.numpy()) for a in op.inputs]
        with np.errstate(all="ignore"):
            results = run_graphs(graph, op, values) if op.kind in CALLERS else get(op.kind).kernel(values, op.attrs)
        for array, value in zip(op.outputs, results, strict=True):
            if readers[array] or array in keep:
                live[array] = rounded_value(array, np.asarray(value))
                if watch is not None:
                    watch(array, live[array])
        for array in dict.fromkeys(a for a in op.inputs if a is not None):
            readers[array] -= 1
            if not readers[array] and array not in keep:
                live.pop(array, None)
    return {a.name: _stored(a, live[a] if a in live else real_value(a, a.numpy())) for a in graph.outputs}


def run_graphs(graph: Graph, op: Op, values: Sequence[Any]) -> list[NDArray[Any]]:
    """The results of an If or a While by running the graphs it names; raises UsageError for an endless loop."""
    first, second = (graph.model.graphs[name] for name in called(op))
    if op.kind == "If":
        return list(evaluate(first if values[0].reshape(-1)[0] else second, values[1:]).values())
    state = list(values)
    for _ in range(_MAX_ITERATIONS):
        (go_on,) = evaluate(first, state).values()
        if not go_on.reshape(-1)[0]:
            return state
        state = list(evaluate(second, state).values())
    raise UsageError(f"the loop {op.name!r} did not end after {_MAX_ITERATIONS:,} iterations")


def random_inputs(graph: Graph, seed: int = 0, *, extents: Sequence[int] | None = None) -> dict[str, NDArray[Any]]:
    """Values for the graph's inputs, by name: standard normal floats, small integers, random booleans.

    Each unknown dimension gets a small extent of its own, of `extents` in turn if given. Raises UsageError for an input
    of unknown rank or type.
    """
    random = np.random.default_rng(seed)
    sizes = extents or _EXTENTS
    chosen: dict[Dim, int] = {}
    made: dict[str, NDArray[Any]] = {}
    for array in graph.inputs:
        if array.shape is None or array.dtype is None or array.dtype.numpy is None:
            raise UsageError(
                f"input {array.name!r} has no known rank and type", hint="give values as inputs, or no numeric check"
            )
        shape = []
        for d in array.shape:
            if isinstance(d, Dim):
                d = chosen.setdefault(d, sizes[len(chosen) % len(sizes)])
            shape.append(d)
        kind = array.dtype.numpy.kind
        if array.dtype is BFLOAT16:
            made[array.name] = _stored(array, random.standard_normal(shape).astype(np.float32))
        elif kind == "b":
            made[array.name] = random.integers(0, 2, shape).astype(np.bool_)
        elif kind == "O":
            made[array.name] = np.vectorize(lambda n: f"s{n}".encode(), otypes=[object])(random.integers(0, 9, shape))
        elif kind in "iu":
            made[array.name] = random.integers(0 if kind == "u" else -9, 10, shape).astype(array.dtype.numpy)
        else:
            values = random.standard_normal(shape)
            if kind == "c":
                values = values + 1j * random.standard_normal(shape)
            made[array.name] = values.astype(array.dtype.numpy)
    return made


def assert_same_values(expected: Arrays, actual: Arrays, tolerance: float = 0.0) -> None:
    """Raise AssertionError unless both hold the same names, shapes, dtypes and values.

    Floats may differ by the larger of `tolerance` and rounding error, relative to the largest finite magnitude that is
    expected; NaN equals NaN. Everything else is exact unless a tolerance is given.
    """
    assert list(expected) == list(actual), f"outputs were {list(expected)} and now are {list(actual)}"
    for name, before in expected.items():
        after = actual[name]
        assert before.shape == after.shape, f"{name}: shape was {before.shape} and now is {after.shape}"
        assert before.dtype == after.dtype, f"{name}: dtype was {before.dtype} and now is {after.dtype}"
        exact = before.dtype.kind not in "fc"
        if exact and not tolerance:
            np.testing.assert_array_equal(after, before, err_msg=name)
            continue
        finite = np.abs(before[np.isfinite(before)])
        scale = float(finite.max()) if finite.size else 0.0
        atol = max(tolerance, 0.0 if exact else ROUNDING) * scale
        np.testing.assert_allclose(after, before, rtol=0, atol=atol, equal_nan=True, err_msg=name)


def _along(array: Array, values: Sequence[float]) -> NDArray[Any]:
    quantization = array.quantization
    assert quantization is not None
    if quantization.axis is None or array.rank is None:
        return np.asarray(values[0])
    shape = [1] * array.rank
    shape[quantization.axis] = -1
    return np.asarray(values).reshape(shape)


def real_value(array: Array, value: NDArray[Any]) -> NDArray[Any]:
    """Stored values as what kernels compute with."""
    if array.dtype is BFLOAT16:
        return (value.astype(np.uint32) << 16).view(np.float32)
    if array.quantization is not None and value.dtype.kind in "iu":
        real = _along(array, array.quantization.scale) * (value - _along(array, array.quantization.zero_point))
        return np.asarray(real, np.float32)
    return value


def _stored(array: Array, value: NDArray[Any]) -> NDArray[Any]:
    """What kernels computed as the array stores it."""
    if array.dtype is BFLOAT16:
        bits = np.ascontiguousarray(value, np.float32).view(np.uint32)
        rounded = (bits + 0x7FFF + ((bits >> 16) & 1)) >> 16  # to the nearest, ties to even
        return np.where(np.isnan(value), 0x7FC0, rounded).astype(np.uint16)
    dtype = array.dtype.numpy if array.dtype is not None else None
    if array.quantization is not None and dtype is not None and dtype.kind in "iu" and value.dtype.kind == "f":
        steps = np.rint(value / _along(array, array.quantization.scale)) + _along(array, array.quantization.zero_point)
        limits = np.iinfo(dtype)
        clipped: NDArray[Any] = np.clip(steps, limits.min, limits.max).astype(dtype)
        return clipped
    return value


def rounded_value(array: Array, value: NDArray[Any]) -> NDArray[Any]:
    """A computed value as far as the array can hold it: requantised, or rounded to bfloat16."""
    if array.quantization is None and array.dtype is not BFLOAT16:
        return value
    if array.dtype is FLOAT32 or value.dtype.kind != "f":
        return value
    return real_value(array, _stored(array, value))
