"""Nodes and functions as the frontend works with them, and typed access to a node's attributes.

A `Node` stands for a NodeDef message and stays valid when the node gets another name or other inputs (as happens when a
function is expanded), without copying the message or its weights.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from ...compiler.errors import InvalidModelError
from ...compiler.ir.types import DType

DTYPE_NAMES = {
    1: "float32", 2: "float64", 3: "int32", 4: "uint8", 5: "int16", 6: "int8", 7: "string", 8: "complex64",
    9: "int64", 10: "bool", 11: "qint8", 12: "quint8", 13: "qint32", 14: "bfloat16", 15: "qint16", 16: "quint16",
    17: "uint16", 18: "complex128", 19: "float16", 20: "resource", 21: "variant", 22: "uint32", 23: "uint64",
}  # fmt: skip
"""Names by number of TensorFlow's types.proto, DataType; a reference type is its number plus 100."""

_DTYPES: dict[int, DType] = {}
_MISSING: Any = object()


def dtype_by_number(number: int) -> DType | None:
    """The element type of a DataType number (a reference type counts as its base); None where the IR has none."""
    if not _DTYPES:
        from ...compiler.ir.types import dtype_named

        for code, name in DTYPE_NAMES.items():
            _DTYPES[code] = _DTYPES[code + 100] = dtype_named(name)
    return _DTYPES.get(number)


class Payload(NamedTuple):
    """The bytes of a big tensor, left in the file: `field` is TensorProto's field number (4, 5 or 6)."""

    field: int
    data: memoryview


class Node:
    """A NodeDef under the name and inputs it has now; `payloads` holds big tensors by attribute name.

    `message` is never changed. Attribute readers raise InvalidModelError naming the node when an attribute is missing
    (unless a default is given) or holds another type than asked for.
    """

    __slots__ = ("inputs", "message", "name", "op", "payloads")

    def __init__(
        self,
        name: str,
        op: str,
        inputs: list[str],
        message: Any,
        payloads: dict[str, Payload] | None = None,
    ) -> None:
        self.name = name
        self.op = op
        self.inputs = inputs
        self.message = message
        self.payloads = payloads

    def __repr__(self) -> str:
        return f"{self.op} {self.name!r}"

    def error(self, text: str, hint: str = "") -> InvalidModelError:
        """An InvalidModelError about this node, to be raised by the caller."""
        return InvalidModelError(f"node {self.name!r} ({self.op}): {text}", hint=hint, node=self.name)

    def value(self, name: str, case: str, default: Any = _MISSING) -> Any:
        """The AttrValue's field `case` (`i`, `f`, `b`, `s`, `type`, `shape`, `tensor`, `func`, `list`)."""
        attr = self.message.attr.get(name)
        if attr is None:
            if default is _MISSING:
                raise self.error(f"attribute {name!r} is missing")
            return default
        if attr.HasField(case):
            return getattr(attr, case)
        found = attr.WhichOneof("value")
        if found is None and default is not _MISSING:
            return default
        raise self.error(f"attribute {name!r} holds {found or 'nothing'}, expected {case}")

    def has(self, name: str) -> bool:
        """Whether the attribute is there, whatever it holds."""
        return name in self.message.attr

    def integer(self, name: str, default: Any = _MISSING) -> int:
        """An integer attribute."""
        return self.value(name, "i", default)  # type: ignore[no-any-return]

    def real(self, name: str, default: Any = _MISSING) -> float:
        """A float attribute."""
        return self.value(name, "f", default)  # type: ignore[no-any-return]

    def flag(self, name: str, default: Any = _MISSING) -> bool:
        """A boolean attribute."""
        return self.value(name, "b", default)  # type: ignore[no-any-return]

    def text(self, name: str, default: Any = _MISSING) -> str:
        """A bytes attribute as text."""
        raw = self.value(name, "s", default)
        return raw.decode(errors="backslashreplace") if type(raw) is bytes else raw

    def ints(self, name: str, default: Any = _MISSING) -> tuple[int, ...]:
        """A list of integers."""
        found = self.value(name, "list", default)
        return tuple(found) if type(found) is tuple else tuple(found.i)

    def dtype(self, name: str, default: Any = _MISSING) -> DType | None:
        """A type attribute; raises InvalidModelError for a number that no version of TensorFlow defines for tensors."""
        number = self.value(name, "type", default)
        if type(number) is not int:
            return number  # type: ignore[no-any-return]
        found = dtype_by_number(number)
        if found is None:
            raise self.error(f"attribute {name!r} is the element type number {number}, which pytoco does not know")
        return found

    def shape(self, name: str) -> tuple[int | None, ...] | None:
        """A shape attribute, unknown extents as None; None for a missing attribute or an unknown rank."""
        message = self.value(name, "shape", None)
        return None if message is None else shape_of(message, self)


class Function:
    """A FunctionDef: its signature (an OpDef message), body, and where its results come from (`node:output:index`)."""

    __slots__ = ("control_results", "name", "nodes", "results", "signature")

    def __init__(self, message: Any, nodes: list[Node]) -> None:
        self.signature = message.signature
        self.name: str = message.signature.name
        self.nodes = nodes
        self.results: dict[str, str] = dict(message.ret)
        self.control_results: dict[str, str] = dict(message.control_ret)


class UnreadFunction(Function):
    """A function of which only the name is known until something else is asked of it.

    `read` gives its FunctionDef and nodes, or raises InvalidModelError.
    """

    __slots__ = ("_read",)

    def __init__(self, name: str, read: Callable[[], tuple[Any, list[Node]]]) -> None:
        self.name = name
        self._read = read

    def __getattr__(self, name: str) -> Any:
        if name not in Function.__slots__:
            raise AttributeError(name)
        Function.__init__(self, *self._read())
        return getattr(self, name)


def shape_of(message: Any, node: Node) -> tuple[int | None, ...] | None:
    """A TensorShapeProto: extents with None for unknown ones, None for an unknown rank.

    Raises InvalidModelError for an extent below -1.
    """
    if message.unknown_rank:
        return None
    sizes = [d.size for d in message.dim]
    for size in sizes:
        if size < -1:
            raise node.error(f"a shape has the extent {size}")
    return tuple([None if size == -1 else size for size in sizes])
