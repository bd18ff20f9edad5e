"""Reads a binary GraphDef: small nodes through protobuf in batches, big constants as views that stay in the file.

The file is mapped and its top level walked by hand, so that a file of any size (protobuf stops at 2 GB) costs memory
only for its small nodes. Whatever is not laid out as TensorFlow writes it goes to protobuf whole; whatever protobuf
refuses is reported with the byte where it breaks.
"""

from __future__ import annotations

from typing import Any

from ...compiler.errors import InvalidModelError
from . import protos
from .nodes import Function, Node, Payload
from .wire import LENGTH, Field, WireFault, fields, find_fault, length_field, read_field

BIG = 1 << 16
"""Bytes from which a node is taken apart by hand so that its weights stay where they are."""

BATCH = 1 << 22
"""Bytes of small nodes that go to protobuf at once; bounds what a hostile file can make it allocate before we look."""

_DAMAGED = "the file is damaged, cut off, or not a binary GraphDef"
_TENSOR_DATA = {4: 1, 5: 4, 6: 8}  # tensor_content, float_val, double_val: bytes per element


class GraphFile:
    """What a GraphDef holds: `nodes` in file order, `functions` by name, `producer` (the writer's graph version)."""

    __slots__ = ("functions", "nodes", "producer", "source")

    def __init__(self, source: str) -> None:
        self.source = source
        self.nodes: list[Node] = []
        self.functions: dict[str, Function] = {}
        self.producer = 0


def scan(data: memoryview, source: str) -> GraphFile:
    """The graph in `data`; `source` names it in errors. Weights are views of `data`, which stays referenced.

    Raises InvalidModelError naming `source`, the byte and the fault.
    """
    graph = GraphFile(source)
    try:
        _scan_graph(data, graph)
    except WireFault as fault:
        raise InvalidModelError(f"{source}: {fault}", hint=_DAMAGED) from None
    return graph


def _scan_graph(data: memoryview, graph: GraphFile) -> None:
    position = run = 0
    end = len(data)
    while position < end:
        # The common case by hand, a node (field 1) with a one- or two-byte length: half of a small file's reading time.
        field = None
        if data[position] == 0x0A and position + 3 < end:
            size = data[position + 1]
            if size < 0x80:
                stop = position + 2 + size
            elif data[position + 2] < 0x80:
                stop = position + 3 + (size & 0x7F | data[position + 2] << 7)
            else:
                field = read_field(data, position, end)
                stop = field.end
            if stop > end:
                read_field(data, position, end)
        else:
            field = read_field(data, position, end)
            stop = field.end
        if field is not None and (field.end - field.start >= BIG or field.number != 1):
            _parse_run(data, run, position, graph)
            run = stop
            _scan_other(data, field, graph)
        elif stop - run >= BATCH:
            _parse_run(data, run, stop, graph)
            run = stop
        position = stop
    _parse_run(data, run, end, graph)


def _scan_other(data: memoryview, field: Field, graph: GraphFile) -> None:
    if field.wire_type != LENGTH:
        return
    if field.number == 1:
        graph.nodes.append(_scan_node(data, field.start, field.end))
    elif field.number == 2:
        for inner in fields(data, field.start, field.end):
            if inner.number == 1 and inner.wire_type == LENGTH:
                function = _scan_function(data, inner.start, inner.end)
                if function.name in graph.functions:
                    raise WireFault(inner.start, f"the function {function.name!r} is defined twice")
                graph.functions[function.name] = function
    elif field.number == 4:
        graph.producer = _parse(protos.VersionDef, data, field.start, field.end).producer


def _parse_run(data: memoryview, start: int, end: int, graph: GraphFile) -> None:
    if start < end:
        append = graph.nodes.append
        for message in _parse(protos.GraphDef, data, start, end).node:
            append(Node(message.name, message.op, list(message.input), message))


def _parse(cls: Any, data: memoryview, start: int, end: int, pieces: list[Any] | None = None) -> Any:
    """`data[start:end]`, or `pieces` of it, as a message; a WireFault says where the original breaks."""
    from google.protobuf.message import DecodeError

    try:
        return cls.FromString(b"".join(pieces) if pieces is not None else bytes(data[start:end]))
    except DecodeError as error:
        fault = find_fault(data, start, end, cls.DESCRIPTOR)
        raise fault or WireFault(start, f"{cls.DESCRIPTOR.name} cannot be parsed: {error}") from None


def _scan_node(data: memoryview, start: int, end: int) -> Node:
    pieces: list[Any] = []
    payloads: dict[str, Payload] = {}
    entries = 0
    for field in fields(data, start, end):
        entries += field.number == 5
        if field.number == 5 and field.wire_type == LENGTH and field.end - field.start >= BIG:
            split = _split_attr(data, field)
            if split is not None:
                key, kept, payload = split
                payloads[key] = payload
                pieces.extend(kept)
                continue
        pieces.append(data[field.tag_start : field.end])
    message = _parse(protos.NodeDef, data, start, end, pieces)
    if len(message.attr) != entries:  # an attribute is given twice, and which data belong to it is protobuf's business
        message, payloads = _parse(protos.NodeDef, data, start, end), {}
    return Node(message.name, message.op, list(message.input), message, payloads)


def _split_attr(data: memoryview, entry: Field) -> tuple[str, list[Any], Payload] | None:
    """A map entry of NodeDef.attr without its tensor's data, and the data; None where its layout is not that simple."""
    parts = list(fields(data, entry.start, entry.end))
    if [(p.number, p.wire_type) for p in parts] != [(1, LENGTH), (2, LENGTH)]:
        return None
    key, value = parts
    inner = list(fields(data, value.start, value.end))
    if [(p.number, p.wire_type) for p in inner] != [(8, LENGTH)]:
        return None
    kept: list[Any] = []
    found: list[Field] = []
    for field in fields(data, inner[0].start, inner[0].end):
        if field.wire_type == LENGTH and field.number in _TENSOR_DATA:
            found.append(field)
        elif field.number in _TENSOR_DATA or len(kept) > 64:  # unpacked values: protobuf reads them faster
            return None
        else:
            kept.append(data[field.tag_start : field.end])
    if len(found) != 1 or (found[0].end - found[0].start) % _TENSOR_DATA[found[0].number]:
        return None
    try:
        name = bytes(data[key.start : key.end]).decode()
    except UnicodeDecodeError:
        return None
    payload = Payload(found[0].number, data[found[0].start : found[0].end])
    tensor = length_field(8, kept)
    return name, length_field(5, [*length_field(1, [name.encode()]), *length_field(2, tensor)]), payload


def _scan_function(data: memoryview, start: int, end: int) -> Function:
    pieces: list[Any] = []
    nodes: list[Node] = []
    for field in fields(data, start, end):
        if field.number == 3 and field.wire_type == LENGTH:
            nodes.append(_scan_node(data, field.start, field.end))
        else:
            pieces.append(data[field.tag_start : field.end])
    return Function(_parse(protos.FunctionDef, data, start, end, pieces), nodes)
