"""Freezes the variables that a signature needs: views of the bundle in their place, or an error that names them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from numpy.typing import NDArray

from ...compiler.errors import InvalidModelError
from ..graphdef.assignments import check_assignments
from ..graphdef.freeze import REFERENCE, RESOURCE, replace
from ..graphdef.functions import reached
from ..graphdef.nodes import Node
from ..graphdef.scan import GraphFile
from . import slices
from .bundle import Bundle
from .entries import Entry
from .meta_graph import MetaGraph
from .restore import OBJECTS, Identity, Source, captured, identity, restored

_SHOWN = 10


class Freezer:
    """The variables of one graph of a SavedModel, whose bundle's files start with `prefix`.

    The bundle is opened when the first variable is wanted; `verify` has all data that are used checked.
    """

    def __init__(self, meta: MetaGraph, prefix: Path, *, verify: bool = False) -> None:
        self._meta = meta
        self._prefix = prefix
        self._verify = verify
        self._bundle: Bundle | None = None
        self._restored: dict[Identity, Source] = {}
        self._captured: dict[Identity, Source] = {}

    @property
    def files(self) -> list[tuple[str, memoryview]]:
        """Path and bytes of the files that frozen values are views of."""
        return self._bundle.files if self._bundle is not None else []

    def freeze(self, graph: GraphFile, outputs: Sequence[str], inputs: Sequence[str]) -> list[str]:
        """Turn the variables that `outputs` of the expanded `graph` need into constants; returns warnings.

        The walk stops at `inputs`. Raises InvalidModelError naming the variables that have no stored value or one that
        does not fit them, UnsupportedError where an output depends on an assigned value, FileError and what else
        `Bundle` raises for the bundle.
        """
        wanted = [node for node in reached(graph.nodes, outputs, inputs) if node.op in (*REFERENCE, *RESOURCE)]
        if not wanted:
            return []
        warnings = check_assignments(graph.nodes, self._meta.graph().nodes, outputs, inputs, graph.functions)
        bundle = self._opened()
        sources = self._sources(wanted, bundle)
        warnings += self._disagreements(wanted, bundle)
        replace(graph, {node.name: _value(node, sources[node.name], bundle) for node in wanted})
        return warnings

    @property
    def entries(self) -> Mapping[str, Entry]:
        """The tensors of the bundle by key. Raises what the bundle raises."""
        return self._opened().entries

    def sources(self) -> dict[Identity, Source]:
        """Where the value of each variable is that has one, for people. Raises what the bundle raises."""
        self._opened()
        return {**self._captured, **self._restored}

    def _opened(self) -> Bundle:
        if self._bundle is None:
            bundle = Bundle.open(self._prefix, verify=self._verify)
            graph, message = self._meta.graph(), self._meta.message
            self._restored = restored(graph, message.saver_def)
            if OBJECTS in bundle.entries and len(message.object_graph_def.nodes):
                self._captured = captured(graph.nodes, message.object_graph_def, bundle.text(OBJECTS))
            self._bundle = bundle
        return self._bundle

    def _sources(self, wanted: Iterable[Node], bundle: Bundle) -> dict[str, Source]:
        """The source of each variable by node name, which the bundle has."""
        found: dict[str, Source] = {}
        missing: list[str] = []
        for node in wanted:
            variable = identity(node)
            source = self._restored.get(variable) or self._captured.get(variable)
            if source is None:
                missing.append(node.name)
            else:
                found[node.name] = source
        if missing:
            shown = ", ".join(map(repr, missing[:_SHOWN])) + (
                f" and {len(missing) - _SHOWN} more" if missing[_SHOWN:] else ""
            )
            raise InvalidModelError(
                f"{len(missing)} variable(s) that the outputs need have no stored value: {shown}",
                hint="neither the model's restore function nor its graph of objects says where it is; export it again, "
                "with Keras by model.export(DIR)",
                node=missing[0],
            )
        for name, source in found.items():
            if source.key not in bundle.entries:
                raise InvalidModelError(
                    f"variable {name!r} is to be restored from {source.key!r}, which {bundle.source} does not have",
                    hint="graph and variables are of different models, or the export was cut off: export it again",
                    node=name,
                )
        return found

    def _disagreements(self, wanted: Iterable[Node], bundle: Bundle) -> list[str]:
        """A warning for each variable whose two sources hold different data, told by their checksums."""
        warnings = []
        for node in wanted:
            first, second = self._restored.get(identity(node)), self._captured.get(identity(node))
            if first is None or second is None or first.key == second.key or second.key not in bundle.entries:
                continue
            one, other = bundle.entries[first.key], bundle.entries[second.key]
            if (one.dtype, one.shape, one.crc32c) != (other.dtype, other.shape, other.crc32c):
                warnings.append(
                    f"variable {node.name!r}: the restore function reads {first.key!r}, the graph of objects names "
                    f"{second.key!r}, and their values differ; the first is used"
                )
        return warnings


def _value(node: Node, source: Source, bundle: Bundle) -> NDArray[Any]:
    """The stored value of a variable, held against what its node says of it."""
    entry = bundle.entries[source.key]
    try:
        part = slices.parsed(source.part)
    except ValueError as error:
        raise node.error(f"it is restored from the part {source.part!r} of {source.key!r}: {error}") from None
    if part is not None and part[0] != entry.shape:
        raise node.error(
            f"it is restored from the part {source.part!r} of {source.key!r}, whose shape is {list(entry.shape)}"
        )
    value = bundle.value(source.key) if part is None else bundle.part(source.key, part[1])
    dtype, shape = node.dtype("dtype"), node.shape("shape")
    if dtype is not entry.dtype:
        raise node.error(f"it is {dtype}, but the value stored as {source.key!r} is {entry.dtype}")
    if shape is not None and (
        len(shape) != value.ndim or any(d not in (None, n) for d, n in zip(shape, value.shape, strict=True))
    ):
        wanted = ["?" if d is None else d for d in shape]
        raise node.error(f"its shape is {wanted}, but the value stored as {source.key!r} has {list(value.shape)}")
    return value
