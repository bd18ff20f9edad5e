"""How many results a node has and of which element types, told from its attributes and TensorFlow's op registry."""

from __future__ import annotations

from typing import NamedTuple

from ...compiler.ir.types import DTYPES, DType
from .nodes import Node, dtype_by_number

MAX_RESULTS = 1 << 16
"""More results than any real operator has; bounds what a hostile count attribute can ask for."""

_TYPE_ATTRIBUTES = ("Tout", "T", "dtype", "out_type", "output_type", "DstT")
_specs: dict[str, tuple[str, ...]] = {}


class Result(NamedTuple):
    """One named result of an operator: a tensor, or a list of them; an element type that is not known is None."""

    name: str
    types: tuple[DType | None, ...]


def results(node: Node) -> list[Result] | None:
    """The results of a node by name, in order; None when it has one of a usual type, or is none of TensorFlow's.

    Raises InvalidModelError where a count or type attribute is missing or absurd.
    """
    if not _specs:
        from .op_outputs import ONE, SPECS

        for line in SPECS.split("\n"):
            op, *parts = line.split(" ")
            _specs[op] = tuple(parts)
        for word in ONE.split():
            op, _, part = word.partition("/")
            _specs[op] = (part,)
    spec = _specs.get(node.op)
    return None if spec is None else [_result(node, text) for text in spec]


def _result(node: Node, text: str) -> Result:
    if "**" in text:
        name, attribute = text.split("**")
        return Result(name, _listed_types(node, attribute))
    name, _, kind = text.partition(":")
    kind, _, counter = kind.partition("*")
    dtype = DTYPES[kind] if kind in DTYPES else node.dtype(kind, None)
    count = node.integer(counter) if counter else 1
    if not 0 <= count <= MAX_RESULTS:
        raise node.error(f"attribute {counter!r} asks for {count} results")
    return Result(name, (dtype,) * count)


def _listed_types(node: Node, attribute: str) -> tuple[DType | None, ...]:
    value = node.value(attribute, "list", None)
    return () if value is None else tuple([dtype_by_number(number) for number in value.type])


def result_types(node: Node) -> tuple[DType | None, ...]:
    """Element types of all results, one by one; a node about which nothing is said has one result of unknown type.

    The attribute `_output_types` wins, then the op registry, then the usual type attributes.
    """
    listed = _listed_types(node, "_output_types")
    if listed:
        return listed
    known = results(node)
    if known is not None:
        return tuple([dtype for result in known for dtype in result.types])
    for attribute in _TYPE_ATTRIBUTES:
        attr = node.message.attr.get(attribute)
        if attr is None:
            continue
        case = attr.WhichOneof("value")
        if case == "type":
            return (dtype_by_number(attr.type),)
        if case == "list" and len(attr.list.type):
            return tuple([dtype_by_number(number) for number in attr.list.type])
    return (None,)


def result_offset(node: Node, known: list[Result] | None, name: str, index: int) -> int:
    """The position among all results of element `index` of the result called `name` (`node:name:index` in functions).

    `known` are the node's `results`. Raises InvalidModelError where the operator has no such result. An operator
    outside TensorFlow's registry takes `index` as the position.
    """
    if known is None:
        return index
    offset = 0
    for result in known:
        if result.name == name:
            if index >= len(result.types):
                raise node.error(f"result {name!r} has {len(result.types)} tensors, but number {index} is read")
            return offset + index
        offset += len(result.types)
    raise node.error(f"it has no result {name!r}; its results are {', '.join(r.name for r in known) or 'none'}")
