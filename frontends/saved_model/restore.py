"""Which stored tensor belongs to which variable of a graph.

Names do not tell: variables of one name are numbered in the graph, in any order, and keys follow Python's objects. Two
things do: the operators that restore the model (`restored`), and the graph of Python's objects with the functions that
captured them (`captured`), which TensorFlow 2 saves beside it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from ...compiler.errors import InvalidModelError
from ..graphdef import protos
from ..graphdef.assignments import origin
from ..graphdef.functions import CALL_OPS, expand
from ..graphdef.names import canonical
from ..graphdef.nodes import Node
from ..graphdef.scan import GraphFile
from ..graphdef.tensors import decode

OBJECTS = "_CHECKPOINTABLE_OBJECT_GRAPH"
"""The key under which TensorFlow 2 keeps a bundle's TrackableObjectGraph."""

_VALUE = "VARIABLE_VALUE"
_ASSIGN = ("Assign", "AssignVariableOp")
_ANONYMOUS = "cd2c89b7-88b7-44c8-ad83-06c2a9158347"  # the shared name of handles that share nothing

Identity = tuple[bool, str, str]
"""What makes a variable one variable: whether it is a resource, its container, and its name in it."""


class Source(NamedTuple):
    """Where a variable's value is: a key of the bundle, and RestoreV2's notation for the part of it, or nothing."""

    key: str
    part: str = ""


def identity(node: Node) -> Identity:
    """The variable that the node stands for: nodes with the same shared name are the same variable."""
    shared = node.text("shared_name", "")
    name = node.name if shared in ("", _ANONYMOUS) else shared
    return node.op == "VarHandleOp", node.text("container", ""), name


def restored(graph: GraphFile, saver: Any) -> dict[Identity, Source]:
    """What the restore operation that a SaverDef names assigns to each variable; nothing where it names none.

    Raises InvalidModelError for a restore operation that makes no sense.
    """
    whole = {node.name: node for node in graph.nodes}
    root = canonical(saver.restore_op_name, whole) if saver.restore_op_name else None
    if root is None:
        return {}
    behind = _behind(root[0], whole)
    nodes = {node.name: node for node in expand(behind, graph.functions)}
    lists: dict[str, tuple[list[str], list[str]]] = {}
    found: dict[Identity, Source] = {}
    for node in nodes.values():
        if node.op not in _ASSIGN or len(node.inputs) < 2:
            continue
        variable, value = origin(node.inputs[0], nodes), origin(node.inputs[1], nodes)
        if variable is None or value is None or nodes[value[0]].op != "RestoreV2":
            continue
        reader = nodes[value[0]]
        if reader.name not in lists:
            lists[reader.name] = _strings(reader, 1, nodes), _strings(reader, 2, nodes)
        keys, parts = lists[reader.name]
        if len(keys) != len(parts) or value[1] >= len(keys):
            text = f"it has {len(keys)} names and {len(parts)} parts, and result {value[1]} of it is used"
            raise reader.error(text)
        found.setdefault(identity(nodes[variable[0]]), Source(keys[value[1]], parts[value[1]]))
    return found


def _behind(root: str, nodes: Mapping[str, Node]) -> list[Node]:
    """The nodes that `root` waits for, by data or control, in the graph's order."""
    seen = {root}
    waiting = [root]
    while waiting:
        for text in nodes[waiting.pop()].inputs:
            reference = canonical(text.removeprefix("^"), nodes)
            if reference is not None and reference[0] not in seen:
                seen.add(reference[0])
                waiting.append(reference[0])
    return [node for name, node in nodes.items() if name in seen]


def _strings(reader: Node, position: int, nodes: Mapping[str, Node]) -> list[str]:
    """An operand of RestoreV2: a constant vector of strings."""
    reference = origin(reader.inputs[position], nodes) if len(reader.inputs) > position else None
    node = nodes[reference[0]] if reference is not None else None
    if node is None or node.op != "Const":
        raise reader.error(f"its input {position} is not constant")
    _, value = decode(node.value("value", "tensor"), (node.payloads or {}).get("value"), node)
    if value.dtype != object:
        raise reader.error(f"its input {position} is no vector of strings")
    return [item.decode(errors="backslashreplace") for item in value.reshape(-1).tolist()]


def captured(nodes: Iterable[Node], objects: Any, stored: bytes) -> dict[Identity, Source]:
    """The stored value of each variable that a saved function captured, by the graph of objects.

    `nodes` are the main graph's, `objects` is its SavedObjectGraph, `stored` what the bundle has under `OBJECTS`: both
    number the same objects. Raises InvalidModelError for a broken graph of objects.
    """
    from google.protobuf.message import DecodeError

    try:
        trackables = protos.TrackableObjectGraph.FromString(stored).nodes
    except DecodeError as error:
        raise InvalidModelError(f"the bundle's graph of objects ({OBJECTS}) is broken: {error}") from None
    keys: dict[int, str] = {}
    for number, trackable in enumerate(trackables):
        for attribute in trackable.attributes:
            if attribute.name == _VALUE:
                keys[number] = attribute.checkpoint_key
    whole = {node.name: node for node in nodes}
    found: dict[Identity, Source] = {}
    for node in whole.values():
        name = node.value("f", "func").name if node.op in CALL_OPS else node.op
        if name not in objects.concrete_functions:
            continue
        bound = objects.concrete_functions[name].bound_inputs
        arguments = [text for text in node.inputs if text[:1] != "^"][-len(bound) or len(node.inputs) :]
        if len(arguments) != len(bound):
            continue
        for text, number in zip(arguments, bound, strict=True):
            reference = origin(text, whole)
            if number in keys and reference is not None and whole[reference[0]].op == "VarHandleOp":
                found.setdefault(identity(whole[reference[0]]), Source(keys[number]))
    return found
