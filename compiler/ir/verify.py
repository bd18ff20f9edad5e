"""The invariants of the IR, each failure naming the items; of what events touched, or of the whole model."""

from __future__ import annotations

from collections.abc import Iterable

from ..errors import VerifyError
from .events import REMOVE, RETARGET, UPDATE, Event
from .graph import Graph
from .items import Array, Op
from .model import Model
from .subgraphs import CALLERS, verify_calls


def verify(model: Model) -> None:
    """Check links, definitions, names, values and order of every graph. Raises VerifyError at the first fault."""
    for graph in model.graphs.values():
        for array in graph.arrays():
            _array(graph, array)
        for op in graph.ops():
            _op(graph, op)
            if op.kind in CALLERS:
                verify_calls(graph, op)
        _roles(graph)
        graph.order()
    for signature in model.signatures:
        graph = model.graphs[signature.graph]
        for name, array_name in (*signature.inputs, *signature.outputs):
            if graph.find(array_name) is None:
                raise VerifyError(f"signature {signature.key!r}: {name!r} refers to {array_name!r}, which is gone")


def verify_events(events: Iterable[Event]) -> None:
    """Check what these events name, and nothing more: the cost depends on the rewrite, not on the graph."""
    for event in events:
        code, graph, item = event[0], event[1], event[2]
        if code == RETARGET:
            _roles(graph)
        elif code == UPDATE:
            if event[3] != "name" and item in graph and isinstance(item, Array):
                _array(graph, item)
        elif code == REMOVE:
            _check(graph, event[4])
        elif item in graph:  # added or rewired, and not removed again
            _op(graph, item)
            _check(graph, item.inputs)


def _check(graph: Graph, arrays: Iterable[Array | None]) -> None:
    """`_array` for those of the arrays that are in the graph; the usual case, just a producer or a value, quickly."""
    pred = graph._pred
    for array in arrays:
        if array in pred and (array.value is None) != bool(pred[array]):  # type: ignore[union-attr]
            _array(graph, array)  # type: ignore[arg-type]


def _array(graph: Graph, array: Array) -> None:
    producer = graph.producer(array)
    value = array.value
    if producer is not None:
        if value is not None:
            raise VerifyError(f"array {array.name!r} is a constant and the result of {producer!r}", array=array.name)
        if array not in producer.outputs:
            raise VerifyError(f"array {array.name!r} is not among the results of {producer!r}", array=array.name)
        if len(graph._pred[array]) > 1:
            raise VerifyError(f"array {array.name!r} has several producers", array=array.name)
    elif value is None and array not in graph.inputs and not any(s.array is array for s in graph.states):
        readers = ", ".join(repr(op) for op in graph.users(array)[:4]) or "the graph's outputs"
        raise VerifyError(
            f"array {array.name!r}, read by {readers}, is neither produced, nor constant, nor an input",
            array=array.name,
        )
    if value is not None:
        if array.shape != value.shape:
            raise VerifyError(f"constant {array.name!r} is {array.shape} but its value is {value.shape}")
        if array.dtype is not None and array.dtype.numpy is not None and array.dtype.numpy != value.dtype:
            raise VerifyError(f"constant {array.name!r} is {array.dtype} but its value is {value.dtype}")
    if graph.find(array.name) is not array:
        raise VerifyError(f"array {array!r} is not found by its name", array=array.name)


def _op(graph: Graph, op: Op) -> None:
    pred = graph._pred
    for array in op.inputs:
        if array is not None and array not in pred:
            raise VerifyError(f"{op!r} reads {array.name!r}, which is not in the graph", op=op.name)
    if not op.outputs and op.kind not in ("Assert", "NoOp", "Opaque"):
        raise VerifyError(f"{op!r} has no results", op=op.name)
    for array in op.outputs:
        if array not in pred or op not in pred[array] or array.value is not None:
            raise VerifyError(f"{op!r} does not produce {array.name!r}", op=op.name)


def _roles(graph: Graph) -> None:
    for what, arrays in (("input", graph.inputs), ("output", graph.outputs)):
        if len(dict.fromkeys(arrays)) != len(arrays):
            raise VerifyError(f"graph {graph.name!r} names an {what} twice")
        for array in arrays:
            if array not in graph:
                raise VerifyError(f"{what} {array.name!r} is not in graph {graph.name!r}", array=array.name)
    for array in graph.inputs:
        if graph.producer(array) is not None or array.value is not None:
            raise VerifyError(f"input {array.name!r} has a producer or a value", array=array.name)
    for state in graph.states:
        if state.array not in graph or state.source not in graph:
            raise VerifyError(f"state {state.array.name!r} is not in graph {graph.name!r}", array=state.array.name)
