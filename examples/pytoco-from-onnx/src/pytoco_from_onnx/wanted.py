"""What a caller says about reading a model: its boundary, and extents and element types of its inputs."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from difflib import get_close_matches
from typing import Any, NamedTuple

from pytoco.compiler import DType, UsageError, dtype_named


class Wanted(NamedTuple):
    """The options that a frontend honours, by pytoco's names.

    - `inputs`, `outputs`: value names; any value may be either. None: the model's own.
    - `shapes`: extents by name, None for an unknown one; `types`: element types by name.
    - `dynamic`: unknown extents become symbols; otherwise an unknown batch is 1 and others are an error.
    - `variable_batch`: the first extent of every input, where it is 1 or unknown, is one symbol that all share.
    - `tolerate`: names that the model does not have are passed over.
    - `keep_source_ops`: operators come in as they are, as if none were known.
    - `nhwc_boundary`: inputs and outputs of rank 4 become channels last.
    - `importers`: importers of plugins by operator name.
    """

    inputs: tuple[str, ...] | None = None
    outputs: tuple[str, ...] | None = None
    shapes: Mapping[str, tuple[int | None, ...]] = {}
    types: Mapping[str, DType] = {}
    dynamic: bool = False
    variable_batch: bool = False
    tolerate: bool = False
    keep_source_ops: bool = False
    nhwc_boundary: bool = False
    importers: Mapping[str, Any] = {}

    @classmethod
    def of(cls, given: Mapping[str, Any]) -> Wanted:
        """From the options by name; raises UsageError for shapes that are none and lists of the wrong length."""
        inputs = tuple(given["input_arrays"]) if given.get("input_arrays") else None
        outputs = tuple(given["output_arrays"]) if given.get("output_arrays") else None
        shapes = {name: _checked(name, shape) for name, shape in _by_name(given, "input_shapes", inputs)}
        types = {
            name: kind if isinstance(kind, DType) else dtype_named(kind)
            for name, kind in _by_name(given, "input_data_types", inputs)
        }
        return cls(
            inputs,
            outputs,
            shapes,
            types,
            dynamic=bool(given.get("keep_dynamic_shapes")),
            variable_batch=bool(given.get("variable_batch")),
            tolerate=bool(given.get("allow_nonexistent_arrays")),
            keep_source_ops=bool(given.get("keep_source_ops")),
            nhwc_boundary=bool(given.get("onnx_nhwc_boundary")),
            importers=given.get("importers") or {},
        )

    def named(self, names: Iterable[str], known: Mapping[str, Any], what: str) -> dict[str, str]:
        """The model's names by the caller's; `name` and `name:0` stand for each other.

        Raises UsageError for the first that is not there, unless those are to be passed over.
        """
        found: dict[str, str] = {}
        for name in names:
            own = next((s for s in (name, f"{name}:0", name.removesuffix(":0")) if s in known), None)
            if own is not None:
                found[name] = own
            elif not self.tolerate:
                close = get_close_matches(name, list(known)[:10000], 1)
                hint = f"did you mean {close[0]!r}?" if close else "`pytoco inspect` lists a model's inputs and outputs"
                raise UsageError(f"{what}: the model has no array {name!r}", hint=hint, array=name)
        return found


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
    if any(d is not None and (not isinstance(d, int) or not 0 <= d < 1 << 31) for d in sizes):
        raise UsageError(f"input_shapes: {list(shape)} of {name!r} is not a shape", array=name)
    return sizes
