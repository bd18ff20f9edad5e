"""Operators of one operand that work element by element."""

from __future__ import annotations

from pytoco.compiler import Array, dtype_named

from ..builder import Builder, Importer, Inputs, Node
from ..rows import required, row, rows
from ..tensors import dtype_by_number


def _tan(builder: Builder, node: Node, inputs: Inputs) -> tuple[Array]:
    (data,) = required(node, inputs, 1)
    sine, cosine = (builder.emit(kind, [data], suffix=kind.lower()) for kind in ("Sin", "Cos"))
    return (builder.emit("Div", [sine, cosine]),)


def _reciprocal(builder: Builder, node: Node, inputs: Inputs) -> tuple[Array]:
    (data,) = required(node, inputs, 1)
    return (builder.emit("Div", [builder.like(1, data, "one"), data]),)


def _cast(builder: Builder, node: Node, inputs: Inputs) -> tuple[Array]:
    (data,) = required(node, inputs, 1)
    return (builder.emit("Cast", [data], dtype=dtype_by_number(node.integer("to"), f"node {node.name!r}")),)


def _cast_like(builder: Builder, node: Node, inputs: Inputs) -> tuple[Array]:
    data, other = required(node, inputs, 2)
    return (builder.emit("Cast", [data], dtype=other.dtype or dtype_named("float32")),)


def _is_nan(builder: Builder, node: Node, inputs: Inputs) -> tuple[Array]:
    (data,) = required(node, inputs, 1)
    return (builder.emit("NotEqual", [data, data]),)


TABLE: dict[str, Importer] = {
    **rows("Abs Ceil Cos Erf Exp Floor Log Neg Round Sign Sin Sqrt"),
    "Not": row("LogicalNot"),
    "Tan": _tan,
    "Reciprocal": _reciprocal,
    "Cast": _cast,
    "CastLike": _cast_like,
    "IsNaN": _is_nan,
}
