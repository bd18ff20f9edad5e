"""Other graphs of the model, written among the nodes of one graph or as graphs inside it."""

from __future__ import annotations

from collections.abc import Sequence

from onnx import GraphProto, TensorProto, ValueInfoProto, helper
from pytoco.compiler import Array, Graph

from .element_types import code_of
from .nodes import Nodes
from .refusal import Refusal


def graph_named(nodes: Nodes, name: str) -> Graph:
    """A graph of the model; raises Refusal where only a single operator is looked at."""
    if nodes.writer is None:
        raise Refusal("the graphs that it runs are not known")
    return nodes.writer.model.graphs[name]


def inline(nodes: Nodes, name: str, inputs: Sequence[str]) -> list[str]:
    """Write the nodes of another graph among these, over the values `inputs`; returns its outputs."""
    graph, inner = graph_named(nodes, name), nodes.beside()
    inner.given = dict(zip(graph.inputs, inputs, strict=True))
    assert nodes.writer is not None
    nodes.writer.write_ops(graph, inner)
    return [inner.stored(a) for a in graph.outputs]


def body(
    nodes: Nodes, name: str, inputs: Sequence[ValueInfoProto], outputs: Sequence[str], types: Sequence[Array]
) -> GraphProto:
    """The nodes as a graph; its outputs are made by its own nodes. `types` are arrays of the outputs' types."""
    own = dict.fromkeys(o for node in nodes.nodes for o in node.output)
    results: list[str] = []
    for output in outputs:
        fresh = output in own and output not in results
        results.append(output if fresh else nodes.emit("Identity", output))
    infos = [
        helper.make_tensor_value_info(o, code_of(a.dtype, a.name), None) for o, a in zip(results, types, strict=True)
    ]
    return helper.make_graph(nodes.nodes, name, list(inputs), infos, nodes.initializers)


def loop_body(
    nodes: Nodes, name: str, variables: Sequence[tuple[str, Array]], go_on: str, after: Sequence[str]
) -> GraphProto:
    """The body of a Loop: iteration number, condition and variables in, condition and variables out."""
    counter = helper.make_tensor_value_info(nodes.names.unique(f"{name}/iteration"), TensorProto.INT64, [])
    before = helper.make_tensor_value_info(nodes.names.unique(f"{name}/condition"), TensorProto.BOOL, [])
    infos = [counter, before, *[_info(n, a) for n, a in variables]]
    graph = body(nodes, name, infos, [go_on, *after], [variables[0][1], *[a for _, a in variables]])
    graph.output[0].CopyFrom(helper.make_tensor_value_info(graph.output[0].name, TensorProto.BOOL, []))
    return graph


def _info(name: str, array: Array) -> ValueInfoProto:
    """Name and type of a variable; of its shape what is known as numbers."""
    shape = None if array.shape is None else [d if isinstance(d, int) else None for d in array.shape]
    return helper.make_tensor_value_info(name, code_of(array.dtype, array.name), shape)
