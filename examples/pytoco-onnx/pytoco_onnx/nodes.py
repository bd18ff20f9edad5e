"""The nodes of an ONNX graph under construction: what exporters write to."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol, TypeAlias

import numpy as np
from numpy.typing import NDArray
from onnx import NodeProto, TensorProto, helper
from pytoco.compiler import Array, DType, Graph, Model

from .element_types import need_type, operand_types, type_text
from .names import Names
from .refusal import Refusal
from .tensors import tensor_of

Operand: TypeAlias = Array | str | None
"""An array of the IR, the name of a value made here, or None for one that is left out."""

Link: TypeAlias = tuple[str, tuple[Operand, ...], dict[str, Any]]
"""A node in a chain: its type, its operands behind the first one, and its attributes."""

_GRIDS = {"uint8": 13, "int8": 13, "int32": 13, "uint16": 21, "int16": 21}
"""Since which opset QuantizeLinear and DequantizeLinear know a type."""


class Writer(Protocol):
    """Who writes the operators of a graph."""

    @property
    def model(self) -> Model: ...  # noqa: D102
    def write_ops(self, graph: Graph, nodes: Nodes) -> None: ...  # noqa: D102


class Nodes:
    """Collects nodes and initializers of one graph.

    An exporter makes nodes with `emit`; the last one of an operator writes `to` its result. `opset` is the version of
    ONNX's operator set that is written. `target` is the name of the operator that is being exported, from which names
    of intermediate values are made; `made_by` says of values what type of node made them.

    Arrays with a grid are read as real values, through a DequantizeLinear, and written through a QuantizeLinear: the
    form in which runtimes know quantised models.
    """

    def __init__(self, opset: int, names: Names | None = None, writer: Writer | None = None) -> None:
        self.opset = opset
        self.names = names or Names()
        self.writer = writer
        self.nodes: list[NodeProto] = []
        self.initializers: list[TensorProto] = []
        self.given: dict[Array, str] = {}
        self.made_by: dict[str, str] = {}
        self.target = ""
        self._real: dict[Array, str] = {}
        self._constants: dict[tuple[str, tuple[int, ...], bytes], str] = {}

    # Values -----------------------------------------------------------------------------------------------------------

    def stored(self, array: Array) -> str:
        """The name of an array's value as it is stored; a constant becomes an initializer when first asked for."""
        found = self.given.get(array)
        if found is None:
            found = self.given[array] = self.names.unique(array.name)
            if array.value is not None:
                self._initializer(array, found, array.dtype)
        return found

    def operand(self, item: Operand) -> str:
        """The name by which a node reads something, "" for what is left out; of a quantised array its real values."""
        if item is None or isinstance(item, str):
            return item or ""
        if item.quantization is None:
            return self.stored(item)
        if item not in self._real:
            grid, attributes = self.grid(item)
            self._real[item] = self.emit("DequantizeLinear", self.stored(item), *grid, attributes=attributes)
        return self._real[item]

    def grid(self, array: Array) -> tuple[list[str], dict[str, Any]]:
        """Scale and zero point of a quantised array as operands, and the axis that they go along as an attribute."""
        grid = array.quantization
        assert grid is not None
        one = grid.axis is None
        dtype = None if array.dtype is None else array.dtype.numpy
        if dtype is None or dtype.name not in _GRIDS:
            raise Refusal(f"{array.name!r} is quantised in {array.dtype}, for which ONNX has no grid")
        self.need(_GRIDS[dtype.name], f"a grid of {dtype.name}")
        scale = np.array(grid.scale[0] if one else grid.scale, np.float32)
        zero = np.array(grid.zero_point[0] if one else grid.zero_point, dtype)
        operands = [self.constant(scale, "scale")]
        if dtype.name != "int32":  # always 0, and not every runtime takes the operand
            operands.append(self.constant(zero, "zero_point"))
        return operands, {} if one else {"axis": grid.axis}

    def constant(self, value: Any, hint: str = "constant", dtype: DType | None = None) -> str:
        """The name of an initializer that holds `value`; equal small ones are one. `dtype` is needed for bfloat16."""
        value = np.asarray(value)
        if value.nbytes > 256 or value.dtype.kind == "O":
            name = self.names.unique(f"{self.target}/{hint}")
            self._initializer(value, name, dtype)
            return name
        key = (value.dtype.str if dtype is None else dtype.name, value.shape, value.tobytes())
        if key not in self._constants:
            self._constants[key] = self.names.unique(f"{self.target}/{hint}")
            self._initializer(value, self._constants[key], dtype)
        return self._constants[key]

    def ints(self, values: Sequence[int], hint: str = "constant") -> str:
        """A vector of int64: axes, shapes and the like."""
        return self.constant(np.array(values, np.int64).reshape(-1), hint)

    def number(self, value: float, like: Array | None) -> str:
        """A scalar of the type of an array; raises Refusal where that is unknown."""
        return self.constant(np.array(value, need_type(like).numpy), "number", need_type(like))

    def int64(self, array: Array | None, vector: bool = True) -> str:
        """An integer operand as int64, as ONNX has shapes, axes and indices; with `vector` a scalar becomes one."""
        if array is None or array.dtype is None:
            raise Refusal("an integer operand of unknown type")
        if array.value is not None and array.quantization is None:
            value = array.numpy().astype(np.int64)
            return self.constant(value.reshape(-1) if vector else value, "constant")
        name = self.operand(array)
        if array.dtype.name != "int64":
            name = self.emit("Cast", name, attributes={"to": TensorProto.INT64})
        if vector and array.rank != 1:
            name = self.emit("Reshape", name, self.ints([-1]))
        return name

    def _initializer(self, content: Array | NDArray[Any], name: str, dtype: DType | None) -> None:
        if self.writer is not None:  # else this is a try, of which only a refusal matters
            value = content.numpy() if isinstance(content, Array) else content
            self.initializers.append(tensor_of(value, name, dtype))

    # Nodes ------------------------------------------------------------------------------------------------------------

    def emit(
        self, op_type: str, *inputs: Operand, to: Array | None = None, attributes: dict[str, Any] | None = None
    ) -> str:
        """A node with one result, `to` an array of the IR or a value of its own; returns its name."""
        return self.emit_many(op_type, inputs, [to], attributes)[0]

    def chain(self, data: Operand, links: Sequence[Link], to: Array) -> None:
        """One node after the other, each over what the one before made; the last one writes `to`. None make a copy."""
        for k, (op_type, operands, attributes) in enumerate(links or [("Identity", (), {})]):
            last = k >= len(links) - 1
            data = self.emit(op_type, data, *operands, to=to if last else None, attributes=attributes)

    def emit_many(
        self,
        op_type: str,
        inputs: Sequence[Operand],
        outputs: Sequence[Array | str | None],
        attributes: dict[str, Any] | None = None,
    ) -> list[str]:
        """A node with several results: arrays of the IR, None for values of its own, "" for those not wanted."""
        self._check(op_type, inputs)
        read = [self.operand(item) for item in inputs]
        while read and not read[-1]:
            read.pop()
        made = [self._result(item, op_type) for item in outputs]
        name = self.names.unique(f"node:{made[0]}")
        node = NodeProto(op_type=op_type, name=name.removeprefix("node:"), input=read, output=made)
        for key, value in sorted((attributes or {}).items()):
            if value is not None:
                node.attribute.append(helper.make_attribute(key, int(value) if isinstance(value, bool) else value))
        self.nodes.append(node)
        self.made_by.update(dict.fromkeys(made, op_type))
        for item, real in zip(outputs, made, strict=True):
            if isinstance(item, Array) and item.quantization is not None:
                grid, more = self.grid(item)
                self.emit_many("QuantizeLinear", [real, *grid], [self.stored(item)], more)
        return made

    def _result(self, item: Array | str | None, op_type: str) -> str:
        if isinstance(item, str):
            return item
        if item is None or item.quantization is not None:
            return self.names.unique(f"{self.target}/{op_type}")
        return self.stored(item)

    def _check(self, op_type: str, inputs: Sequence[Operand]) -> None:
        """Raise Refusal where the operator set has no such operator, or not for the types of these operands."""
        operands, since = operand_types(op_type, self.opset)
        if not operands:
            raise Refusal(f"{op_type} needs opset {since}, and opset {self.opset} is asked for")
        for position, item in enumerate(inputs):
            if isinstance(item, Array):
                allowed = operands[min(position, len(operands) - 1)]
                dtype = need_type(item)
                if dtype.name.startswith("complex"):
                    raise Refusal("ONNX has no operators on complex numbers")
                if type_text(dtype) not in allowed:
                    raise Refusal(f"{op_type} of opset {self.opset} takes no {dtype.name}")

    def need(self, opset: int, what: str) -> None:
        """Raise Refusal when the operator set is older than `opset`, which `what` needs."""
        if self.opset < opset:
            raise Refusal(f"{what} needs opset {opset}, and opset {self.opset} is asked for")

    def child(self) -> Nodes:
        """The nodes of a graph inside this one, which may read all values of this one."""
        made = Nodes(self.opset, self.names, self.writer)
        made.target = self.target
        return made

    def beside(self) -> Nodes:
        """Nodes that go where these go, for another graph of the model, whose arrays have other names each time."""
        made = self.child()
        made.nodes, made.initializers, made._constants = self.nodes, self.initializers, self._constants
        made.made_by = self.made_by
        return made
