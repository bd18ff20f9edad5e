"""Conditionals and loops: graphs among a node's attributes become graphs of the model.

ONNX's inner graphs read values of the outer ones; in the IR these are operands like any other.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from pytoco.compiler import INT64, Array, Dim, Graph, Shape, op_definition

from ..builder import Builder, Importer, Inputs, Node, Unsupported
from ..nodes import text_of
from ..rows import required


def _captured(builder: Builder, node: Node, inputs: Inputs) -> dict[str, Array]:
    """What the node's graphs read from outside and is computed, by name."""
    found = inputs[len(node.inputs) :]
    named = zip(node.captures, found, strict=True)
    return {name: array for name, array in named if array is not None and array.value is None}


def _results(builder: Builder, node: Node, arrays: Sequence[Array], shapes: Sequence[Shape]) -> list[Array]:
    made = []
    for k, (array, shape) in enumerate(zip(arrays, shapes, strict=True)):
        name = node.outputs[k] if k < len(node.outputs) and node.outputs[k] else f"{builder.base}/result{k}"
        made.append(builder.graph.array(name, array.dtype, shape))
    return made


def _common(a: Shape, b: Shape) -> Shape:
    """What holds of both shapes."""
    if a is None or b is None or len(a) != len(b):
        return None
    return tuple([x if x == y else Dim() for x, y in zip(a, b, strict=True)])


def _if(builder: Builder, node: Node, inputs: Inputs) -> Sequence[Array]:
    condition = required(node, inputs[: len(node.inputs)], 1)[0]
    given = _captured(builder, node, inputs)
    branches = [builder.body(node, f"{part}_branch", given) for part in ("then", "else")]
    first, second = (branch.outputs for branch in branches)
    if len(first) != len(second) or any(a.dtype is not b.dtype for a, b in zip(first, second, strict=True)):
        raise node.error("its branches have different results")
    shapes = [_common(a.shape, b.shape) for a, b in zip(first, second, strict=True)]
    attrs = op_definition("If").Attrs(*[branch.name for branch in branches])
    operands = [builder.bool_scalar(condition, "condition"), *given.values()]
    made = _results(builder, node, first, shapes)
    builder.graph.emit("If", operands, attrs, outputs=made, origin=builder.origin)
    return made


def _loop(builder: Builder, node: Node, inputs: Inputs) -> Sequence[Array]:
    if len(node.inputs) < 2:
        raise node.error(f"it has {len(node.inputs)} inputs, expected 2 or more")
    limit, condition, *carried = inputs[: len(node.inputs)]
    message = node.graph("body")
    names = [text_of(v.name) for v in message.input]
    if len(names) != len(carried) + 2 or len(message.output) < len(carried) + 1 or None in carried:
        raise node.error(f"its body takes {len(names)} and gives {len(message.output)} values")
    if len(message.output) > len(carried) + 1:
        raise Unsupported("it collects results of its iterations")
    count = builder.constant(np.array(0, np.int64), "count")
    go_on = builder.constant(np.array(True), "go_on") if condition is None else builder.bool_scalar(condition, "go_on")
    captured = {name: array for name, array in _captured(builder, node, inputs).items() if name not in names}
    given = dict(zip(names, (count, go_on, *carried), strict=True)) | captured
    if limit is not None and limit.value is None:
        given[builder.helper_name(f"{builder.base}/limit")] = builder.reshaped(limit, (), "limit")
    body = _steady(builder, node, given, len(carried))
    test = _test(builder, body, limit)
    made = _results(builder, node, carried, [a.shape for a in body.inputs[2 : 2 + len(carried)]])
    rest = [a for k, a in enumerate(body.inputs) if not 2 <= k < 2 + len(carried)]
    spare = [builder.graph.array(f"{builder.base}/after_{k}", a.dtype, a.shape) for k, a in enumerate(rest)]
    outputs = [*spare[:2], *made, *spare[2:]]
    attrs = op_definition("While").Attrs(test.name, body.name)
    builder.graph.emit("While", list(given.values()), attrs, outputs=outputs, origin=builder.origin)
    return made


def _steady(builder: Builder, node: Node, given: dict[str, Array], carried: int) -> Graph:
    """The body, with the types that hold in every iteration; raises Unsupported where there are none."""
    types = dict(given)
    for _ in range(3):
        body = builder.body(node, "body", types)
        _close(body, carried)
        pairs = list(zip(body.inputs, body.outputs, strict=True))
        if all(a.dtype is b.dtype and (a.shape == b.shape or a is b) for a, b in pairs):
            return body
        del builder.graph.model.graphs[body.name]
        shapes = [_common(a.shape, b.shape) for a, b in pairs]
        if any(a.dtype is not b.dtype for a, b in pairs):
            break
        types = {
            name: builder.graph.array(name, array.dtype, shape)
            for (name, array), shape in zip(given.items(), shapes, strict=True)
        }
        if all(_alike(a.shape, b.shape) for a, b in pairs):
            body = builder.body(node, "body", types)
            _close(body, carried)
            return body
    raise Unsupported("a value that it carries changes its type from one iteration to the next")


def _alike(a: Shape, b: Shape) -> bool:
    """Whether two shapes may be the same."""
    if a is None or b is None:
        return True
    return len(a) == len(b) and all(
        type(x) is not int or type(y) is not int or x == y for x, y in zip(a, b, strict=True)
    )


def _close(body: Graph, carried: int) -> None:
    """Let a body give all that it takes: the count one higher, and unchanged what the loop does not carry."""
    count, *others = body.inputs
    one = body.constant(np.array(1, np.int64), body.unique_name("one"))
    attrs = op_definition("Add").Attrs()
    counted = body.emit("Add", [count, one], attrs, name=body.unique_name(f"{count.name}/next")).outputs[0]
    go_on, *results = body.outputs
    shape = body.constant(np.array([], np.int32), body.unique_name("scalar"))
    if go_on.shape != ():
        go_on = body.emit("Reshape", [go_on, shape], name=body.unique_name("go_on")).outputs[0]
    body.retarget(outputs=[counted, go_on, *results, *others[1 + carried :]])


def _test(builder: Builder, body: Graph, limit: Array | None) -> Graph:
    """The graph that says whether to go on: the condition, and fewer iterations than the limit."""
    from ..build import new_graph

    graph = new_graph(builder.graph.model, f"{builder.node.name}/condition")
    taken = [graph.array(array.name, array.dtype, array.shape) for array in body.inputs]
    graph.retarget(inputs=taken)
    result = taken[1]
    if limit is not None:
        most = taken[-1]
        if limit.value is not None:
            most = graph.constant(limit.numpy().reshape(()), graph.unique_name("limit"), INT64)
        fewer = graph.emit("Less", [taken[0], most], name=graph.unique_name("fewer")).outputs[0]
        result = graph.emit("LogicalAnd", [result, fewer], name=graph.unique_name("go_on")).outputs[0]
    graph.retarget(outputs=[result])
    return graph


TABLE: dict[str, Importer] = {"If": _if, "Loop": _loop}
