"""Sample inputs for evaluating a graph: of an .npz file, or random ones that suit what the graph does with them."""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping
from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from ..errors import UsageError
from ..testing.numeric import random_inputs

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from ..ir import Array, Graph

RANDOM = "random"
"""What the option `check` says for random inputs."""

_KEEPING = (
    *("Identity", "Cast", "Reshape", "Squeeze", "ExpandDims", "Transpose", "Tile", "BroadcastTo", "ReverseV2"),
    *("Slice", "StridedSlice", "Split", "SplitV", "Pack", "Unpack", "Concatenation"),
)
"""Kinds whose results hold nothing but elements of their operands."""


def load_inputs(path: str, flag: str = "--check") -> dict[str, NDArray[Any]]:
    """The arrays of an .npz file by name, a `:0` at the end of which does not count.

    Raises UsageError, naming the flag that gave the path.
    """
    try:
        with Path(path).open("rb") as stream:
            file = np.load(stream, allow_pickle=False)
            if not hasattr(file, "files"):
                raise UsageError(f"{flag}: {path} holds one array without a name", hint="write it with numpy.savez")
            return {name.removesuffix(":0"): file[name] for name in file.files}
    except UsageError:
        raise
    except Exception as error:  # noqa: BLE001 - numpy.load raises OSError, ValueError, BadZipFile, ...
        reason = f"cannot read {path}: {error}" if isinstance(error, OSError) else f"{path} is no .npz file"
        hint = "write one with numpy.savez" + (", or take `random`" if flag == "--check" else "")
        raise UsageError(f"{flag}: {reason}", hint=hint) from None


def fitting(graph: Graph, given: Mapping[str, Any]) -> dict[str, NDArray[Any]]:
    """The values for the graph's inputs among `given`, in the inputs' dtypes.

    Raises UsageError for an input that is missing, and for a value of another shape or kind.
    """
    found: dict[str, NDArray[Any]] = {}
    for array in graph.inputs:
        if array.name not in given:
            close = get_close_matches(array.name, list(given), n=1)
            hint = f"did you mean {close[0]!r}?" if close else f"there are: {', '.join(given) or 'none'}"
            raise UsageError(f"--check: no value for input {array.name!r}", hint=hint, array=array.name)
        found[array.name] = _fitting(array, np.asarray(given[array.name]))
    return found


def _fitting(array: Array, value: NDArray[Any]) -> NDArray[Any]:
    shape, dtype = array.shape, array.dtype.numpy if array.dtype is not None else None
    if shape is not None and (
        len(shape) != value.ndim or any(type(d) is int and d != n for d, n in zip(shape, value.shape, strict=True))
    ):
        said = [d if type(d) is int else "?" for d in shape]
        raise UsageError(f"--check: input {array.name!r} is {said}, its value is {list(value.shape)}", array=array.name)
    if dtype is None or value.dtype == dtype:
        return value
    if dtype.kind == "O":
        return value.astype("S").astype(object)
    if not np.can_cast(value.dtype, dtype, "same_kind") and not (value.dtype.kind in "iu" and dtype.kind in "iufc"):
        raise UsageError(f"--check: input {array.name!r} is {array.dtype}, its value is {value.dtype}")
    return value.astype(dtype)


def sample_inputs(graph: Graph, *, seed: int = 0, small: bool = False) -> dict[str, NDArray[Any]]:
    """Random inputs by name, the same ones each time: as `random_inputs`, but indices stay within their tables.

    With `small`, unknown extents are 1 and integers 0 or 1, which suits lengths, shapes and axes.
    """
    made = random_inputs(graph, seed, extents=(1,) if small else None)
    random = np.random.default_rng(seed + 1)
    for array in graph.inputs:
        value = made[array.name]
        if value.dtype.kind not in "iu" or array.quantization is not None:
            continue
        bound = _table_size(graph, array)
        if bound is None and small:
            bound = 2
        if bound is not None:
            made[array.name] = random.integers(0, max(1, bound), value.shape).astype(value.dtype)
    return made


def _table_size(graph: Graph, start: Array) -> int | None:
    """The least extent in which elements of an array are looked up, if they are."""
    least: int | None = None
    seen = {start: None}
    waiting = deque(seen)
    while waiting:
        array = waiting.popleft()
        for op in graph.users(array):
            extent: Any = None
            if op.kind in ("Gather", "GatherNd") and op.inputs[1] is array:
                table = op.inputs[0]
                if table is not None and table.shape:
                    extents = table.shape if op.kind == "GatherNd" else table.shape[op.attrs.axis :][:1]
                    extent = min((d for d in extents if type(d) is int), default=None)
            elif op.kind in _KEEPING:
                for result in op.outputs:
                    if result not in seen:
                        seen[result] = None
                        waiting.append(result)
            if type(extent) is int:
                least = extent if least is None else min(least, extent)
    return least
