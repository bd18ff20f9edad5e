"""Bodies of conditionals and loops: functions of the library as further graphs of the model.

Such a graph takes what its caller hands over and nothing else. An argument that the caller knows to be a constant
becomes a constant of the graph, because importers and passes look into constants only where they are read.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ...compiler.errors import UnsupportedError
from ...compiler.ir.graph import Graph
from ...compiler.ir.items import Array
from ...compiler.ir.model import Model
from . import protos
from .build import import_nodes
from .conditionals import without_switches
from .frames import without_frames
from .functions import Call, Chain, expand, refuse_recursion
from .importers.base import Builder, Library
from .names import array_name, canonical
from .nodes import Node
from .select import NodeMap, by_name, select

MAX_GRAPHS = 2_000
"""Bodies at which we give up: functions that run each other twice grow without bound."""

MAX_DEPTH = 64
"""Levels of conditionals and loops within each other that are taken for a program rather than an attack."""

_PASSING = ("Identity", "StopGradient", "PreventGradient")


class Body:
    """A function that a node runs, its nodes found but not imported yet.

    `invariant` has the positions of arguments that are the result of the same position. Raises InvalidModelError for a
    function that is missing, recursive, or does not take `count` arguments.
    """

    def __init__(self, builder: Builder, node: Node, called: Any, count: int) -> None:
        self._builder = builder
        self._node = node
        library = builder.library
        function = library.functions.get(called.name)
        if function is None:
            raise node.error(f"it runs the function {called.name!r}, which the graph's library does not have")
        refuse_recursion(node, function, library.chain)
        self._chain = (function.name, library.chain)
        if _length(self._chain) > MAX_DEPTH:
            raise UnsupportedError(f"conditionals and loops are nested more than {MAX_DEPTH} deep", node=node.name)
        taken = {inner.name for inner in function.nodes}
        names = [argument.name for argument in function.signature.input_arg]
        if len(names) != count:  # lists among them, or a wrong number, of which the call will complain
            names = [f"argument_{k}" for k in range(count)]
        self._arguments = [_free(name, taken) for name in names]
        call = Call(
            Node(node.name, node.op, self._arguments, node.message), function, called.attr, library.functions, ""
        )
        inner = expand(call.body(), library.functions, self._chain)
        placeholders = [_placeholder(name) for name in self._arguments]
        nodes, functions = without_frames([*placeholders, *inner], library.functions)
        nodes, self._functions = without_switches(nodes, functions)
        self._nodes: NodeMap = by_name(nodes)
        self._results = [self._result(source) for source in call.sources()]
        pairs = zip(self._arguments, self._results, strict=False)
        self.invariant = frozenset(k for k, (name, result) in enumerate(pairs) if name == result)

    def _result(self, source: str) -> str:
        reference = canonical(source, self._nodes)
        if reference is None:
            raise self._node.error(f"the function {self._chain[0]!r} returns {source!r}, which it does not compute")
        array = array_name(*reference)
        origin = self._origin(array)
        return origin if origin in self._arguments else array

    def _origin(self, array: str) -> str:
        """What an array is a mere copy of."""
        seen = 0
        while seen < len(self._nodes):
            node = self._nodes.get(array)
            if node is None or node.op not in _PASSING or not node.inputs:
                break
            array = node.inputs[0].removesuffix(":0")
            seen += 1
        return array

    @property
    def result_count(self) -> int:
        """How many results the function has."""
        return len(self._results)

    def build(self, arguments: Sequence[Array], name: str, unread: Sequence[Array] = ()) -> Graph:
        """The body as a new graph of the model, with the types of `arguments`; those with a value become constants.

        `unread` come before them as inputs that nothing reads. `name` gets a number where it is taken.
        """
        builder, library = self._builder, self._builder.library
        model = builder.graph.model
        graph = new_graph(model, name)
        arrays = {
            own: graph.array(own, given.dtype, given.shape, given.value)
            for own, given in zip(self._arguments, arguments, strict=True)
        }
        spare = [graph.array(_free(a.name, set(self._nodes)), a.dtype, a.shape) for a in unread]
        graph.retarget(inputs=[*spare, *(array for array in arrays.values() if array.value is None)])
        selection = select(self._nodes, self._arguments, self._results, library.options)
        within = Library(self._functions, library.options, self._chain)
        import_nodes(Builder(graph, self._nodes, within), self._nodes, selection, arrays)
        outputs: dict[Array, None] = {}
        for result in self._results:
            array = arrays.get(result)
            if array is None:
                raise self._node.error(f"the function {self._chain[0]!r} returns {result!r}, which there is not")
            if array in outputs:  # a graph names each of its outputs once
                array = graph.emit("Identity", [array], name=f"{array.name}/copy", origin=()).outputs[0]
            outputs[array] = None
        graph.retarget(outputs=list(outputs))
        return graph


def new_graph(model: Model, name: str) -> Graph:
    """A new graph under this name, or a numbered variant of it. Raises UnsupportedError when there are too many."""
    if len(model.graphs) >= MAX_GRAPHS:
        raise UnsupportedError(f"the model's conditionals and loops have more than {MAX_GRAPHS:,} bodies")
    free, number = name, 1
    while free in model.graphs:
        number += 1
        free = f"{name}_{number}"
    return model.graph(free)


def _length(chain: Chain | None) -> int:
    count = 0
    while chain is not None:
        count, chain = count + 1, chain[1]
    return count


def _free(name: str, taken: set[str]) -> str:
    while name in taken:
        name += "_"
    taken.add(name)
    return name


def _placeholder(name: str) -> Node:
    return Node(name, "Placeholder", [], protos.NodeDef(name=name, op="Placeholder"))
