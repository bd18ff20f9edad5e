"""One graph of a file: its boundary, its operators in the file's order, and the arrays between them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

import numpy as np

from ...backends.tflite.fields import fields, name_of
from ...backends.tflite.raw import RawOperator, names_graphs, opaque
from ...backends.tflite.schema.tables import ENUMS, UNIONS
from ...compiler.errors import InvalidModelError, UnsupportedError, UsageError, VerifyError
from ...compiler.ir.items import Array, Op, State
from ...compiler.ir.opaque import OPAQUE
from ...compiler.ir.subgraphs import CALLERS, verify_calls
from ...compiler.ir.types import Dim, Shape, is_static
from ...compiler.ops.shape import ShapeAttrs
from .operators import NotUnderstoodError, understand
from .select import Wanted, number_of
from .tensors import Tensor, constant, read_tensor

if TYPE_CHECKING:
    from ...compiler.ir import Value
    from ...compiler.ir.graph import Graph
    from .model import ModelReader

_T = TypeVar("_T")
_UNIONS = (("builtin_options", "BuiltinOptions"), ("builtin_options2", "BuiltinOptions2"))


class Operator(NamedTuple):
    """An operator's tensors by number (-1: left out), and the position of its table."""

    inputs: tuple[int, ...]
    outputs: tuple[int, ...]
    intermediates: tuple[int, ...]
    table: dict[str, Any]


