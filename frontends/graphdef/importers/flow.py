"""TensorFlow 2's conditionals and loops: their functions become graphs of the model."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from ....compiler.errors import VerifyError
from ....compiler.ir.graph import Graph
from ....compiler.ir.items import Array
from ....compiler.ir.subgraphs import verify_calls
from ....compiler.ir.types import BOOL, Dim, Shape
from ....compiler.ops.flow import IfAttrs, WhileAttrs
from ..control_flow import Body, new_graph
from ..nodes import Node, shape_of
from .base import Builder, ImporterFunction, Unsupported, need_inputs


def _condition(builder: Builder, array: Array) -> Array:
    """A scalar as one bool: numbers are true that are not zero."""
    if array.dtype is BOOL:
        return array
    if array.dtype is None or array.dtype.numpy is None or array.dtype.numpy.kind not in "iuf":
        raise Unsupported(f"its condition is {array.dtype}, neither bool nor a number")
    if array.shape:
        raise Unsupported("its condition is no scalar; TensorFlow takes any tensor with elements for true")
    zero = builder.constant(np.zeros((), array.dtype.numpy), "zero")
    return builder.emit("NotEqual", [array, zero], suffix="condition").outputs[0]


def _results(builder: Builder, node: Node, outputs: Sequence[Array], shapes: Sequence[Shape]) -> list[Array]:
    """New arrays for the node's results, of the dtypes of a graph's outputs."""
    return [
        builder.graph.array(f"{node.name}:{k}" if k else node.name, output.dtype, shape)
        for k, (output, shape) in enumerate(zip(outputs, shapes, strict=True))
    ]


def _common(a: Shape, b: Shape) -> Shape:
    """What holds of both shapes."""
    if a is None or b is None or len(a) != len(b):
        return None
    return tuple([x if x == y else Dim() for x, y in zip(a, b, strict=True)])


def _choose(
    builder: Builder, node: Node, condition: Array, operands: Sequence[Array], branches: tuple[Graph, Graph]
) -> list[Array]:
    """An If between two graphs in the place of the node; a conditional without results is nothing."""
    graph = builder.graph
    then_graph, else_graph = branches
    if len(then_graph.outputs) != len(else_graph.outputs):
        counts = f"{len(then_graph.outputs)} and {len(else_graph.outputs)}"
        raise node.error(f"its branches have {counts} results")
    if not then_graph.outputs:
        return []
    shapes = [_common(a.shape, b.shape) for a, b in zip(then_graph.outputs, else_graph.outputs, strict=True)]
    outputs = _results(builder, node, then_graph.outputs, shapes)
    attrs = IfAttrs(then_graph.name, else_graph.name)
    op = graph.emit("If", [condition, *operands], attrs, outputs=outputs, origin=builder.origin)
    try:
        verify_calls(graph, op)
    except VerifyError as error:
        raise node.error(f"its branches do not fit: {error.message}") from error
    return outputs


def _if(builder: Builder, node: Node, inputs: list[Array]) -> list[Array]:
    if not inputs:
        need_inputs(node, inputs, 1)
    condition = _condition(builder, inputs[0])
    bodies = [Body(builder, node, node.value(f"{part}_branch", "func"), len(inputs) - 1) for part in ("then", "else")]
    then_graph, else_graph = (
        body.build(inputs[1:], f"{node.name}/{part}") for body, part in zip(bodies, ("then", "else"), strict=True)
    )
    return _choose(builder, node, condition, _carried(inputs[1:]), (then_graph, else_graph))


def _carried(operands: Sequence[Array]) -> list[Array]:
    """The operands that graphs take as inputs; constants are in them already."""
    return [array for array in operands if array.value is None]


def _case(builder: Builder, node: Node, inputs: list[Array]) -> list[Array]:
    """A chain of Ifs: branch k if the index is k, the last one for any other index."""
    functions = node.value("branches", "list").func
    if not inputs or not functions:
        raise node.error(f"it has {len(inputs)} inputs and {len(functions)} branches")
    index = builder.narrow(inputs[0], "index")
    operands = inputs[1:]
    graphs = [
        Body(builder, node, called, len(operands)).build(operands, f"{node.name}/branch_{k}", unread=[index])
        for k, called in enumerate(functions)
    ]
    rest = graphs.pop()
    for k in range(len(graphs) - 1, 0, -1):
        chain = new_graph(builder.graph.model, f"{node.name}/from_{k}")
        taken = [chain.array(a.name, a.dtype, a.shape) for a in (index, *_carried(operands))]
        chain.retarget(inputs=taken)
        step = Builder(chain, builder.taken, builder.library)
        step.node, step.origin = node, builder.origin
        results = _choose(step, node, _is_branch(step, taken[0], k), taken, (graphs[k], rest))
        chain.retarget(outputs=results)
        rest = chain
    condition = _is_branch(builder, index, 0) if graphs else builder.constant(np.array(False), "condition")
    first = graphs[0] if graphs else rest
    return _choose(builder, node, condition, [index, *_carried(operands)], (first, rest))


def _is_branch(builder: Builder, index: Array, number: int) -> Array:
    wanted = builder.constant(np.int32(number), f"branch_{number}")
    return builder.emit("Equal", [index, wanted], suffix=f"is_{number}").outputs[0]


def _while(builder: Builder, node: Node, inputs: list[Array]) -> list[Array]:
    condition, body = (Body(builder, node, node.value(part, "func"), len(inputs)) for part in ("cond", "body"))
    if body.result_count != len(inputs):
        raise node.error(f"it has {len(inputs)} inputs, but its body returns {body.result_count}")
    fixed = [array if k in body.invariant else _variable(builder, node, array, k) for k, array in enumerate(inputs)]
    sunk = [k for k, array in enumerate(fixed) if array.value is not None]
    cond_graph = condition.build(fixed, f"{node.name}/cond")
    body_graph = body.build(fixed, f"{node.name}/body")
    outputs = [array for k, array in enumerate(body_graph.outputs) if k not in sunk]
    body_graph.retarget(outputs=outputs)
    (go_on,) = cond_graph.outputs if len(cond_graph.outputs) == 1 else (None,)
    if go_on is None or go_on.dtype not in (None, BOOL):
        raise Unsupported("its condition is not one bool")
    kept = [k for k in range(len(inputs)) if k not in sunk]
    results = list(inputs)
    if not kept:  # nothing ever changes
        return results
    for k in kept:
        results[k] = builder.graph.array(f"{node.name}:{k}" if k else node.name, fixed[k].dtype, fixed[k].shape)
    op = builder.graph.emit(
        "While",
        [inputs[k] for k in kept],
        WhileAttrs(cond_graph.name, body_graph.name),
        outputs=[results[k] for k in kept],
        origin=builder.origin,
    )
    try:
        verify_calls(builder.graph, op)
    except VerifyError as error:
        raise node.error(f"its body does not fit: {error.message}") from error
    return results


def _variable(builder: Builder, node: Node, array: Array, k: int) -> Array:
    """A loop variable that starts as `array`, with what is sure of its shape after any number of iterations."""
    return builder.graph.array("variable", array.dtype, _lasting(node, array, k))


def _lasting(node: Node, array: Array, k: int) -> Shape:
    types = node.value("T", "list", None)
    declared = node.value("output_shapes", "list", None)
    if types is not None and k < len(types.type) and types.type[k] in (20, 21):
        return array.shape  # a list of tensors, which here is one array; its element may be changed, its shape not
    if declared is not None and k < len(declared.shape):
        shape = shape_of(declared.shape[k], node)
        return None if shape is None else tuple([Dim() if d is None else d for d in shape])
    return None if array.shape is None else tuple([Dim() for _ in array.shape])


TABLE: dict[str, ImporterFunction] = {
    **dict.fromkeys(("If", "StatelessIf"), _if),
    **dict.fromkeys(("While", "StatelessWhile"), _while),
    **dict.fromkeys(("Case", "StatelessCase"), _case),
}
