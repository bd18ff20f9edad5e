"""Operators that no importer takes: carried along whole, typed as far as their attributes tell."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ...compiler.errors import InvalidModelError
from ...compiler.ir.items import Array
from ...compiler.ir.opaque import OPAQUE, OpaqueAttrs
from ...compiler.ir.types import Shape
from . import protos
from .nodes import Node, dtype_by_number, shape_of
from .outputs import MAX_RESULTS, result_types, results
from .tensors import decode

if TYPE_CHECKING:
    from .importers.base import Builder


def emit_opaque(builder: Builder, node: Node, inputs: list[Array], reason: str, consumed: int) -> tuple[Array, ...]:
    """Add the node as an Opaque operator with at least `consumed` results where its own attributes set no number.

    Raises InvalidModelError when a result is read that the node cannot have.
    """
    types = list(result_types(node))
    if consumed > len(types):
        if results(node) is not None or consumed > MAX_RESULTS:
            raise node.error(f"its result {consumed - 1} is read, but it has {len(types)}")
        types += [None] * (consumed - len(types))
    shapes = _output_shapes(node, len(types))
    graph = builder.graph
    outputs = [
        graph.array(node.name if not k else f"{node.name}:{k}", dtype, shapes[k]) for k, dtype in enumerate(types)
    ]
    attrs = OpaqueAttrs(node.op, _serialised(node), _attributes(node), reason)
    return graph.emit(OPAQUE, inputs, attrs, outputs=outputs, origin=builder.origin).outputs


def _output_shapes(node: Node, count: int) -> list[Shape]:
    """Shapes of the results from `_output_shapes`; None for one that is missing or not wholly known."""
    found: list[Shape] = [None] * count
    value = node.value("_output_shapes", "list", None)
    for k, message in enumerate(value.shape if value is not None else ()):
        shape = shape_of(message, node)
        if k < count and shape is not None and None not in shape:
            found[k] = tuple([d for d in shape if d is not None])
    return found


def _serialised(node: Node) -> bytes:
    """The NodeDef under the node's present name and inputs, always in the same bytes; big tensors are not repeated."""
    message = protos.NodeDef()
    message.CopyFrom(node.message)
    message.name = node.name
    message.input[:] = node.inputs
    return bytes(message.SerializeToString(deterministic=True))


def _attributes(node: Node) -> tuple[tuple[str, Any], ...]:
    attrs = node.message.attr
    return tuple([(name, _python_value(attrs[name], node, name)) for name in sorted(attrs)])


def _python_value(value: Any, node: Node, name: str) -> Any:
    """An AttrValue in Python: numbers, bytes, DType, shapes as tuples (None: unknown), arrays, names of functions."""
    case = value.WhichOneof("value")
    if case is None:
        return None
    if case == "list":
        items = value.list
        for field, convert in _LISTS.items():
            held = getattr(items, field)
            if len(held):
                return tuple([convert(item, node, name) for item in held])
        return ()
    return _LISTS.get(case, _plain)(getattr(value, case), node, name)


def _plain(item: Any, node: Node, name: str) -> Any:
    return item


def _type(item: Any, node: Node, name: str) -> Any:
    return dtype_by_number(item) or item


def _shape(item: Any, node: Node, name: str) -> Any:
    return shape_of(item, node)


def _tensor(item: Any, node: Node, name: str) -> Any:
    try:
        return decode(item, (node.payloads or {}).get(name), node)[1]
    except InvalidModelError:
        return None  # an attribute that nobody may need; the serialised node still has it


def _function(item: Any, node: Node, name: str) -> Any:
    return item.name


_LISTS = {
    "s": _plain, "i": _plain, "f": _plain, "b": _plain,
    "type": _type, "shape": _shape, "tensor": _tensor, "func": _function,
}  # fmt: skip
