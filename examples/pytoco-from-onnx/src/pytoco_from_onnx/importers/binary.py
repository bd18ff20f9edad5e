"""Operators of two operands that broadcast as in NumPy, and those that take any number of them in turn."""

from __future__ import annotations

from pytoco.compiler import BOOL, FLOAT32, INT32, Array

from ..builder import Builder, Importer, Inputs, Node
from ..rows import required, row


def _chain(kind: str) -> Importer:
    def import_chain(builder: Builder, node: Node, inputs: Inputs) -> tuple[Array]:
        first, *more = required(node, inputs, max(1, len(inputs)))
        return (_folded(builder, kind, first, more),)

    return import_chain


def _folded(builder: Builder, kind: str, first: Array, more: list[Array], *, is_last: bool = True) -> Array:
    for k, array in enumerate(more):
        first = builder.emit(kind, [first, array], suffix="" if is_last and k == len(more) - 1 else f"part{k}")
    return first


def _mean(builder: Builder, node: Node, inputs: Inputs) -> tuple[Array]:
    first, *more = required(node, inputs, max(1, len(inputs)))
    if not more:
        return (first,)
    total = _folded(builder, "Add", first, more, is_last=False)
    return (builder.emit("Mul", [total, builder.like(1 / len(inputs), first, "share")]),)


def _pow(builder: Builder, node: Node, inputs: Inputs) -> tuple[Array]:
    base, exponent = required(node, inputs, 2)
    value = builder.value(exponent)
    number = float(value.reshape(-1)[0]) if value is not None and value.size == 1 else None
    if number in (0.5, 2.0) and base.dtype is FLOAT32 and value is not None and value.ndim <= builder.rank(base):
        return (builder.emit("Square" if number == 2 else "Sqrt", [base]),)
    if base.dtype is not None and exponent.dtype is not base.dtype:
        exponent = builder.cast(exponent, base.dtype, "exponent")
    return (builder.emit("Pow", [base, exponent]),)


def _mod(builder: Builder, node: Node, inputs: Inputs) -> tuple[Array]:
    left, right = required(node, inputs, 2)
    if not node.flag("fmod"):
        return (builder.emit("FloorMod", [left, right]),)
    sizes = [builder.emit("Abs", [a], suffix=f"abs{k}") for k, a in enumerate((left, right))]
    rest = builder.emit("FloorMod", sizes, suffix="rest")
    return (builder.emit("Mul", [rest, builder.emit("Sign", [left], suffix="sign")]),)


def _xor(builder: Builder, node: Node, inputs: Inputs) -> tuple[Array]:
    left, right = required(node, inputs, 2)
    return (builder.emit("NotEqual", [left, right]),)


def _equal(builder: Builder, node: Node, inputs: Inputs) -> tuple[Array]:
    left, right = required(node, inputs, 2)
    if left.dtype is BOOL and right.dtype is BOOL and left.shape != right.shape:  # runtimes broadcast numbers only
        left, right = builder.cast(left, INT32, "left"), builder.cast(right, INT32, "right")
    return (builder.emit("Equal", [left, right]),)


TABLE: dict[str, Importer] = {
    "Add": row("Add"),
    "Sub": row("Sub"),
    "Mul": row("Mul"),
    "Div": row("Div"),
    "Pow": _pow,
    "Mod": _mod,
    "Min": _chain("Minimum"),
    "Max": _chain("Maximum"),
    "Sum": _chain("Add"),
    "Mean": _mean,
    "And": row("LogicalAnd"),
    "Or": row("LogicalOr"),
    "Xor": _xor,
    "Equal": _equal,
    "Less": row("Less"),
    "LessOrEqual": row("LessEqual"),
    "Greater": row("Greater"),
    "GreaterOrEqual": row("GreaterEqual"),
}
