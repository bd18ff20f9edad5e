"""What the caller wants of a file: its boundary and the extents of its inputs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from ...compiler.errors import UsageError
from ...compiler.ir.types import DType, dtype_named


class Wanted(NamedTuple):
    """Names of inputs and outputs, None for the file's own; extents (None: unknown) and element types by input name."""

    inputs: tuple[str, ...] | None = None
    outputs: tuple[str, ...] | None = None
    shapes: Mapping[str, tuple[int | None, ...]] = {}
    types: Mapping[str, DType] = {}
    tolerate: bool = False

    @classmethod
    def of(cls, given: Mapping[str, Any]) -> Wanted:
        """From the options by name. Raises UsageError for extents that are none."""
        names = {key: tuple(given[key]) if given.get(key) else None for key in ("input_arrays", "output_arrays")}
        inputs = names["input_arrays"]
        shapes = {name: _checked(name, shape) for name, shape in _by_name(given, "input_shapes", inputs)}
        types = {
            name: kind if isinstance(kind, DType) else dtype_named(kind)
            for name, kind in _by_name(given, "input_data_types", inputs)
        }
        return cls(inputs, names["output_arrays"], shapes, types, bool(given.get("allow_nonexistent_arrays")))

    def named(self, names: Sequence[str], numbers: Mapping[str, int], what: str) -> list[int]:
        """The tensors of these names, each once; `name` and `name:0` stand for each other.

        Raises UsageError for a name that is not there.
        """
        found: dict[int, None] = {}
        for name in names:
            number = number_of(name, numbers)
            if number is not None:
                found[number] = None
            elif not self.tolerate:
                raise UsageError(f"{what} names {name!r}, which the model does not have", array=name)
        return list(found)


def number_of(name: str, numbers: Mapping[str, int]) -> int | None:
    """The tensor of that name, with or without `:0`."""
    for spelling in (name, f"{name}:0", name.removesuffix(":0")):
        if spelling in numbers:
            return numbers[spelling]
    return None


def _by_name(given: Mapping[str, Any], what: str, inputs: Sequence[str] | None) -> list[tuple[str, Any]]:
    """Pairs of an option that goes with the inputs, by name or in their order, but for those that say nothing."""
    found = given.get(what) or {}
    if not isinstance(found, Mapping):
        if len(found) != len(inputs or ()):
            raise UsageError(
                f"{what} has {len(found)} entries for {len(inputs or ())} input arrays",
                hint="give one for each, in order",
            )
        found = dict(zip(inputs or (), found, strict=True))
    return [(name, value) for name, value in found.items() if value is not None]


def _checked(name: str, shape: Sequence[int | None]) -> tuple[int | None, ...]:
    sizes = tuple([None if d == -1 else d for d in shape])
    if any(d is not None and not 0 <= d < 1 << 31 for d in sizes):
        raise UsageError(f"input_shapes: {list(shape)} of {name!r} is not a shape", array=name)
    return sizes
