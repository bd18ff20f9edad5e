"""One graph of a model on its way into the header: numbering its tensors, lowering its operators, writing both."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from ...compiler.errors import InternalError, UnsupportedError
from ...compiler.ir.items import Array
from ...compiler.ir.types import MinMax, Quantization, Shape, dtype_of
from .constants import content_of
from .fields import code
from .lowering import Lowered
from .schema.tables import UNIONS

if TYPE_CHECKING:
    from ...compiler.ir import Graph
    from .flat_builder import FlatBuilder
    from .header import Header

_MAX_ELEMENTS = 0x7FFFFFFF


class PlannedGraph:
    """The operators of a graph, lowered, and its tensors in file order: inputs, then operands and results by operator.

    Whatever cannot be expressed is noted with the header's lowering, so that one report covers the model.
    """

    __slots__ = ("_graph", "_header", "_operators", "_taken", "index", "tensors")

    def __init__(self, graph: Graph, header: Header) -> None:
        self._graph = graph
        self._header = header
        self._operators: list[tuple[Lowered, tuple[int, ...], tuple[int, ...]]] = []
        self._taken: set[str] = set()
        self.tensors: list[Array] = []
        self.index: dict[Array, int] = {}
        number = self._number
        for array in graph.inputs:
            number(array)
        lower = header.lowering.lower
        updated: set[Array] = set()
        for op in graph.order():
            lowered = lower(op)
            if lowered is None:
                continue
            operands = [
                -1 if x is None else number(x if isinstance(x, Array) else self._extra(x, op.name))
                for x in lowered.operands
            ]
            updated.update(op.inputs[k] for k in lowered.mutates if op.inputs[k] is not None)  # type: ignore[misc]
            self._operators.append((lowered, tuple(operands), tuple([number(x) for x in op.outputs])))
        for array in graph.outputs:
            number(array)
        for state in graph.states:
            number(state.array)
            if state.array not in updated:
                raise UnsupportedError(
                    f"the state {state.array.name!r} would never change: TFLite has states only in recurrent operators",
                    array=state.array.name,
                    hint="unroll the loop, or take the state as an input and an output",
                )

    def _number(self, array: Array) -> int:
        found = self.index.get(array)
        if found is None:
            found = self.index[array] = len(self.tensors)
            self.tensors.append(array)
        return found

    def _extra(self, value: Any, base: str) -> Array:
        """A constant that only the file needs; it takes no part in the graph."""
        made = np.asarray(value)
        return Array(
            0, self._graph.unique_name(f"{base}/operand{len(self.tensors)}"), dtype_of(made.dtype), made.shape, made
        )

    def names(self) -> dict[str, int]:
        """Tensor numbers by array name."""
        return {array.name: k for array, k in self.index.items()}

    def build(self) -> int:
        """Write the graph and everything it refers to; returns the reference to its SubGraph table."""
        b, header, graph = self._header.builder, self._header, self._graph
        header.visit(2 * len(self._operators) + len(self.tensors))
        rows = _Rows()
        for lowered, inputs, outputs in self._operators:
            self._operator(rows, lowered, inputs, outputs)
        operators = rows.write(b, "Operator")
        return b.table(
            "SubGraph",
            tensors=b.references(self._tensors()),
            inputs=header.index_vector(tuple([self.index[a] for a in graph.inputs])),
            outputs=header.index_vector(tuple([self.index[a] for a in graph.outputs])),
            operators=b.references(operators),
            name=b.string(graph.name),
        )

    def _operator(self, rows: _Rows, lowered: Lowered, inputs: tuple[int, ...], outputs: tuple[int, ...]) -> None:
        header = self._header
        vector = header.index_vector
        names: tuple[str, ...] = _PLAIN_OPERATOR
        results = outputs[: len(outputs) - lowered.intermediates]
        values: tuple[Any, ...] = (header.opcode(lowered), vector(inputs), vector(results))
        table = lowered.options
        if table in UNIONS["BuiltinOptions"]:
            names = _OPERATOR
            values = (*values, UNIONS["BuiltinOptions"][table], header.options(table, lowered.fields))
        elif table:
            names = (*names, "builtin_options2_type", "builtin_options2")
            values = (*values, code("BuiltinOptions2", table), header.options(table, lowered.fields))
        elif lowered.fields or lowered.custom_options:
            options = lowered.custom_options
            if not options:
                from .custom import flex_map

                options = flex_map(lowered.fields.items())
            if options:
                names, values = (*names, "custom_options"), (*values, header.builder.data(options, 16))
        if lowered.mutates:
            mutates = header.builder.numbers("?", [k in lowered.mutates for k in range(len(inputs))])
            names, values = (*names, "mutating_variable_inputs"), (*values, mutates)
        if lowered.intermediates:
            names, values = (*names, "intermediates"), (*values, vector(outputs[-lowered.intermediates :]))
        rows.add(names, values)

    def _tensors(self) -> list[int]:
        header = self._header
        variables = {s.array for s in self._graph.states}
        strings = header.builder.strings([array.name for array in self.tensors])
        rows = _Rows()
        for array, name in zip(self.tensors, strings, strict=True):
            buffer = 0
            if array.value is not None:
                buffer = header.pool.number(content_of(array.value, array.dtype))
            kind, shape = header.tensor_type(array), array.shape
            names: tuple[str, ...]
            values: tuple[Any, ...]
            if shape is None:
                names, values = _UNRANKED, (kind, buffer, name)
            else:
                names, values = _TENSOR, (kind, buffer, name, header.index_vector(_extents(array)), True)
                if array.size is None:
                    names, values = (*names, "shape_signature"), (*values, header.index_vector(_signature(shape)))
            if array.quantization is not None or array.minmax is not None:
                scales = self._quantization(array.quantization, array.minmax)
                names, values = (*names, "quantization"), (*values, scales)
            if array in variables:
                names, values = (*names, "is_variable"), (*values, True)
            rows.add(names, values)
        return rows.write(header.builder, "Tensor")

    def _quantization(self, value: Quantization | None, minmax: MinMax | None) -> int:
        self._header.visit(1)
        return self._header.quantization(value, minmax)


_PLAIN_OPERATOR = ("opcode_index", "inputs", "outputs")
_OPERATOR = (*_PLAIN_OPERATOR, "builtin_options_type", "builtin_options")
_UNRANKED = ("type", "buffer", "name")
_TENSOR = (*_UNRANKED, "shape", "has_rank")


class _Rows:
    """Tables of one kind in order, gathered by the fields they have, so that equal ones are written together."""

    __slots__ = ("_count", "_groups")

    def __init__(self) -> None:
        self._count = 0
        self._groups: dict[tuple[str, ...], tuple[list[int], list[tuple[Any, ...]]]] = {}

    def add(self, names: tuple[str, ...], values: tuple[Any, ...]) -> None:
        """One more table, with these fields."""
        group = self._groups.get(names)
        if group is None:
            group = self._groups[names] = ([], [])
        group[0].append(self._count)
        group[1].append(values)
        self._count += 1

    def write(self, builder: FlatBuilder, table: str) -> list[int]:
        """Write them; returns their references in the order in which they were added."""
        made = [0] * self._count
        for names, (places, rows) in self._groups.items():
            references = builder.tables(table, names, list(zip(*rows, strict=True)), len(rows))
            for place, reference in zip(places, references, strict=True):
                made[place] = reference
        return made


def _extents(array: Array) -> tuple[int, ...]:
    """The shape with 1 for what is unknown. Raises UnsupportedError beyond 2^31 - 1 elements, the runtimes' limit."""
    shape = array.shape
    if shape is None:
        raise InternalError("a tensor of unknown rank has no extents", array=array.name)
    product = 1
    for d in shape:
        product *= d if type(d) is int else 1
    if product > _MAX_ELEMENTS:
        raise UnsupportedError(
            f"{array.name!r} has {product:,} elements; TFLite counts them in 31 bits", array=array.name
        )
    return tuple([d if type(d) is int else 1 for d in shape])


def _signature(shape: Shape) -> tuple[int, ...]:
    return tuple([d if type(d) is int else -1 for d in shape or ()])
