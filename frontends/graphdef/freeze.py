"""Freezing: variables become constants that hold their values, without copying them.

Reference variables (`VariableV2`) become a Const of the same name; resource variables (`VarHandleOp`) become one too,
and the importers of what reads them (importers/variables.py) take that for the variable. The weights stay the arrays
that were given, such as those that a session handed out.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ...compiler.errors import UnsupportedError, UsageError
from . import protos
from .nodes import Node, Payload
from .scan import GraphFile

REFERENCE = ("Variable", "VariableV2")
RESOURCE = ("VarHandleOp",)
_STRING = 7
_NO_VALUE = (5, 9)  # TensorFlow's error codes NOT_FOUND and FAILED_PRECONDITION: the variable is not initialised


def _node_name(reference: str) -> str:
    return reference.removeprefix("^").partition(":")[0]


def variables_below(graph: GraphFile, outputs: Iterable[str], inputs: Iterable[str]) -> list[Node]:
    """The variables that `outputs` depend on through data, in graph order; the walk stops at `inputs`."""
    nodes = {node.name: node for node in graph.nodes}
    stop = set(inputs)
    waiting = [_node_name(name) for name in outputs if name not in stop]
    seen = set(waiting)
    while waiting:
        node = nodes.get(waiting.pop())
        for reference in node.inputs if node is not None else ():
            name = _node_name(reference)
            if not reference.startswith("^") and name not in seen and reference.removesuffix(":0") not in stop:
                seen.add(name)
                waiting.append(name)
    return [node for node in graph.nodes if node.op in (*REFERENCE, *RESOURCE) and node.name in seen]


def freeze(graph: GraphFile, variables: Sequence[Node], session: Any) -> list[str]:
    """Turn `variables` of `graph` into constants with their values in `session`.

    One that has no value takes its initial value, in the session too; one that has a value keeps it. Returns the names
    of those without. Raises `UsageError` naming variables that cannot be read.
    """
    tensors = _readable(graph, variables)
    values = _values(session, list(tensors.values()))
    fresh: list[str] = []
    if values is None:
        fresh = [name for name, tensor in tensors.items() if _values(session, [tensor]) is None]
        _initialize(graph, fresh, tensors, session)
        values = _values(session, list(tensors.values()))
        if values is None:
            raise UsageError("variables lost their values while they were read")
    replace(graph, dict(zip(tensors, values, strict=True)))
    return fresh


def _readable(graph: GraphFile, variables: Sequence[Node]) -> dict[str, str]:
    """By variable name, the tensor to ask the session for: the variable itself, or the plainest read of a resource."""
    found = {node.name: f"{node.name}:0" for node in variables if node.op in REFERENCE}
    handles = {node.name for node in variables if node.op in RESOURCE}
    depending: dict[str, str] = {}
    for node in graph.nodes:
        if node.op == "ReadVariableOp" and node.inputs and _node_name(node.inputs[0]) in handles:
            table = found if len(node.inputs) == 1 else depending
            table.setdefault(_node_name(node.inputs[0]), f"{node.name}:0")
    ordered = {node.name: found.get(node.name) or depending.get(node.name) for node in variables}
    missing = [name for name, tensor in ordered.items() if tensor is None]
    if missing:
        raise UnsupportedError(
            f"the graph has no operation that reads the variable(s) {', '.join(missing)}",
            hint="build the graph with tf.compat.v1.get_variable",
        )
    return {name: tensor for name, tensor in ordered.items() if tensor is not None}


def _run(session: Any, fetches: Any) -> Any:
    """`session.run`; `None` when a variable in it has no value."""
    try:
        return session.run(fetches)
    except Exception as error:
        if getattr(error, "error_code", None) in _NO_VALUE:
            return None
        raise UsageError(f"the session cannot compute {fetches}: {error}") from error


def _values(session: Any, tensors: list[str]) -> list[NDArray[Any]] | None:
    values = _run(session, tensors)
    return None if values is None else [np.asarray(value) for value in values]


def _initialize(graph: GraphFile, fresh: list[str], tensors: dict[str, str], session: Any) -> None:
    """Run the initializers of `fresh`, in rounds: an initial value may be another variable's."""
    names = {node.name for node in graph.nodes}
    initializers: dict[str, Any] = {}
    for collection in ("variables", "local_variables", "trainable_variables"):
        for variable in session.graph.get_collection(collection):
            initializers.setdefault(variable.op.name, variable.initializer)
    waiting = list(fresh)
    while waiting:
        left = []
        for name in waiting:
            initializer = initializers.get(name, f"{name}/Assign" if f"{name}/Assign" in names else None)
            if initializer is None:
                raise UsageError(f"variable {name!r} has no value and no initializer", hint="initialize it first")
            if not _initialized(session, initializer, tensors[name]):
                left.append(name)
        if len(left) == len(waiting):
            raise UsageError(f"variables {', '.join(left)} cannot be initialized", hint="initialize them first")
        waiting = left


def _initialized(session: Any, initializer: Any, tensor: str) -> bool:
    _run(session, [initializer])
    return _values(session, [tensor]) is not None


def replace(graph: GraphFile, values: Mapping[str, NDArray[Any]]) -> None:
    """Put constants in the place of the variables of `graph` that `values` has by node name; they stay views."""
    graph.nodes[:] = [
        _constant(node.name, _dtype(node), values[node.name]) if node.name in values else node for node in graph.nodes
    ]


def _dtype(variable: Node) -> int:
    number: int = variable.message.attr["dtype"].type
    return number


def _constant(name: str, dtype: int, value: NDArray[Any]) -> Node:
    message = protos.NodeDef(name=name, op="Const")
    message.attr["dtype"].type = dtype
    tensor = message.attr["value"].tensor
    tensor.dtype = dtype
    for size in value.shape:
        tensor.tensor_shape.dim.add(size=size)
    if dtype == _STRING:
        tensor.string_val.extend(item if isinstance(item, bytes) else str(item).encode() for item in value.flat)
    else:
        payload = Payload(4, np.ascontiguousarray(value).reshape(-1).view(np.uint8).data)
        return Node(name, "Const", [], message, {"value": payload})
    return Node(name, "Const", [], message)
