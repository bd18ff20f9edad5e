"""Writes a model as ONNX: every operator through its exporter, then checked by the onnx package."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import onnx
from onnx import GraphProto, ModelProto, NodeProto, helper
from pytoco.compiler import Array, Graph, Model, PluginError, UnsupportedError, WriteReport, atomic_write

from .boundary import Types, boundary
from .element_types import code_of
from .exporters import exporters
from .exporters.base import Exporter
from .nodes import Nodes
from .operands import static_shape
from .options import SOURCE_NODES, opset_of
from .problems import Problems
from .refusal import Refusal

LIMIT = (1 << 31) - 1
"""Bytes that a protocol buffer can have."""

_STATES = "recurrent states are zeros at the beginning of every run: ONNX does not keep them"


def write(model: Model, destination: Path | None, options: Mapping[str, Any]) -> WriteReport:
    """Write `model` to the file `destination`, or return its bytes in the report when that is None.

    Options: `onnx_opset`; `onnx_source_nodes`; `exporters`, a mapping of kinds to exporters that go before this
    package's own. Names of inputs and outputs are those of the source model: of its only signature, or of the arrays.
    Raises UnsupportedError naming everything that ONNX cannot express, UsageError, and FileError.
    """
    writing = Writing(model, opset_of(options), exporters(options.get("exporters")))
    writing.source_nodes = bool(options.get(SOURCE_NODES))
    proto = writing.proto()
    data = proto.SerializeToString(deterministic=True)
    _check(proto)
    operators: dict[str, int] = {}
    for node in _all_nodes(proto.graph):
        operators[node.op_type] = operators.get(node.op_type, 0) + 1
    if destination is not None:
        atomic_write(destination, [data])
    return WriteReport(
        data=data if destination is None else None,
        path=destination,
        size=len(data),
        operators=dict(sorted(operators.items())),
        notes=[_STATES] if model.main.states else [],
    )


class Writing:
    """One model on its way to ONNX."""

    def __init__(self, model: Model, opset: int, table: Mapping[str, Exporter]) -> None:
        self.model = model
        self.opset = opset
        self.source_nodes = False
        self._table = table
        self._problems = Problems()
        self._types = Types(self._problems)

    def proto(self) -> ModelProto:
        """The model as ONNX's message; raises UnsupportedError for all problems at once."""
        graph, nodes = self.model.main, Nodes(self.opset, writer=self)
        self._check_size()
        inputs, outputs = boundary(self.model)
        for array, name in (*inputs, *outputs):
            nodes.names.unique(name)
            if array.value is None:
                nodes.given.setdefault(array, name)
        self.write_ops(graph, nodes)
        for array, name in outputs:
            if nodes.stored(array) != name:  # a constant, or a second name for a value
                nodes.target = name
                nodes.emit_many("Identity", [nodes.stored(array)], [name])
        for state in graph.states:
            self._begin(state.array, nodes)
        for array, name in (*inputs, *outputs):
            if array.dtype is not None and array.dtype.name.startswith("complex"):
                self._problems.note("array", "runtimes take no complex inputs and outputs", name)
        entries, results = ([self._types.info(name, array) for array, name in part] for part in (inputs, outputs))
        self._problems.finish()
        infos = [self._types.info(name, a) for a, name in nodes.given.items() if _tells(a, graph)]
        body = helper.make_graph(nodes.nodes, graph.name, entries, results, nodes.initializers, value_info=infos)
        opsets = [helper.make_opsetid("", self.opset)]
        version = helper.find_min_ir_version_for(opsets)
        made = helper.make_model(body, opset_imports=opsets, producer_name="pytoco-onnx", ir_version=version)
        self._types.complete(made)
        self._problems.finish()
        return made

    def write_ops(self, graph: Graph, nodes: Nodes) -> None:
        """The operators of a graph, one after the other; what is refused is noted."""
        for op in graph.order():
            nodes.target = op.name
            before = len(nodes.nodes)
            try:
                exporter = self._table.get(op.kind)
                if exporter is None:
                    raise Refusal("ONNX has no such operator")
                exporter(op, nodes)
            except Refusal as refusal:
                self._problems.note_op(op, refusal.reason)
            if self.source_nodes:
                for node in nodes.nodes[before:]:
                    node.doc_string = "\n".join(op.origin)

    def _begin(self, array: Array, nodes: Nodes) -> None:
        """A recurrent state that is read is zeros: there is nothing before the first run."""
        name = nodes.given.get(array)
        if name is None:
            return
        first, nodes.nodes = nodes.nodes, []
        try:
            tensor = helper.make_tensor("value", code_of(array.dtype, array.name), [1], [0])
            shape = nodes.ints(static_shape(array))
            nodes.emit_many("ConstantOfShape", [shape], [name], {"value": tensor})
        except Refusal as refusal:
            self._problems.note("state", refusal.reason, array.name)
        nodes.nodes += first

    def _check_size(self) -> None:
        arrays = [a for graph in self.model.graphs.values() for a in graph.arrays() if a.value is not None]
        total = sum((a.size or 0) * a.dtype.itemsize for a in arrays if a.dtype is not None)
        if total > LIMIT:
            raise UnsupportedError(
                f"the constants take {total:,} bytes, and an ONNX file holds at most {LIMIT:,}",
                hint="this package does not write external data; convert parts of the model, with --output_arrays",
            )


def _tells(array: Array, graph: Graph) -> bool:
    """Whether the file should say the type of a value between: where all is known, and it is no constant."""
    known = array.dtype is not None and not array.dtype.name.startswith("complex") and array.size is not None
    return known and array.value is None and not graph.is_pinned(array) and array in graph


def _all_nodes(graph: GraphProto) -> list[NodeProto]:
    """The nodes of a graph and of the graphs in their attributes."""
    found, waiting = [], [graph]
    while waiting:
        for node in waiting.pop().node:
            found.append(node)
            waiting += [a.g for a in node.attribute if a.HasField("g")]
    return found


def _check(proto: ModelProto) -> None:
    """Hold the model against ONNX's own rules and its shape inference."""
    try:
        onnx.checker.check_model(proto, full_check=True)
    except (onnx.checker.ValidationError, onnx.shape_inference.InferenceError) as error:
        raise PluginError(
            f"the ONNX model is not valid: {error}", hint="this is a fault of pytoco-onnx; please report it"
        ) from error
