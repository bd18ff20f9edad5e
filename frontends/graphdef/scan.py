"""Reads a binary GraphDef: small nodes through protobuf in batches, big constants as views that stay in the file.

The file is mapped and its top level walked by hand, so that a file of any size (protobuf stops at 2 GB) costs memory
only for its small nodes. Whatever is not laid out as TensorFlow writes it goes to protobuf whole; whatever protobuf
refuses is reported with the byte where it breaks.
"""

from __future__ import annotations

from typing import Any

from ...compiler.errors import InvalidModelError
from . import protos
from .nodes import Function, Node, Payload, UnreadFunction
from .wire import LENGTH, Field, WireFault, fields, find_fault, length_field, read_field

BIG = 1 << 16
"""Bytes from which a node is taken apart by hand so that its weights stay where they are."""

BATCH = 1 << 22
"""Bytes of small nodes that go to protobuf at once; bounds what a hostile file can make it allocate before we look."""

_DAMAGED = "the file is damaged, cut off, or not a binary GraphDef"
_TENSOR_DATA = {4: 1, 5: 4, 6: 8}  # tensor_content, float_val, double_val: bytes per element


class GraphFile:
    """What a GraphDef holds: `nodes` in file order, `functions` by name, `producer` (the writer's graph version).

    `files` are the (path, bytes) that weights are views of, where that is known.
    """

    __slots__ = ("files", "functions", "nodes", "producer", "source")

    def __init__(self, source: str) -> None:
        self.source = source
        self.nodes: list[Node] = []
        self.functions: dict[str, Function] = {}
        self.producer = 0
        self.files: list[tuple[str, memoryview]] = []


def scan(data: memoryview, source: str) -> GraphFile:
    """The graph in `data`; `source` names it in errors. Weights are views of `data`, which stays referenced.

    Raises InvalidModelError naming `source`, the byte and the fault.
    """
    graph = GraphFile(source)
    try:
        _scan_graph(data, graph)
    except WireFault as fault:
        raise _damaged(source, fault) from None
    return graph


def _damaged(source: str, fault: WireFault) -> InvalidModelError:
    return InvalidModelError(f"{source}: {fault}", hint=_DAMAGED)


def _scan_graph(data: memoryview, graph: GraphFile) -> None:
    position = run = 0
    end = len(data)
    while position < end:
        field = None
        stop = _short(data, position, end, 0x0A)  # field 1: a node
        if not stop:
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
                function = _scan_function(data, inner.start, inner.end, graph.source)
                if function.name in graph.functions:
                    raise WireFault(inner.start, f"the function {function.name!r} is defined twice")
                graph.functions[function.name] = function
    elif field.number == 4:
        graph.producer = parse(protos.VersionDef, data, field.start, field.end).producer


def _parse_run(data: memoryview, start: int, end: int, graph: GraphFile) -> None:
    if start < end:
        append = graph.nodes.append
        for message in parse(protos.GraphDef, data, start, end).node:
            append(Node(message.name, message.op, list(message.input), message))


def parse(cls: Any, data: memoryview, start: int, end: int, pieces: list[Any] | None = None) -> Any:
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
    message = parse(protos.NodeDef, data, start, end, pieces)
    if len(message.attr) != entries:  # an attribute is given twice, and which data belong to it is protobuf's business
        message, payloads = parse(protos.NodeDef, data, start, end), {}
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


def _scan_function(data: memoryview, start: int, end: int, source: str) -> Function:
    """The function of a library: its name, the rest when it is wanted; of a trained model, most is to save it."""
    name = _function_name(data, start, end)
    if name is None:
        return Function(*_read_function(data, start, end))

    def read() -> tuple[Any, list[Node]]:
        try:
            message, nodes = _read_function(data, start, end)
            if message.signature.name != name:
                raise WireFault(start, f"the function {name!r} is given another name further on")
        except WireFault as fault:
            raise _damaged(source, fault) from None
        return message, nodes

    return UnreadFunction(name, read)


def _function_name(data: memoryview, start: int, end: int) -> str | None:
    """The name of a function that begins with it, as TensorFlow writes them; None for another."""
    for number in (1, 1):  # FunctionDef.signature, OpDef.name
        field = read_field(data, start, end) if start < end else None
        if field is None or field.number != number or field.wire_type != LENGTH:
            return None
        start, end = field.start, field.end
    try:
        return bytes(data[start:end]).decode()
    except UnicodeDecodeError:
        return None


def _read_function(data: memoryview, start: int, end: int) -> tuple[Any, list[Node]]:
    """A FunctionDef and its nodes, the big ones taken apart."""
    pieces: list[memoryview] = []
    big: list[tuple[int, Node]] = []
    count = 0
    position = run = start
    while position < end:
        stop = _short(data, position, end, 0x1A)  # field 3: a node
        if not stop:
            field = read_field(data, position, end)
            stop = field.end
            if field.number == 3 and field.wire_type == LENGTH:
                if stop - field.start >= BIG:
                    big.append((count, _scan_node(data, field.start, stop)))
                    pieces.append(data[run:position])
                    run = stop
                count += 1
        else:
            count += 1
        position = stop
    message = parse(protos.FunctionDef, data, start, end, [*pieces, data[run:end]])
    nodes = [Node(node.name, node.op, list(node.input), node) for node in message.node_def]
    for place, node in big:
        nodes.insert(place, node)
    return message, nodes


def _short(data: memoryview, position: int, end: int, tag: int) -> int:
    """The end of a field at `position` with this tag of one byte and a length of one or two; 0 where that is not so.

    By hand because it is the common case: going through `read_field` takes half of a small file's reading time.
    """
    if data[position] != tag or position + 3 >= end:
        return 0
    size = data[position + 1]
    if size < 0x80:
        stop = position + 2 + size
    elif data[position + 2] < 0x80:
        stop = position + 3 + (size & 0x7F | data[position + 2] << 7)
    else:
        return 0
    return stop if stop <= end else 0
