"""What belongs to a whole file: operator codes, buffers, subgraphs, signatures and metadata."""

from __future__ import annotations

from typing import Any, NamedTuple

from ...backends.tflite.fields import name_of
from ...backends.tflite.flat_reader import FlatReader
from ...backends.tflite.schema.tables import ENUMS
from ...compiler.errors import InvalidModelError, UnsupportedError
from ...compiler.ir.items import Signature
from ...compiler.ir.model import Model
from .select import Wanted
from .subgraph import GraphReader

_OWN_METADATA = ("min_runtime_version",)
"""Metadata that says what the writer worked out, and works out again."""


class Code(NamedTuple):
    """An operator code: `builtin` by name, and for `CUSTOM` the name of the operator."""

    builtin: str
    custom: str
    version: int


class ModelReader:
    """Reads a whole file; the result is `model`. Raises InvalidModelError and UnsupportedError."""

    def __init__(self, data: memoryview, wanted: Wanted) -> None:
        self.reader = reader = FlatReader(data)
        root = reader.table("Model", reader.root)
        if root["version"] != 3:
            raise InvalidModelError(f"schema version {root['version']}; TFLite models have 3")
        if not root["subgraphs"]:
            raise InvalidModelError("the model has no subgraphs")
        self.codes = [self._code(reader.table("OperatorCode", p)) for p in root["operator_codes"] or ()]
        self._buffers: list[int] = root["buffers"] or []
        self._contents: dict[int, memoryview | None] = {}
        self.model = Model()
        self._metadata(root)
        tables = [reader.table("SubGraph", p) for p in root["subgraphs"]]
        self.names = [self.model.graph(self._graph_name(t["name"], k)).name for k, t in enumerate(tables)]
        graphs = [
            GraphReader(self, table, graph, Wanted() if number else wanted)
            for number, (table, graph) in enumerate(zip(tables, self.model.graphs.values(), strict=True))
        ]
        for graph in graphs:
            graph.check_calls()
        if not graphs[0].is_narrowed:
            self.model.signatures = tuple(
                [self._signature(reader.table("SignatureDef", p), graphs) for p in root["signature_defs"] or ()]
            )

    def content(self, number: int) -> memoryview | None:
        """The bytes of a buffer, None where it has none: that of a tensor which is computed.

        They lie in the flatbuffer, or behind it at an offset from the start of the file.
        """
        if number in self._contents:
            return self._contents[number]
        if number >= len(self._buffers):
            raise InvalidModelError(f"buffer {number} of {len(self._buffers)} is referred to")
        table = self.reader.table("Buffer", self._buffers[number])
        found: memoryview | None = table["data"]
        if table["offset"] > 1:
            found = self.outside(table["offset"], table["size"], f"buffer {number}")
        self._contents[number] = found
        return found

    def outside(self, offset: int, size: int, what: str) -> memoryview:
        """The bytes at a place of the file, counted from its start."""
        if offset + size > self.reader.size:
            raise InvalidModelError(f"{what} lies at {offset:,}+{size:,} of a file of {self.reader.size:,} bytes")
        return self.reader.data[offset : offset + size]

    def _code(self, table: dict[str, Any]) -> Code:
        number = max(table["builtin_code"], table["deprecated_builtin_code"])
        builtin = name_of("BuiltinOperator", number)
        if builtin not in ENUMS["BuiltinOperator"]:
            raise UnsupportedError(f"operator code {number} is not in the schema that this version knows")
        if builtin == "CUSTOM" and not table["custom_code"]:
            raise InvalidModelError("a custom operator without a name")
        return Code(builtin, table["custom_code"] or "" if builtin == "CUSTOM" else "", table["version"])

    def graph_name(self, number: int) -> str:
        """The name of a subgraph in the IR."""
        if not 0 <= number < len(self.names):
            raise InvalidModelError(f"subgraph {number} of {len(self.names)} is referred to")
        return self.names[number]

    def _graph_name(self, name: str | None, number: int) -> str:
        if not number:
            return "main"
        made = base = name or f"subgraph{number}"
        while made in self.model.graphs:
            made = f"{base}_{number}"
            number += 1
        return made

    def _metadata(self, root: dict[str, Any]) -> None:
        if root["description"]:
            self.model.metadata["description"] = root["description"]
        for position in root["metadata"] or ():
            table = self.reader.table("Metadata", position)
            name = table["name"] or ""
            content = bytes(self.content(table["buffer"]) or b"")
            if name not in _OWN_METADATA:
                self.model.metadata[name] = content

    def _signature(self, table: dict[str, Any], graphs: list[GraphReader]) -> Signature:
        key = table["signature_key"] or ""
        self.graph_name(table["subgraph_index"])
        graph = graphs[table["subgraph_index"]]
        maps = []
        for part, roles in (("inputs", graph.graph.inputs), ("outputs", graph.graph.outputs)):
            pairs = []
            for position in table[part] or ():
                entry = self.reader.table("TensorMap", position)
                array = graph.boundary(entry["tensor_index"], part)
                if array not in roles:
                    raise UnsupportedError(f"signature {key!r}: {entry['name']!r} is not among the graph's {part}")
                pairs.append((entry["name"] or "", array.name))
            maps.append(tuple(pairs))
        return Signature(key, graph.graph.name, maps[0], maps[1])
