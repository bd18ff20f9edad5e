"""The graphs of a SavedModel: what lies around them is read at once, a graph itself when it is chosen.

The file is walked by hand as GraphDefs are (`graphdef.wire`), so that weights inside a graph stay views of the file and
graphs that nobody asked for cost nothing. Format: TensorFlow's saved_model.proto and meta_graph.proto.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from ...compiler.errors import InvalidModelError, UnsupportedError
from ..graphdef import protos
from ..graphdef.loader import read
from ..graphdef.scan import GraphFile, parse, scan
from ..graphdef.sniffing import GRAPHDEF, GRAPHDEF_TEXT, refuse, sniff
from ..graphdef.wire import LENGTH, Field, WireFault, fields
from .files import TEXT, contents

SCHEMA = 1
"""The only version of the SavedModel format that there has been (saved_model.proto)."""

_KINDS = ("saved_model", "saved_model_text")
_DAMAGED = "the file is damaged or cut off: export or copy the model again"


class MetaGraph:
    """One graph of a SavedModel: `message` is its MetaGraphDef without the GraphDef, which `graph()` reads."""

    __slots__ = ("_graph", "_source", "message", "tags")

    def __init__(self, message: Any, source: Any, name: str) -> None:
        self.message = message
        self.tags: tuple[str, ...] = tuple(sorted(message.meta_info_def.tags))
        self._source = source
        self._graph: GraphFile | None = None
        if not isinstance(source, memoryview):
            self._graph = read(source)
            self._graph.source = name
        else:
            self._source = (source, name)

    def graph(self) -> GraphFile:
        """The graph with its function library. Raises InvalidModelError for a damaged one."""
        if self._graph is None:
            self._graph = scan(*self._source)
        return self._graph

    @property
    def signatures(self) -> dict[str, Any]:
        """The SignatureDefs by key, sorted; TensorFlow's own, such as `__saved_model_init_op`, left out."""
        known = self.message.signature_def
        return {key: known[key] for key in sorted(known) if not key.startswith("__")}


def read_meta_graphs(path: Path) -> tuple[list[MetaGraph], memoryview]:
    """The graphs in a saved_model.pb or .pbtxt, and the file's bytes.

    Raises FileError for what cannot be read, InvalidModelError, saying what it looks like, for another kind of file or
    a damaged one, and UnsupportedError for a schema that does not exist yet.
    """
    name = repr(str(path))
    kind = sniff(path)
    text = path.name == TEXT
    if kind.kind in (GRAPHDEF, GRAPHDEF_TEXT):
        raise InvalidModelError(
            f"{name} is {kind.looks_like}, not a SavedModel", hint="convert it with --graph_def_file"
        )
    if kind.kind not in _KINDS and not (text and kind.kind == "text"):
        refuse(kind, name, "a SavedModel")
    data = contents(path)
    found = _from_text(data, name) if text or kind.kind == "saved_model_text" else _from_bytes(data, name)
    if not found:
        raise InvalidModelError(f"{name} holds no graph", hint=_DAMAGED)
    return found, data


def _from_text(data: memoryview, name: str) -> list[MetaGraph]:
    from google.protobuf import text_format

    try:
        message = text_format.Parse(bytes(data).decode(), protos.SavedModel(), allow_unknown_field=True)
    except (text_format.ParseError, UnicodeDecodeError, RecursionError) as error:
        raise InvalidModelError(f"{name} is not a well-formed text SavedModel: {error}") from None
    _check_schema(message.saved_model_schema_version, name)
    return [MetaGraph(meta, meta.graph_def, f"{name}, graph {k}") for k, meta in enumerate(message.meta_graphs)]


def _from_bytes(data: memoryview, name: str) -> list[MetaGraph]:
    try:
        return _walk(data, name)
    except WireFault as fault:
        raise InvalidModelError(f"{name}: {fault}", hint=_DAMAGED) from None


def _walk(data: memoryview, name: str) -> list[MetaGraph]:
    found: list[MetaGraph] = []
    for field in fields(data, 0, len(data)):
        if field.number == 1:
            _check_schema(parse(protos.SavedModel, data, field.tag_start, field.end).saved_model_schema_version, name)
        elif field.number == 2 and field.wire_type == LENGTH:
            found.append(_meta_graph(data, field, f"{name}, graph {len(found)}"))
    return found


def _meta_graph(data: memoryview, meta: Field, name: str) -> MetaGraph:
    around: list[memoryview] = []
    graphs: list[memoryview] = []
    for field in fields(data, meta.start, meta.end):
        if field.number == 2 and field.wire_type == LENGTH:
            graphs.append(data[field.start : field.end])
        else:
            around.append(data[field.tag_start : field.end])
    message = parse(protos.MetaGraphDef, data, meta.start, meta.end, around)
    # A message that is given twice is merged, which for protobuf means: its bytes come one after the other.
    return MetaGraph(message, graphs[0] if len(graphs) == 1 else memoryview(b"".join(graphs)), name)


def _check_schema(version: int, name: str) -> None:
    if version != SCHEMA:
        raise UnsupportedError(f"{name} has the schema version {version}, pytoco knows {SCHEMA}", hint=_DAMAGED)
