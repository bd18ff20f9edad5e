"""A program: one graph or several, each entered by a signature, as SavedModels and live functions have them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import NamedTuple

from ...compiler.errors import UsageError
from ...compiler.ir.graph import Graph
from ...compiler.ir.items import Signature
from .names import cleaned
from .options import ImportOptions, PartialShape
from .scan import GraphFile

Pairs = tuple[tuple[str, str], ...]
"""Pairs (the caller's own name, array name)."""


class Entry(NamedTuple):
    """A way into a graph: `key` names its signature, empty for none; `shapes` are the inputs', by array name."""

    key: str
    graph: GraphFile
    inputs: Pairs
    outputs: Pairs
    shapes: Mapping[str, PartialShape | None]

    def signature(self, graph: Graph) -> Signature:
        """The signature over the imported `graph`; an array that is none of ours goes by its own name."""
        inputs = _named(self.inputs, [array.name for array in graph.inputs])
        return Signature(self.key, graph.name, inputs, _named(self.outputs, [array.name for array in graph.outputs]))


class Program:
    """Entry points in order, the first being the main one.

    `files` are the (path, bytes) that weights are views of; `warnings` are sentences for the user.
    """

    __slots__ = ("entries", "files", "warnings")

    def __init__(
        self,
        entries: Sequence[Entry],
        files: Iterable[tuple[str, memoryview]] = (),
        warnings: Iterable[str] = (),
    ) -> None:
        self.entries = list(entries)
        self.files = list(files)
        self.warnings = list(warnings)

    def boundaries(self, options: ImportOptions) -> list[ImportOptions]:
        """The options by which each entry's graph is imported.

        Arrays that `options` name replace the entry's. Raises UsageError for them where there are several entries.
        """
        if len(self.entries) > 1 and (options.input_arrays or options.output_arrays or options.input_shapes):
            keys = ", ".join(repr(entry.key) for entry in self.entries)
            raise UsageError(
                f"input and output arrays cannot be chosen for several signatures at once: {keys}",
                hint="convert one signature, or leave the arrays out",
            )
        return [_boundary(entry, options) for entry in self.entries]


def _boundary(entry: Entry, options: ImportOptions) -> ImportOptions:
    inputs = list(options.input_arrays or distinct(entry.inputs))
    wanted = {cleaned(name) for name in inputs}
    shapes = {name: shape for name, shape in entry.shapes.items() if name in wanted}
    return replace(
        options,
        input_arrays=inputs or None,
        input_shapes={**shapes, **options.shapes()},
        output_arrays=list(options.output_arrays or distinct(entry.outputs)) or None,
    )


def distinct(pairs: Pairs) -> tuple[str, ...]:
    """The arrays of `pairs`, each once, in order."""
    return tuple(dict.fromkeys(array for _, array in pairs))


def _named(pairs: Pairs, arrays: Sequence[str]) -> Pairs:
    return tuple((own, array) for array in arrays for own in _owners(pairs, array))


def _owners(pairs: Pairs, array: str) -> list[str]:
    return [own for own, named in pairs if named == array] or [array]
