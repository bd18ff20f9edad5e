"""What an operator of a file is in the IR.

It is read by the exporter that writes its kind: attributes are taken from the options table by name, and the operator
counts as understood only when that exporter would write the very same options, operands and states again. Everything
else, be it a custom operator, one that the IR does not have, or an option that the IR cannot express, is carried as it
is (see the TFLite backend's `raw`), with the reason.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from typing import TYPE_CHECKING, Any

import numpy as np

from ...backends.tflite.exporters import KINDS, Exporter, Exporters
from ...backends.tflite.fields import Field, code, fields, name_of
from ...backends.tflite.raw import RawOperator
from ...backends.tflite.schema.tables import ENUMS
from ...compiler.errors import PytocoError
from ...compiler.ir.items import Array, Op
from ...compiler.ir.subgraphs import CALLERS
from ...compiler.ir.types import Dim, DType, InferredShape, Shape, TensorType, shape_text
from ...compiler.ops import get
from ...compiler.ops.base import OpDef, check_operands
from .tensors import DTYPE_BY_CODE

if TYPE_CHECKING:
    from ...compiler.ir.graph import Graph

_OTHER_NAMES = {
    "AVERAGE_POOL_2D": "AveragePool", "BATCH_MATMUL": "BatchMatMul", "CONV_2D": "Conv",
    "DEPTHWISE_CONV_2D": "DepthwiseConv", "L2_POOL_2D": "L2Pool", "LSTM": "LstmCell", "MAX_POOL_2D": "MaxPool",
    "REDUCE_ALL": "All", "REDUCE_ANY": "Any", "RELU_N1_TO_1": "Relu1",
}  # fmt: skip
"""Kinds of builtin operators that are called something else in the IR; the others differ in spelling only."""

_KIND_BY_SPELLING = {kind.lower(): kind for kind in sorted(KINDS)}
_OPTION_NAMES: dict[str, tuple[str, ...]] = {
    "activation": ("fused_activation_function",),
    "axes": ("squeeze_dims",),
    **{f"{part}_graph": (f"{part}_subgraph_index",) for part in ("then", "else", "cond", "body")},
    "index_type": ("idx_out_type",),
    "kernel_h": ("filter_height",),
    "kernel_w": ("filter_width",),
    "num": ("num", "num_splits"),
    "output_type": ("output_type", "out_type"),
    **{f"dilation_{d}": (f"dilation_{d}_factor",) for d in "dhw"},
    "transpose_a": ("adj_x",),
    "transpose_b": ("adj_y",),
}
"""What an attribute may be called in an options table, where not as in the IR."""

_TYPES_OF_RESULTS = ("dtype", "output_type", "index_type")
"""Attributes that, without an option, are the type of the last result."""

_IMPLIED = {
    ("CastOptions", "in_data_type"),
    ("CastOptions", "out_data_type"),
    ("DepthwiseConv2DOptions", "depth_multiplier"),
    ("PackOptions", "values_count"),
    ("ReshapeOptions", "new_shape"),
}
"""Options that repeat what tensors say; kernels do not look at them."""

_HYBRID = "asymmetric_quantize_inputs"
"""An option that means nothing as long as no operand is quantised."""

_EXPORTERS = Exporters()


class NotUnderstoodError(Exception):
    """The IR has no words for an operator as it stands; the message says why."""


@cache
def _rule(builtin: str) -> tuple[type[OpDef], Exporter] | None:
    """What the IR knows about a builtin operator: the kind's definition, and the exporter that writes it."""
    kind = kind_of(builtin)
    exporter = None if kind is None else _EXPORTERS.of(kind)
    return None if kind is None or exporter is None or exporter.builtin != builtin else (get(kind), exporter)


def kind_of(builtin: str) -> str | None:
    """The kind that a builtin operator is in the IR, None where there is none."""
    return _OTHER_NAMES.get(builtin) or _KIND_BY_SPELLING.get(builtin.replace("_", "").lower())


