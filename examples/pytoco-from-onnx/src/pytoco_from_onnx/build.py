"""Turns selected nodes into a graph: inputs and initializers become arrays, everything else goes to its importer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from pytoco.compiler import Array, Graph, InvalidModelError, Model, PytocoError

from .builder import TO_NCHW, TO_NHWC, Builder, Importer, Inputs, Unsupported
from .importers import lookup
from .nodes import Node, captures
from .opaque import emit_opaque
from .select import select
from .shapes import InputTypes
from .source import Source
from .tensors import decode
from .wanted import Wanted


class GraphBuild:
    """Fills an empty graph with `nodes`, which stand in an order in which they can run."""

    def __init__(self, source: Source, graph: Graph, wanted: Wanted) -> None:
        self.source = source
        self.graph = graph
        self.wanted = wanted
        self.builder = Builder(graph, source.values, self.body)
        self.arrays: dict[str, Array] = {}
        self._named: set[Array] = set()
        self._importers: dict[str, Importer | None] = dict(wanted.importers)

    def body(self, node: Node, key: str, given: Mapping[str, Array]) -> Graph:
        """The graph that is a node's attribute as a new graph of the model, which takes `given` by their names in it.

        Constants of this graph that it reads become constants of its own. Raises Unsupported for results that it
        merely hands through.
        """
        source = Source(self.source.model, self.source.files, node.graph(key))
        inner = GraphBuild(source, new_graph(self.graph.model, f"{node.name}/{key}"), self._inner_wanted())
        for name, array in given.items():
            inner.arrays[name] = inner.graph.array(name, array.dtype, array.shape)
        inner.graph.retarget(inputs=list(inner.arrays.values()))
        for name in captures(node.graph(key)):
            if name not in given:
                array = self._operand(name, node)
                inner.arrays[name] = inner.graph.array(name, array.dtype, array.shape, array.value)
        nodes, _ = select(source, inner.arrays, source.outputs)
        inner.finish(nodes, source.outputs)
        return inner.graph

    def _inner_wanted(self) -> Wanted:
        return Wanted(keep_source_ops=self.wanted.keep_source_ops, importers=self.wanted.importers)

    def run(self, nodes: Sequence[Node], inputs: Sequence[str], outputs: Sequence[str]) -> None:
        """Import everything; raises UsageError for inputs without a usable shape, InvalidModelError for bad nodes."""
        self._inputs(inputs)
        self.finish(nodes, outputs)

    def finish(self, nodes: Sequence[Node], outputs: Sequence[str]) -> None:
        """Import the nodes behind inputs that are there already, and set the outputs."""
        for rank, node in enumerate(nodes):
            self.graph.new_op_rank = rank
            self._add(node)
        self.graph.new_op_rank = len(nodes)
        self.graph.retarget(outputs=self._outputs(outputs))
        self.graph.new_op_rank = 0

    # Boundary --------------------------------------------------------------------------------------------------------

    def _inputs(self, names: Sequence[str]) -> None:
        wanted, values = self.wanted, self.source.values
        shapes = {wanted.named([k], values, "input_shapes").get(k): v for k, v in wanted.shapes.items()}
        types = {wanted.named([k], values, "input_data_types").get(k): v for k, v in wanted.types.items()}
        known = InputTypes(self.source, wanted)
        made = []
        for name in names:
            dtype, shape = known.of(name, shapes.get(name), types.get(name))
            if wanted.nhwc_boundary and shape is not None and len(shape) == 4:
                image = self.graph.array(name, dtype, tuple([shape[i] for i in TO_NHWC]))
                made.append(image)
                self.graph.retarget(inputs=made)
                perm = self.graph.constant(_perm(TO_NCHW), self.builder.helper_name(f"{name}/perm"))
                inner = self.builder.helper_name(f"{name}/nchw")
                self.arrays[name] = self.graph.emit("Transpose", [image, perm], name=inner, origin=(name,)).outputs[0]
            else:
                self.arrays[name] = self.graph.array(name, dtype, shape)
                made.append(self.arrays[name])
        self.graph.retarget(inputs=made)

    def _outputs(self, names: Sequence[str]) -> list[Array]:
        made: list[Array] = []
        for name in names:
            array = self._operand(name, None)
            if self.wanted.nhwc_boundary and array.rank == 4:
                made.append(self._last_channels(array, name))
            elif array.name != name or array in made:
                origin = (name,)
                made.append(self.graph.emit("Identity", [array], name=self._freed(name), origin=origin).outputs[0])
            else:
                made.append(array)
        return made

    def _last_channels(self, array: Array, name: str) -> Array:
        perm = self.graph.constant(_perm(TO_NHWC), self.builder.helper_name(f"{name}/perm"))
        return self.graph.emit("Transpose", [array, perm], name=self._freed(name), origin=(name,)).outputs[0]

    def _freed(self, name: str) -> str:
        """`name`, which no array has any more, except an input, whose name is a promise as well."""
        holder = self.graph.find(name)
        if holder is None:
            return name
        if holder in self.graph.inputs:
            return self.builder.helper_name(f"{name}/output")
        self.graph.update(holder, name=self.builder.helper_name(f"{name}/nchw"))
        return name

    # Nodes -----------------------------------------------------------------------------------------------------------

    def _operand(self, name: str, reader: Node | None) -> Array:
        array = self.arrays.get(name)
        if array is None:
            tensor = self.source.initializers.get(name)
            if tensor is None:
                text = f"{name!r} is read before anything makes it"
                raise InvalidModelError(text, array=name) if reader is None else reader.error(text)
            dtype, value = decode(tensor, self.source.files, f"initializer {name!r}")
            array = self.arrays[name] = self.graph.array(name, dtype, value.shape, value)
        return array

    def _add(self, node: Node) -> None:
        builder = self.builder
        builder.node, builder.origin = node, (node.name,)
        operands = [self._operand(name, node) if name else None for name in (*node.inputs, *node.captures)]
        results = self._imported(node, operands)
        for k, name in enumerate(node.outputs):
            array = results[k] if k < len(results) else None
            if array is None or not name or name in self.arrays:
                continue
            self.arrays[name] = array
            if array not in self._named and array not in operands:
                self._named.add(array)
                self._rename(array, name)

    def _rename(self, array: Array, name: str) -> None:
        """Call a result of the node at hand as the file does."""
        holder = self.graph.find(name)
        if array.name == name or holder in self.graph.inputs:
            return
        if holder is not None:
            self.graph.update(holder, name=self.builder.helper_name(f"{name}/inner"))
        self.graph.update(array, name=name)

    def _imported(self, node: Node, operands: Inputs) -> Sequence[Array | None]:
        importer = None if self.wanted.keep_source_ops else self._importer(node)
        if importer is None:
            return emit_opaque(self.builder, operands, self.source, "")
        try:
            return importer(self.builder, node, operands)
        except Unsupported as reason:
            return emit_opaque(self.builder, operands, self.source, str(reason))
        except PytocoError:
            raise
        except (ValueError, TypeError, KeyError, IndexError, OverflowError, AttributeError) as error:
            hint = "the node is malformed, or its importer has a fault"
            raise node.error(f"it cannot be imported: {error}", hint) from error

    def _importer(self, node: Node) -> Importer | None:
        if node.kind not in self._importers:
            self._importers[node.kind] = lookup(node.kind)
        return self._importers[node.kind]


def new_graph(model: Model, name: str) -> Graph:
    """A new graph of that name, or of that name with a number."""
    made, number = name, 0
    while made in model.graphs:
        number += 1
        made = f"{name}_{number}"
    return model.graph(made)


def _perm(perm: Sequence[int]) -> NDArray[Any]:
    return np.array(perm, np.int32)
