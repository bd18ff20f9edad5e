"""What callers pass as tensors: array names, or TensorFlow tensors, of which only `name` and `get_shape` are used."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from .errors import UsageError
from .flag_values import FlagShape


def array_name(tensor: Any) -> str:
    """The array name of a tensor or of a tensor's name: without `:0`. Raises `UsageError` where there is none."""
    name = tensor
    if not isinstance(tensor, str):
        try:
            name = tensor.name
        except Exception:  # noqa: BLE001  TensorFlow's eager tensors raise several types here
            name = None
    if not isinstance(name, str) or not name or name.count(":") > 1:
        raise UsageError(f"{tensor!r} is not a tensor of a graph, nor the name of one")
    return name.removesuffix(":0")


def array_names(tensors: Any, what: str) -> tuple[str, ...]:
    """The array names of a list of tensors or names; `what` is the argument's name in the `UsageError`s."""
    if isinstance(tensors, str) or not isinstance(tensors, Iterable):
        raise UsageError(f"{what}: expected a list, got {tensors!r}", hint=f"write {what}=[...]")
    return tuple(map(array_name, tensors))


def flag_shape(shape: Any, what: str) -> FlagShape | None:
    """A shape given as a list of sizes (`None` or -1 where unknown) or by TensorFlow; `None` for an unknown rank."""
    if shape is None:
        return None
    if hasattr(shape, "as_list"):
        if getattr(shape, "rank", getattr(shape, "ndims", None)) is None:
            return None
        shape = shape.as_list()
    try:
        sizes = [None if size is None else int(size) for size in shape]
    except (TypeError, ValueError):
        raise UsageError(f"{what}: {shape!r} is not a shape", hint="give a list such as [1, 224, 224, 3]") from None
    for size in sizes:
        if size is not None and size < -1:
            raise UsageError(f"{what}: size {size} in {shape!r} is negative")
    return tuple(None if size == -1 else size for size in sizes)


def static_shape(tensor: Any) -> FlagShape | None:
    """What is known of a tensor's shape; `None` for an unknown rank, and for a mere name."""
    get_shape = getattr(tensor, "get_shape", None)
    return None if get_shape is None else flag_shape(get_shape(), array_name(tensor))
