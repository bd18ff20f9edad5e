"""A small frozen GraphDef made by hand: `y = relu(x @ [[1, 2], [3, 4]] + [-10, 0.5])` for x of shape [1, 2]."""

from typing import Any

from pytoco.frontends.graphdef import protos

FLOAT = 1


def _node(graph: Any, name: Any, op: Any, *inputs: Any, **types: Any) -> Any:
    node = graph.node.add(name=name, op=op, input=inputs)
    for key, number in types.items():
        node.attr[key].type = number
    return node


def _constant(graph: Any, name: Any, shape: Any, values: Any) -> None:
    tensor = _node(graph, name, "Const", dtype=FLOAT).attr["value"].tensor
    tensor.dtype = FLOAT
    for size in shape:
        tensor.tensor_shape.dim.add(size=size)
    tensor.float_val.extend(values)


def graph_def(last: Any = "Relu") -> Any:
    """The GraphDef message; the output array is `y`, made by an operator `last` of one operand."""
    graph = protos.GraphDef()
    shape = _node(graph, "x", "Placeholder", dtype=FLOAT).attr["shape"].shape
    for size in (1, 2):
        shape.dim.add(size=size)
    _constant(graph, "w", (2, 2), [1, 2, 3, 4])
    _constant(graph, "b", (2,), [-10, 0.5])
    _node(graph, "product", "MatMul", "x", "w", T=FLOAT)
    _node(graph, "sum", "BiasAdd", "product", "b", T=FLOAT)
    _node(graph, "y", last, "sum", T=FLOAT)
    return graph


INPUT = [[1.0, 2.0]]
OUTPUT = [[0.0, 10.5]]  # relu([7 - 10, 10 + 0.5])