def understand(
    graph: Graph,
    raw: RawOperator,
    options: Mapping[str, Any],
    operands: Sequence[Array | None],
    results: Sequence[Array],
) -> tuple[Op, Sequence[Any]]:
    """The operator in the IR, and its operands with numpy arrays for those that only the IR needs.

    `options` are all fields of the options table, empty without one. `results` have the shapes that the file tells;
    where it does not, they get what is inferred. Raises NotUnderstoodError.
    """
    rule = _rule(raw.builtin)
    if rule is None:
        raise NotUnderstoodError("")
    definition, exporter = rule
    kind = definition.kind
    if raw.options and exporter.options and raw.options != exporter.options:
        raise NotUnderstoodError(f"it has {raw.options} instead of {exporter.options}")
    if raw.custom_options or raw.intermediates:
        raise NotUnderstoodError("it has custom options or intermediate tensors")
    if raw.mutates != exporter.mutates:
        raise NotUnderstoodError("it does not keep its state in the operands that the kind has for it")
    known = fields(exporter.options or raw.options) if exporter.options or raw.options else {}
    options = options or {name: field.default for name, field in known.items()}
    try:
        attrs = None if definition.Attrs is None else _attrs(definition.Attrs, known, options, results)
        op = Op(0, kind, tuple(operands), tuple(results), attrs)
        check_operands(definition, operands)
        count = getattr(attrs, "num", len(results))  # before inference makes as many types
        types = definition.infer(operands, attrs) if count == len(results) else []
        if kind in CALLERS:
            types = [TensorType(x.dtype, x.shape) for x in results]  # the graphs tell, not the operands
        _resolve(graph, results, types)
        _compare(op, exporter, raw.options or exporter.options, known, options)
        refusal = exporter.refusal(op)
        written = op.inputs if exporter.operands is None else exporter.operands(op)
    except (PytocoError, ArithmeticError, LookupError, TypeError, ValueError) as error:
        raise NotUnderstoodError(str(error)) from None
    if refusal:
        raise NotUnderstoodError(refusal)
    return op, [*[x if isinstance(x, np.ndarray) else None for x in written]]


def _attrs(made: Any, known: Mapping[str, Field], options: Mapping[str, Any], results: Sequence[Array]) -> Any:
    values = {}
    for name in made._fields:
        for option in _OPTION_NAMES.get(name, (name,)):
            if option in known:
                values[name] = _value(known[option], options[option])
                break
        else:
            if name in _TYPES_OF_RESULTS and results:
                values[name] = results[-1].dtype
    return made(**values)


def _value(field: Field, value: Any) -> Any:
    """An option as the IR has it: enumerations by name, element types as DType."""
    if field.enum == "TensorType":
        return DTYPE_BY_CODE[value]
    if field.enum:
        return name_of(field.enum, value)
    return () if value is None else value


def _resolve(graph: Graph, results: Sequence[Array], types: Sequence[TensorType]) -> None:
    """Complete the results' shapes with what is inferred. Raises ValueError where file and inference differ."""
    if len(types) != len(results):
        raise ValueError(f"it has {len(results)} results")
    shapes = [merged(array.shape, shape) for array, (_, shape) in zip(results, types, strict=True)]
    for array, shape, (dtype, inferred) in zip(results, shapes, types, strict=True):
        if dtype is not None and dtype is not array.dtype:
            raise ValueError(f"its result {array.name!r} is {array.dtype}, not {dtype}")
        if shape is None and inferred is not None:
            raise ValueError(
                f"its result {array.name!r} is {shape_text(array.shape)} in the file, but its operands make "
                f"{shape_text(inferred)}"
            )
    for array, shape in zip(results, shapes, strict=True):
        graph.update(array, shape=shape)


def merged(told: Shape, inferred: InferredShape) -> Shape:
    """What the file tells of a shape, with symbols and numbers of `inferred` for what it leaves open.

    None when the two contradict each other, or nothing is known.
    """
    if told is None:
        return None if inferred is None else tuple([Dim() if d is None else d for d in inferred])
    if inferred is None or told == inferred:
        return told
    if len(told) != len(inferred):
        return None
    made = []
    for a, b in zip(told, inferred, strict=True):
        if type(a) is int and type(b) is int and a != b:
            return None
        made.append(a if type(a) is int or b is None else b)
    return tuple(made)


def _compare(op: Op, exporter: Exporter, table: str, known: Mapping[str, Field], options: Mapping[str, Any]) -> None:
    """Raise ValueError when `exporter` would write other options than the file has."""
    expected = exporter.fields(op) if exporter.fields is not None else {}
    hybrid = any(array is not None and array.quantization is not None for array in op.inputs)
    for name, field in known.items():
        found = options[name]
        if (table, name) in _IMPLIED or (name == _HYBRID and not hybrid):
            continue
        if (found or field.default) != (_coded(field, expected.get(name)) or field.default):
            if field.enum:
                found = name_of(field.enum, found)
            raise ValueError(f"its option {name} is {found}, which the kind {op.kind} does not have")


def _coded(field: Field, value: Any) -> Any:
    if value is None:
        return field.default
    if isinstance(value, DType):
        return ENUMS["TensorType"][value.name.upper()]
    return code(field.enum, value) if isinstance(value, str) and field.enum else value
