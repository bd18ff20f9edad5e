"""Arguments of the Python API in the form the options take."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from typing import Any, cast

from ..errors import UnsupportedError, UsageError
from .attributes import QuantizedInputStats


def graph_bytes(graph_def: Any) -> bytes:
    """A GraphDef message, or one as bytes, as bytes. Raises `UsageError` for anything else."""
    if isinstance(graph_def, bytes | bytearray | memoryview):
        return bytes(graph_def)
    serialize = getattr(graph_def, "SerializeToString", None)
    if serialize is None:
        raise UsageError(f"expected a GraphDef or its bytes, got {type(graph_def).__name__}")
    try:
        return cast(bytes, serialize())
    except ValueError as error:  # protobuf ends at 2 GB
        raise UnsupportedError(f"the GraphDef cannot be serialized: {error}") from error


def keras_loader() -> Callable[..., Any] | None:
    """`load_model` of the Keras that the process has imported; None without one."""
    for name in ("tensorflow", "tf_keras", "keras"):
        module = sys.modules.get(name)
        keras = getattr(module, "keras", None) if name == "tensorflow" else module
        found: Callable[..., Any] | None = getattr(getattr(keras, "models", None), "load_model", None)
        if found is not None:
            return found
    return None


def stats_in_order(stats: QuantizedInputStats, inputs: tuple[str, ...]) -> list[tuple[float, float]]:
    """The pairs (mean, std_dev) in the order of the inputs, from either form of `quantized_input_stats`."""
    if not stats:
        return []
    listed = ", ".join(inputs)
    if not isinstance(stats, Mapping):
        if len(stats) != len(inputs):
            message = f"quantized_input_stats has {len(stats)} pair(s), but there are {len(inputs)} inputs: {listed}"
            raise UsageError(message, hint="give one (mean, std_dev) for every input, in the same order")
        return list(stats)
    missing = [name for name in inputs if name not in stats]
    unknown = [name for name in stats if name not in inputs]
    if missing or unknown:
        what = f"lacks {', '.join(missing)}" if missing else f"names {', '.join(unknown)}, which is no input"
        raise UsageError(f"quantized_input_stats {what}", hint=f"the inputs are {listed}")
    return [stats[name] for name in inputs]
