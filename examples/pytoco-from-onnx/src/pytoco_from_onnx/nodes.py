"""A node of an ONNX graph, with typed access to its attributes."""

from __future__ import annotations

from typing import Any

from pytoco.compiler import InvalidModelError

STANDARD = ("", "ai.onnx")
"""Names of the domain of ONNX's own operators."""

_FIELDS = {1: "f", 2: "i", 3: "s", 4: "t", 5: "g", 6: "floats", 7: "ints", 8: "strings", 9: "tensors", 10: "graphs"}
"""The field of an AttributeProto that holds its value, by its type."""

_GRAPH = 5
_MISSING: Any = object()


def text_of(value: str | bytes) -> str:
    """A text of a protobuf message, which gives bytes for one that is not UTF-8."""
    return value if isinstance(value, str) else value.decode(errors="backslashreplace")


def captures(graph: Any) -> list[str]:
    """The values that a GraphProto reads and does not make, each once, in the order of reading."""
    own = {text_of(v.name) for v in (*graph.input, *graph.initializer)}
    own.update(text_of(name) for node in graph.node for name in node.output)
    read: dict[str, None] = {}
    for node in graph.node:
        read.update(dict.fromkeys(map(text_of, node.input)))
        for attribute in node.attribute:
            if attribute.type == _GRAPH:
                read.update(dict.fromkeys(captures(attribute.g)))
    read.update(dict.fromkeys(text_of(v.name) for v in graph.output))
    return [name for name in read if name and name not in own]


class Node:
    """One operator of the source: `inputs` ("" where one is left out) and `outputs` by value name.

    `captures` are the values that graphs among its attributes read from outside; `opset` is the version of its
    domain's operator set; `message` the NodeProto.
    """

    __slots__ = ("attributes", "captures", "domain", "inputs", "message", "name", "op", "opset", "outputs")

    def __init__(self, message: Any, opset: int) -> None:
        self.message = message
        self.op = text_of(message.op_type)
        self.domain = "" if message.domain in STANDARD else text_of(message.domain)
        self.inputs = [text_of(name) for name in message.input]
        self.outputs = [text_of(name) for name in message.output]
        self.name: str = text_of(message.name) or next((o for o in self.outputs if o), "") or self.op
        self.opset = opset
        self.captures = [name for a in message.attribute if a.type == _GRAPH for name in captures(a.g)]
        self.attributes: dict[str, Any] = {text_of(a.name): a for a in message.attribute}

    @property
    def kind(self) -> str:
        """The operator as users know it: with its domain where that is not ONNX's own."""
        return f"{self.domain}::{self.op}" if self.domain else self.op

    def error(self, text: str, hint: str = "") -> InvalidModelError:
        """What is wrong with this node."""
        return InvalidModelError(f"node {self.name!r} ({self.kind}): {text}", hint=hint, node=self.name)

    def has(self, name: str) -> bool:
        """Whether the attribute is there."""
        return name in self.attributes

    def _value(self, name: str, wanted: int, default: Any) -> Any:
        found = self.attributes.get(name)
        if found is None:
            if default is _MISSING:
                raise self.error(f"attribute {name!r} is missing")
            return default
        if found.type != wanted:
            raise self.error(f"attribute {name!r} has type {found.type}, expected {wanted}")
        return getattr(found, _FIELDS[wanted])

    def integer(self, name: str, default: int = _MISSING) -> int:
        """An integer attribute; raises InvalidModelError when it is something else, or missing with no default."""
        return int(self._value(name, 2, default))

    def real(self, name: str, default: float = _MISSING) -> float:
        """A float attribute."""
        return float(self._value(name, 1, default))

    def flag(self, name: str, *, default: bool = False) -> bool:
        """An integer attribute that means no or yes."""
        return bool(self._value(name, 2, default))

    def text(self, name: str, default: str = _MISSING) -> str:
        """A text attribute."""
        found = self._value(name, 3, default)
        return found.decode(errors="replace") if isinstance(found, bytes) else str(found)

    def ints(self, name: str, default: tuple[int, ...] = _MISSING) -> tuple[int, ...]:
        """An attribute that is a list of integers."""
        return tuple(self._value(name, 7, default))

    def reals(self, name: str, default: tuple[float, ...] = _MISSING) -> tuple[float, ...]:
        """An attribute that is a list of floats."""
        return tuple(self._value(name, 6, default))

    def graph(self, name: str) -> Any:
        """An attribute that is a GraphProto."""
        return self._value(name, _GRAPH, _MISSING)

    def tensor(self, name: str) -> Any:
        """An attribute that is a TensorProto."""
        return self._value(name, 4, _MISSING)
