"""Flex operators: what TFLite has no builtin for, run by TensorFlow's own kernel through the Flex delegate.

The custom code is `Flex` and TensorFlow's name of the operator; the custom options are a FlexBuffer vector of that name
and the serialised NodeDef (TensorFlow Lite's delegates/flex/kernel.cc reads them so). A node that no importer took is
at hand as it was; for an operator of the IR that no builtin runs as it stands, a node is made from `flex_nodes`.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from ...compiler.errors import InvalidModelError
from ...compiler.ir.opaque import OPAQUE

if TYPE_CHECKING:
    from ...compiler.ir import Op

_CONTROL_FLOW = """
    Switch RefSwitch Merge RefMerge Enter RefEnter Exit RefExit NextIteration RefNextIteration LoopCond ControlTrigger
    If While Case StatelessIf StatelessWhile StatelessCase For Abort
"""
_TABLES = """
    HashTable HashTableV2 AnonymousHashTable MutableHashTable MutableHashTableV2 AnonymousMutableHashTable
    MutableHashTableOfTensors MutableHashTableOfTensorsV2 MutableDenseHashTable MutableDenseHashTableV2 LookupTableFind
    LookupTableFindV2 LookupTableInsert LookupTableInsertV2 LookupTableSize LookupTableSizeV2 LookupTableExport
    LookupTableExportV2 LookupTableImport LookupTableImportV2 LookupTableRemoveV2 InitializeTable InitializeTableV2
    InitializeTableFromTextFile InitializeTableFromTextFileV2
"""
_VARINT, _FIXED64, _BYTES, _FIXED32 = 0, 1, 2, 5
_NAME, _OP, _INPUT, _ATTR = 1, 2, 3, 5  # field numbers of node_def.proto
_FUNCTION_FIELD, _LIST_FIELD = 10, 1  # AttrValue: a function, a list; a list's functions have field 9
_LISTED_FUNCTION_FIELD = 9
_names: frozenset[str] = frozenset()


class Flex(NamedTuple):
    """An operator for the Flex delegate: TensorFlow's name, the serialised NodeDef, the operands that it wants."""

    op: str
    node: bytes
    operands: Sequence[Any]

    def options(self) -> bytes:
        """The custom options: a FlexBuffer vector of the name and the node."""
        from flatbuffers import flexbuffers

        builder = flexbuffers.Builder()
        with builder.Vector():
            builder.String(self.op)
            # A string as far as readers are concerned, although its bytes are no text: String() would encode them.
            builder._WriteBlob(self.node, append_zero=True, type_=flexbuffers.Type.STRING)
        return bytes(builder.Finish())


def flex(op: Op) -> Flex | str:
    """The operator as TensorFlow runs it, or one sentence on why the Flex delegate cannot."""
    if op.kind != OPAQUE:
        from .flex_nodes import flex_of

        return flex_of(op)
    attrs = op.attrs
    name: str = attrs.source_kind
    if attrs.family != "tensorflow":
        return f"it is an operator of {attrs.family!r}, which the Flex delegate cannot run"
    if name in _CONTROL_FLOW.split():
        return "control flow cannot run in the Flex delegate"
    if name in _TABLES.split():
        return "hash tables cannot run in the Flex delegate"
    if name not in known_names():
        return "it is no operator of TensorFlow's, so that the Flex delegate has no kernel for it"
    node = _without_context(attrs.node, name)
    if node is None:
        return "it calls a function, which a TFLite file cannot hold"
    return Flex(name, node, op.inputs)


def known_names() -> frozenset[str]:
    """The operators that TensorFlow itself registers."""
    global _names  # noqa: PLW0603 - read once, and only by conversions that need it
    if not _names:
        from .tensorflow_ops import NAMES

        _names = frozenset(NAMES.split())
    return _names


# NodeDef messages -----------------------------------------------------------------------------------------------------


def varint(value: int) -> bytes:
    """A number as protobuf writes it; a negative one as 64 bits in two's complement."""
    value &= (1 << 64) - 1
    made = bytearray()
    while value > 0x7F:
        made.append(value & 0x7F | 0x80)
        value >>= 7
    made.append(value)
    return bytes(made)


def number(field: int, value: int) -> bytes:
    """A field that holds a number."""
    return varint(field << 3 | _VARINT) + varint(value)


def content(field: int, value: bytes | str) -> bytes:
    """A field that holds bytes, text or a message."""
    data = value.encode() if isinstance(value, str) else value
    return varint(field << 3 | _BYTES) + varint(len(data)) + data


def node_def(op: str, name: str, inputs: int, attributes: Sequence[tuple[str, bytes]]) -> bytes:
    """A serialised NodeDef with that many unnamed inputs; attributes are serialised AttrValues."""
    parts = [content(_NAME, name), content(_OP, op), content(_INPUT, b"") * inputs]
    parts += [content(_ATTR, content(1, key) + content(2, value)) for key, value in sorted(attributes)]
    return b"".join(parts)


def _without_context(node: bytes, op: str) -> bytes | None:
    """The node without device, names of its inputs, and attributes about its former graph; None if it has functions."""
    name, inputs, attributes = b"", 0, []
    for field, value in _fields(node):
        if field == _NAME:
            name = value
        elif field == _INPUT:
            inputs += not value.startswith(b"^")
        elif field == _ATTR:
            pair = dict(_fields(value))
            key, attribute = pair.get(1, b"").decode(), pair.get(2, b"")
            if _has_function(attribute):
                return None
            if not key.startswith("_"):
                attributes.append((key, attribute))
    return node_def(op, name.decode(), inputs, attributes)


def _has_function(attribute: bytes) -> bool:
    for field, value in _fields(attribute):
        if field == _FUNCTION_FIELD:
            return True
        if field == _LIST_FIELD and any(f == _LISTED_FUNCTION_FIELD for f, _ in _fields(value)):
            return True
    return False


def _fields(data: bytes) -> list[tuple[int, Any]]:
    """The fields of a message: bytes for what has a length, other values as None."""
    found: list[tuple[int, Any]] = []
    place = 0
    try:
        while place < len(data):
            key, place = _read_varint(data, place)
            kind, value = key & 7, None
            if kind == _VARINT:
                _, place = _read_varint(data, place)
            elif kind in (_FIXED64, _FIXED32):
                place += 8 if kind == _FIXED64 else 4
            elif kind == _BYTES:
                size, place = _read_varint(data, place)
                value = data[place : place + size]
                place += size
            else:
                raise IndexError
            found.append((key >> 3, value))
    except IndexError:
        raise InvalidModelError("a serialised node is damaged") from None
    return found


def _read_varint(data: bytes, place: int) -> tuple[int, int]:
    value = shift = 0
    while True:
        byte = data[place]
        value |= (byte & 0x7F) << shift
        place += 1
        if byte < 0x80:
            return value, place
        shift += 7
