"""A graph as nodes of the Model Explorer's JSON: `GraphNode` and what belongs to it, in its `graph_builder.py`.

An operator is a node, labelled with its kind, in the namespace that its name spells (`a/b/c` lies in `a/b`); inputs,
recurrent states and outputs of the graph are nodes of their own. Constants are attributes of the operators that read
them. Node ids are those of the items, so that an operator that stays is the same node from stage to stage.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import Any

from ...compiler.ir import Array, DType, Graph, Op, OpaqueAttrs
from ...compiler.ir.values import materialize
from ...compiler.ops import get
from ...compiler.ops.labels import kind_text, label_lines

SHOWN_ELEMENTS = 16
"""Elements up to which a constant's values are shown."""

LONGEST = 400
"""Characters shown of one attribute."""


def nodes_of(graph: Graph, subgraph_ids: dict[str, str]) -> Iterator[str]:
    """Every node of a graph as JSON text, in execution order; `subgraph_ids` has the ids of graphs by their names."""
    sources: dict[Array, tuple[str, int]] = {}
    states = [state.array for state in graph.states]
    for label, arrays in (("Input", graph.inputs), ("State", states)):
        for array in arrays:
            sources[array] = (f"a{array.id}", 0)
            yield _text(f"a{array.id}", label, _namespace(array.name), outputsMetadata=[_metadata(0, array)])
    for op in graph.order():
        sources.update({array: (f"op{op.id}", index) for index, array in enumerate(op.outputs)})
        yield _op_node(op, sources, subgraph_ids)
    feeding = [("Output", array, array) for array in graph.outputs]
    feeding += [("Next state", state.source, state.array) for state in graph.states]
    for number, (label, array, name) in enumerate(feeding):
        edges = [_edge(sources[array], 0)] if array in sources else []
        attrs = _attributes([] if edges else [("value", _constant_text(array))])
        metadata = [_metadata(0, array)]
        where = _namespace(name.name)
        yield _text(f"out{number}", label, where, attrs=attrs, incomingEdges=edges, inputsMetadata=metadata)


def _text(id: str, label: str, namespace: str, **fields: Any) -> str:
    node = {"id": id, "label": label, "namespace": namespace, **{key: value for key, value in fields.items() if value}}
    return json.dumps(node, separators=(",", ":"))


def _op_node(op: Op, sources: dict[Array, tuple[str, int]], subgraph_ids: dict[str, str]) -> str:
    names = _operand_names(op)
    attrs = [("name", op.name), *_own_attributes(op)]
    label = label_lines(op)
    if label:
        attrs.append(("label", ", ".join(label)))
    edges = []
    for index, array in enumerate(op.inputs):
        if array in sources:
            edges.append(_edge(sources[array], index))
        elif array is not None:
            attrs.append((names[index], _constant_text(array)))
    inputs = [_metadata(i, array, names[i]) for i, array in enumerate(op.inputs) if array is not None]
    subgraphs = [subgraph_ids[value] for value in op.attrs or () if isinstance(value, str) and value in subgraph_ids]
    if op.origin:
        attrs.append(("source nodes", ", ".join(dict.fromkeys(op.origin))))
    return _text(
        f"op{op.id}",
        kind_text(op),
        _namespace(op.name),
        subgraphIds=subgraphs,
        attrs=_attributes(attrs),
        incomingEdges=edges,
        inputsMetadata=inputs,
        outputsMetadata=[_metadata(index, array) for index, array in enumerate(op.outputs)],
    )


def _namespace(name: str) -> str:
    return "/".join(part for part in name.split("/")[:-1] if part)


def _edge(source: tuple[str, int], index: int) -> dict[str, str]:
    return {"sourceNodeId": source[0], "sourceNodeOutputId": str(source[1]), "targetNodeInputId": str(index)}


def _attributes(pairs: list[tuple[str, str]]) -> list[dict[str, str]]:
    return [{"key": key, "value": value if len(value) <= LONGEST else f"{value[:LONGEST]}…"} for key, value in pairs]


def _metadata(index: int, array: Array, tag: str = "") -> dict[str, Any]:
    pairs = [("__tensor_tag", tag)] if tag else []
    pairs += [("tensor_name", array.name), ("tensor_shape", _type_text(array))]
    if array.minmax is not None:
        pairs.append(("range", f"{array.minmax.min:g} to {array.minmax.max:g}"))
    if array.quantization is not None:
        scale, zero_point, axis = array.quantization
        steps = [f"{s:.7g} * (q - {z})" for s, z in zip(scale[:1], zero_point[:1], strict=True)]
        pairs.append(("quantization", steps[0] if len(scale) == 1 else f"{steps[0]}, … {len(scale)} along axis {axis}"))
    return {"id": str(index), "attrs": _attributes(pairs)}


def _type_text(array: Array) -> str:
    """The type as Model Explorer's own adapters write it, `float32[1,96,96,3]`; `?` is an unknown extent."""
    extents = "*" if array.shape is None else ",".join(str(d) if type(d) is int else "?" for d in array.shape)
    return f"{array.dtype.name if array.dtype else '?'}[{extents}]"


def _constant_text(array: Array) -> str:
    value = array.value
    if value is None or value.size > SHOWN_ELEMENTS:
        return f"{_type_text(array)} {array.name}"
    elements = ", ".join(map(_plain_text, materialize(value).reshape(-1).tolist()))
    return f"{_type_text(array)} {{{elements}}}"


def _plain_text(value: Any) -> str:
    if isinstance(value, bytes):
        return value.decode("utf-8", "backslashreplace")
    return f"{value:g}" if isinstance(value, float) else str(value)


def _operand_names(op: Op) -> list[str]:
    """What the operands are to the operator; the members of a variable number of them are numbered."""
    names: list[str] = []
    for name in get(op.kind).operands:
        stem = name.rstrip("?*")
        names += [stem] if not name.endswith("*") else [f"{stem}:{k}" for k in range(len(op.inputs) - len(names))]
    return names + [f"operand:{k}" for k in range(len(names), len(op.inputs))]


def _own_attributes(op: Op) -> Iterator[tuple[str, str]]:
    if op.attrs is None:
        return
    fields: Iterable[tuple[str, Any]] = zip(op.attrs._fields, op.attrs, strict=True)
    if isinstance(op.attrs, OpaqueAttrs):
        fields = (("reason", op.attrs.reason), *op.attrs.attributes)
    for field, value in fields:
        if value not in (None, "", ()):
            yield field, value.name if isinstance(value, DType) else _plain_text(value)