class GraphReader:
    """Reads the subgraph `table` into `graph`, as much of it as `wanted` asks for.

    Raises InvalidModelError, UnsupportedError, and UsageError for names and shapes that do not go with the graph.
    """

    def __init__(self, model: ModelReader, table: dict[str, Any], graph: Graph, wanted: Wanted) -> None:
        self.graph = graph
        self._model = model
        self._wanted = wanted
        self._arrays: dict[int, Array] = {}
        self._states: dict[int, Array] = {}
        self._resized: set[Array] = set()
        self._calls: dict[Op, RawOperator] = {}
        self.tensors = [read_tensor(model.reader, p) for p in table["tensors"] or ()]
        self._names, self._numbers = _unique([t.name for t in self.tensors])
        # Files from before the field has_rank have none that says so; an empty shape there is a scalar's.
        self._empty_is_scalar = not any(t.has_rank for t in self.tensors)
        operators = [self._operator(model.reader.table("Operator", p)) for p in table["operators"] or ()]
        inputs, outputs = self._checked(table["inputs"]), self._checked(table["outputs"])
        own = inputs, outputs
        if wanted.inputs is not None or wanted.outputs is not None:
            inputs, outputs, operators = self._narrowed(inputs, outputs, operators)
        self.is_narrowed = (inputs, outputs) != own
        self._produced = {k for op in operators for k in op.outputs}
        self._inputs(inputs)
        for rank, operator in enumerate(operators):
            graph.new_op_rank = rank
            self._add(operator)
        graph.new_op_rank = len(operators)
        self._outputs(outputs)

    def boundary(self, number: int, part: str) -> Array:
        """The array of a tensor that is an input or an output."""
        if number not in self._arrays:
            raise InvalidModelError(f"tensor {number} is not among the {part} of graph {self.graph.name!r}")
        return self._arrays[number]

    # Tensors and boundary -------------------------------------------------------------------------------------------

    def _checked(self, numbers: Sequence[int] | None, least: int = 0) -> tuple[int, ...]:
        for k in numbers or ():
            if not least <= k < len(self.tensors):
                raise InvalidModelError(f"tensor {k} of {len(self.tensors)} in graph {self.graph.name!r}")
        return tuple(numbers or ())

    def _inputs(self, numbers: Sequence[int]) -> None:
        shapes = self._by_input(self._wanted.shapes, "input_shapes", numbers)
        for k, dtype in self._by_input(self._wanted.types, "input_data_types", numbers).items():
            if dtype is not self.tensors[k].dtype:
                name, own = self._names[k], self.tensors[k].dtype
                raise UsageError(f"input {name!r} is {own} in the file, which cannot become {dtype}", array=name)
        for k in numbers:
            if k in self._arrays:
                raise InvalidModelError(f"tensor {self._names[k]!r} is an input twice", array=self._names[k])
            if k in self._produced:
                raise InvalidModelError(f"input {self._names[k]!r} is the result of an operator", array=self._names[k])
            array = self._made(k)
            if k in shapes:
                told = tuple([Dim() if d is None else d for d in shapes[k]])
                if told != array.shape:
                    self.graph.update(array, shape=told)
                    self._resized.add(array)
            elif array.shape is None and self._empty_is_scalar:
                self.graph.update(array, shape=())
        self.graph.retarget(inputs=[self._arrays[k] for k in numbers])

    def _by_input(self, given: Mapping[str, _T], what: str, numbers: Sequence[int]) -> dict[int, _T]:
        """`given` by tensor. Raises UsageError for a name that is no input's."""
        found: dict[int, _T] = {}
        for name, value in given.items():
            number = number_of(name, self._numbers)
            if number is not None and number in numbers:
                found[number] = value
            elif not self._wanted.tolerate:
                raise UsageError(f"{what} names {name!r}, which is not an input array", array=name)
        return found

    def _outputs(self, numbers: Sequence[int]) -> None:
        made: dict[Array, None] = {}
        for k in numbers:
            array = self._operand(k)
            made[self._copied(array) if array in made else array] = None
        states = [State(a, a) for a in self._states.values()]
        self.graph.retarget(outputs=list(made), states=states)

    def _copied(self, array: Array) -> Array:
        """A second array for an output that is named twice, by what there is in TFLite instead of an Identity."""
        graph, name = self.graph, array.name
        if array.shape is not None and is_static(array.shape):
            shape = graph.constant(np.array(array.shape, np.int32), self._free(f"{name}/shape"))
        else:
            shape = graph.emit("Shape", [array], ShapeAttrs(), name=self._free(f"{name}/shape")).outputs[0]
        second = graph.array(
            self._free(f"{name}_again"),
            array.dtype,
            array.shape,
            minmax=array.minmax,
            quantization=array.quantization,
        )
        graph.emit("Reshape", [array, shape], outputs=[second], origin=(name,))
        return second

    def _made(self, k: int) -> Array:
        """The array of an input, a state or a result."""
        tensor = self.tensors[k]
        array = self._arrays[k] = self._array(k, _shape(tensor), None)
        return array

    def _array(self, k: int, shape: Shape, value: Value | None) -> Array:
        tensor = self.tensors[k]
        return self.graph.array(
            self._names[k], tensor.dtype, shape, value, minmax=tensor.minmax, quantization=tensor.quantization
        )

    def _operand(self, k: int) -> Array:
        """The array of a tensor that is read: one that is there already, or a constant, or a state."""
        array = self._arrays.get(k)
        if array is not None:
            return array
        tensor, name = self.tensors[k], self._names[k]
        if tensor.is_variable and k not in self._produced:
            self._states[k] = self._made(k)
            return self._arrays[k]
        content = None if k in self._produced else self._model.content(tensor.buffer) if tensor.buffer else None
        if content is None and 0 in tensor.shape and k not in self._produced:
            content = memoryview(b"")
        if content is None or (not content and 0 not in tensor.shape):
            raise InvalidModelError(f"tensor {name!r} is read before anything computes it", array=name)
        array = self._arrays[k] = self._array(k, tensor.shape, constant(content, tensor))
        return array

    def _free(self, name: str) -> str:
        made, number = name, 0
        while made in self._numbers or self.graph.find(made) is not None:
            number += 1
            made = f"{name}_{number}"
        self._numbers[made] = -1
        return made

    # Operators ------------------------------------------------------------------------------------------------------

    def _operator(self, table: dict[str, Any]) -> Operator:
        if table["opcode_index"] >= len(self._model.codes):
            raise InvalidModelError(f"an operator has code {table['opcode_index']} of {len(self._model.codes)}")
        inputs = self._checked(table["inputs"], -1)
        return Operator(inputs, self._checked(table["outputs"]), self._checked(table["intermediates"]), table)

    def _add(self, operator: Operator) -> None:
        operands = [None if k < 0 else self._operand(k) for k in operator.inputs]
        while operands and operands[-1] is None:
            operands.pop()
        results = []
        for k in (*operator.outputs, *operator.intermediates):
            if k in self._arrays:
                name = self._names[k]
                raise InvalidModelError(f"tensor {name!r} is computed, and something else as well", array=name)
            results.append(self._made(k))
        raw, options = self._raw(operator)
        resized = any(array in self._resized for array in operands)
        if resized:
            self._resized.update(results)
            for array in results:
                self.graph.update(array, shape=None)
        if raw.builtin == "RESHAPE" and len(operands) == 1 and options.get("new_shape") is not None:
            operands.append(self._extra(options["new_shape"], results, 1))
        origin = tuple([a.name for a in results[:1]])
        try:
            op, extra = understand(self.graph, raw, options, operands, results)
        except NotUnderstoodError as error:
            if resized and str(error):
                raise UsageError(
                    f"{raw.builtin} does not take the shapes that follow from input_shapes: {error}"
                ) from None
            self._settle(operator, results, resized)
            self.graph.emit(OPAQUE, operands, opaque(raw, str(error)), outputs=results, origin=origin)
            return
        for k, value in enumerate(extra):
            if value is not None:
                made = self._extra(value, results, k)
                operands[k:] = [made, *operands[k + 1 :]]
        for array in results:
            if array.shape is None and self._empty_is_scalar:
                self.graph.update(array, shape=())
        added = self.graph.emit(op.kind, operands, op.attrs, outputs=results, origin=origin)
        if added.kind in CALLERS:
            self._calls[added] = raw

    def check_calls(self) -> None:
        """Once all graphs are there: an operator that does not go with the graphs that it runs stays as it was."""
        for op, raw in self._calls.items():
            try:
                verify_calls(self.graph, op)
            except VerifyError as error:
                self.graph.remove(op)
                self.graph.new_op_rank = op.rank
                self.graph.emit(OPAQUE, op.inputs, opaque(raw, str(error)), outputs=op.outputs, origin=op.origin)

    def _settle(self, operator: Operator, results: Sequence[Array], resized: bool) -> None:
        """Give the results of an operator that nobody can infer what is known of their shapes."""
        for k, array in zip((*operator.outputs, *operator.intermediates), results, strict=True):
            told = _shape(self.tensors[k])
            if told is None and self._empty_is_scalar:
                told = ()
            self.graph.update(array, shape=tuple([Dim() for _ in told]) if resized and told is not None else told)

    def _extra(self, value: Any, results: Sequence[Array], place: int) -> Array:
        """A constant that the file does not have but the IR wants as an operand."""
        made = np.asarray(value, np.int32 if isinstance(value, tuple) else None)
        return self.graph.constant(made, self._free(f"{results[0].name}/operand{place}"))

    def _raw(self, operator: Operator) -> tuple[RawOperator, dict[str, Any]]:
        """The operator as it stands in the file, and all fields of its options table."""
        table = operator.table
        code = self._model.codes[table["opcode_index"]]
        name, options, kept = "", {}, {}
        for field, union in _UNIONS:
            number = table[f"{field}_type"]
            if not number or table[field] is None:
                continue
            name = name_of(union, number)
            if name not in UNIONS[union]:
                raise UnsupportedError(
                    f"options {number} of {code.builtin} are not in the schema that this version knows"
                )
            options = self._model.reader.table(name, table[field])
            for f in fields(name).values():
                value = options[f.name]
                if names_graphs(f.name) and (value is not None or f.is_inline):
                    several = isinstance(value, tuple)
                    found = [self._model.graph_name(k) for k in (value if several else (value,))]
                    options[f.name] = kept[f.name] = tuple(found) if several else found[0]
                elif value != f.default:
                    kept[f.name] = _kept(value, f.enum)
        custom = table["custom_options"]
        if table["large_custom_options_offset"] > 1:
            place = table["large_custom_options_offset"], table["large_custom_options_size"]
            custom = self._model.outside(*place, f"options of {code.custom!r}")
        flags = table["mutating_variable_inputs"] or ()
        mutates = [
            k for k, number in enumerate(operator.inputs) if number in self._states or (k < len(flags) and flags[k])
        ]
        count = len(operator.intermediates)
        raw = RawOperator(
            code.builtin, code.version, name, tuple(mutates), count, code.custom, bytes(custom or b""), kept
        )
        return raw, options

    def _narrowed(
        self, inputs: tuple[int, ...], outputs: tuple[int, ...], operators: list[Operator]
    ) -> tuple[tuple[int, ...], tuple[int, ...], list[Operator]]:
        """Other inputs and outputs, and the operators between them. Raises UsageError when an input is missing."""
        wanted, own = self._wanted, (inputs, outputs)
        if wanted.outputs is not None:
            outputs = tuple(wanted.named(wanted.outputs, self._numbers, "output_arrays"))
        if wanted.inputs is not None:
            inputs = tuple(wanted.named(wanted.inputs, self._numbers, "input_arrays"))
        if (inputs, outputs) == own:
            return inputs, outputs, operators
        if not outputs:
            raise UsageError("there is none of the requested output arrays", hint="name some with output_arrays")
        cut = dict.fromkeys(inputs)
        needed = {k for k in outputs if k not in cut}
        kept = []
        for operator in reversed(operators):
            if any(k in needed for k in operator.outputs) or not (operator.outputs or wanted.outputs):
                if any(k in cut for k in operator.outputs):
                    name = self._names[next(k for k in operator.outputs if k in cut)]
                    raise UsageError(
                        f"{name!r} cannot be an input: other results of its operator are needed", array=name
                    )
                kept.append(operator)
                needed.update(k for k in operator.inputs if k >= 0 and k not in cut)
        missing = [self._names[k] for k in own[0] if k in needed]
        if missing and wanted.inputs is not None:
            raise UsageError(
                f"the outputs need input {missing[0]!r}", hint="name it among the inputs", array=missing[0]
            )
        if wanted.inputs is None:
            inputs = tuple([k for k in inputs if k in needed or k in outputs])
        return inputs, outputs, kept[::-1]


def _shape(tensor: Tensor) -> Shape:
    if not tensor.shape_is_given:
        return None
    return tuple([Dim() if d < 0 else d for d in tensor.shape])


def _kept(value: Any, enum: str) -> Any:
    if isinstance(value, memoryview):
        return bytes(value)
    return name_of(enum, value) if enum in ENUMS and value in ENUMS[enum].values() else value


def _unique(names: Sequence[str]) -> tuple[list[str], dict[str, int]]:
    """Names for tensors, each once and none empty, and the number of each."""
    taken: dict[str, int] = {}
    made = []
    counters: dict[str, int] = {}
    for number, base in enumerate(names):
        name = base or f"tensor{number}"
        while name in taken:
            counters[base] = counters.get(base, 0) + 1
            name = f"{base or 'tensor'}_{counters[base]}"
        taken[name] = number
        made.append(name)
    return made, taken
