"""What a caller may say about reading a GraphDef."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields
from typing import Any, TypeAlias

from ...compiler.errors import UsageError
from ...compiler.ir.types import DType, dtype_named

PartialShape: TypeAlias = "Sequence[int | None]"


@dataclass(slots=True)
class ImportOptions:
    """How to import a GraphDef.

    - `input_arrays`, `output_arrays`: array names (`name`, `name:1`); any array may be either. None: all placeholders
      that the outputs need, and everything that nobody reads.
    - `input_shapes`: extents by array name, None or -1 for an unknown one; a plain list goes with `input_arrays`.
    - `input_data_types`: element types by array name.
    - `keep_dynamic_shapes`: unknown extents become symbols; otherwise an unknown batch is 1 and others are an error.
    - `variable_batch`: the first extent of every input, where it is 1 or unknown, is one symbol that all share.
    - `drop_control_dependency`: nodes that are only needed through control edges (`^name`) stay out.
    - `allow_nonexistent_arrays`: input and output names that the graph does not have are passed over.
    - `keep_loops`: loops made of NextIteration come in as discardable states instead of being refused; for drawings.
    - `keep_source_ops`: operators stay TensorFlow's, as if none were known, except those that pass values on.
    - `importers`: importers of further TensorFlow operators, or instead of the built-in ones, by op name.
    """

    input_arrays: Sequence[str] | None = None
    output_arrays: Sequence[str] | None = None
    input_shapes: Mapping[str, PartialShape | None] | Sequence[PartialShape | None] = field(default_factory=dict)
    input_data_types: Mapping[str, DType | str] | Sequence[DType | str] = field(default_factory=dict)
    keep_dynamic_shapes: bool = False
    variable_batch: bool = False
    drop_control_dependency: bool = True
    allow_nonexistent_arrays: bool = False
    keep_loops: bool = False
    keep_source_ops: bool = False
    importers: Mapping[str, Any] = field(default_factory=dict)

    @classmethod
    def of(cls, given: ImportOptions | Mapping[str, Any] | None) -> ImportOptions:
        """Options from a mapping by field name; keys that are not ours, and values that are None, are passed over."""
        if isinstance(given, ImportOptions):
            return given
        known = {f.name for f in fields(cls)}
        return cls(**{name: value for name, value in (given or {}).items() if name in known and value is not None})

    def shapes(self) -> dict[str, tuple[int | None, ...]]:
        """Given shapes by array name as the caller wrote it, unknown extents as None.

        Raises UsageError for extents below -1 or that are no integers, and for lists of different lengths.
        """
        found: dict[str, tuple[int | None, ...]] = {}
        for name, shape in self._by_name(self.input_shapes, "input_shapes"):
            if shape is None:
                continue
            sizes = [None if d is None or d == -1 else d for d in shape]
            if any(d is not None and (not isinstance(d, int) or d < 0 or d >= 1 << 31) for d in sizes):
                raise UsageError(f"input_shapes: {list(shape)} of {name!r} is not a shape", array=name)
            found[name] = tuple(sizes)
        return found

    def data_types(self) -> dict[str, DType]:
        """Given element types by array name as the caller wrote it; raises UsageError as `shapes` does."""
        pairs = self._by_name(self.input_data_types, "input_data_types")
        given = {name: kind for name, kind in pairs if kind is not None}
        return {name: kind if isinstance(kind, DType) else dtype_named(kind) for name, kind in given.items()}

    def _by_name(self, given: Any, what: str) -> list[tuple[str, Any]]:
        if isinstance(given, Mapping):
            return list(given.items())
        names = self.input_arrays or ()
        if len(given) != len(names):
            raise UsageError(
                f"{what} has {len(given)} entries for {len(names)} input arrays", hint="give one for each, in order"
            )
        return list(zip(names, given, strict=True))
