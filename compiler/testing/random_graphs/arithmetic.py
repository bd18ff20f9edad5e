"""Operators that compute element by element or along axes."""

from __future__ import annotations

import numpy as np

from ...ir import Array
from ...ir.types import INT16, INT32, INT64, UINT8, dtype_named
from .maker import Maker, Skip
from .table import anything, makes, numbers

UNARY: dict[str, tuple[float, float]] = {
    "Exp": (-50, 5), "Log": (0.1, 1e3), "Sqrt": (0.01, 1e3), "Rsqrt": (0.1, 1e3), "Sin": (-30, 30), "Cos": (-30, 30),
    "Elu": (-50, 1e3), "Logistic": (-50, 50), "Tanh": (-50, 50), "Gelu": (-50, 50), "HardSwish": (-50, 50),
    "Erf": (-50, 50),
}  # fmt: skip
"""Smooth functions with the range of operands."""


@makes(*UNARY)
def _smooth(m: Maker, kind: str) -> None:
    x = m.find("f")
    low, high = m.range_of(x)
    if low < UNARY[kind][0] or high > UNARY[kind][1]:
        x = m.emit("Maximum", [x, m.const(UNARY[kind][0] if UNARY[kind][0] > 0 else 0.0, "float32")])
        if m.range_of(x)[1] > UNARY[kind][1]:
            raise Skip
    m.emit(kind, [x], *([m.draw.chance(0.5)] if kind == "Gelu" else []), rounds=True)


@makes("Abs", "Neg", "Square", "Relu", "Relu1", "Relu6")
def _continuous(m: Maker, kind: str) -> None:
    m.emit(kind, [m.find("f") if kind[:4] == "Relu" else numbers(m)])


@makes("Floor", "Ceil", "Round", "Sign")
def _stairs(m: Maker, kind: str) -> None:
    m.emit(kind, [m.find("f")], jumps=True)


@makes("LeakyRelu")
def _leaky(m: Maker, kind: str) -> None:
    m.emit(kind, [m.find("f")], m.draw.choice([0.25, 0.5]))


@makes("PRelu")
def _prelu(m: Maker, kind: str) -> None:
    x = m.find("f", (2, 4))
    m.emit(kind, [x, m.const(m.data(m.values[x].shape[-1:]))])


@makes("LogicalNot")
def _negation(m: Maker, kind: str) -> None:
    m.emit(kind, [m.find("b")])


@makes("Identity", "ZerosLike")
def _like(m: Maker, kind: str) -> None:
    m.emit(kind, [anything(m) if kind == "Identity" else numbers(m)])


@makes("OnesLike")
def _ones(m: Maker, kind: str) -> None:
    if not m.plain:
        raise Skip  # importers replace it
    m.emit(kind, [numbers(m)])


@makes("Cast")
def _cast(m: Maker, kind: str) -> None:
    x = anything(m)
    to = m.draw.choice(["float32", "int32", "int64", "bool", "float32", "uint8", "int16", "int8"])
    if m.values[x].dtype.kind == "f" and np.dtype(to).kind != "f" and to != "bool":
        low, high = m.range_of(x)
        if low < (0 if to[0] == "u" else -100) or high > 100:
            raise Skip
    m.emit(kind, [x], dtype_named(to), jumps=to[0] != "f")


@makes("Add", "Sub", "Mul")
def _arithmetic(m: Maker, kind: str) -> None:
    x = numbers(m)
    y = m.partner(x)
    float_ = m.values[x].dtype.kind == "f"
    pair = [x, y] if m.draw.likely(0.7) else [y, x]
    m.emit(kind, pair, m.activation() if float_ else "NONE")


@makes("Maximum", "Minimum", "SquaredDifference")
def _pairwise(m: Maker, kind: str) -> None:
    x = numbers(m)
    m.emit(kind, [x, m.partner(x)])


@makes("Div", "FloorDiv", "FloorMod", "Pow", "Atan2")
def _partial(m: Maker, kind: str) -> None:
    x = m.find("f" if kind in ("Pow", "Atan2", "Div") else m.draw.choice("fi"))
    dtype = str(m.values[x].dtype)
    shape = m.values[x].shape[m.draw.integer(0, m.values[x].ndim) :]
    if kind == "Pow":
        if m.range_of(x)[0] <= 0.1:
            raise Skip
        m.emit(kind, [x, m.const(m.data(shape) / 2)], rounds=True)
        return
    y = m.data(shape, dtype)
    y = np.where(y == 0, 2, y).astype(dtype)
    if kind == "Atan2":
        y = np.abs(y)  # elsewhere the sign of a zero decides
    second = m.const(y) if kind == "Atan2" or m.draw.likely(0.7) else m.input(shape, dtype)
    if not m.values[second].all():
        raise Skip
    rounds = kind == "Atan2" or (kind == "Div" and not np.isin(np.abs(y), (0.25, 0.5, 1, 2, 4)).all())
    m.emit(kind, [x, second], *(["NONE"] if kind == "Div" else []), jumps=kind in ("FloorDiv", "FloorMod", "Atan2"),
           rounds=rounds)  # fmt: skip


@makes("Less", "LessEqual", "Greater", "GreaterEqual", "Equal", "NotEqual")
def _comparison(m: Maker, kind: str) -> None:
    x = numbers(m)
    m.emit(kind, [x, m.partner(x)], jumps=True)


@makes("LogicalAnd", "LogicalOr")
def _logic(m: Maker, kind: str) -> None:
    x = m.find("b")
    m.emit(kind, [x, m.partner(x)])


@makes("AddN")
def _add_n(m: Maker, kind: str) -> None:
    x = numbers(m)
    same = m.alike(x)
    m.emit(kind, [x, *(m.draw.choice(same) for _ in range(m.draw.integer(0, 3)))])


@makes("BitwiseXor", "RightShift")
def _bits(m: Maker, kind: str) -> None:
    x = m.find("i")
    y = np.abs(m.data(m.values[x].shape, str(m.values[x].dtype)))
    m.emit(kind, [x, m.const(y)])


@makes("Bitcast")
def _bitcast(m: Maker, kind: str) -> None:
    m.emit(kind, [m.find("i")], m.draw.choice([UINT8, INT16, INT32]))


def _axes(m: Maker, x: Array) -> Array:
    rank = m.values[x].ndim
    chosen = m.draw.sample(range(rank), m.draw.integer(1, rank)) if rank else []
    if len(chosen) == 1 and m.draw.chance(0.3):
        return m.const(chosen[0], "int32")
    return m.const([a - rank if m.draw.chance(0.3) else a for a in chosen], "int32")


@makes("Sum", "Mean", "ReduceMax", "ReduceMin", "ReduceProd")
def _reduction(m: Maker, kind: str) -> None:
    x = numbers(m, (1, 4))
    if kind == "ReduceProd" and np.log2(np.maximum(np.abs(m.values[x]), 1).astype(np.float64)).sum() > 30:
        raise Skip  # it may overflow on the way to a small result
    m.emit(kind, [x, _axes(m, x)], m.draw.chance(0.5), rounds=kind == "Mean")


@makes("Any", "All")
def _truth(m: Maker, kind: str) -> None:
    x = m.find("b", (1, 4))
    m.emit(kind, [x, _axes(m, x)], m.draw.chance(0.5))


@makes("ArgMax", "ArgMin")
def _arg(m: Maker, kind: str) -> None:
    x = numbers(m, (1, 4))
    m.emit(kind, [x, m.const(m.axis(x), "int32")], m.draw.choice([INT32, INT64]), jumps=True)


@makes("Softmax", "LogSoftmax")
def _softmax(m: Maker, kind: str) -> None:
    m.emit(kind, [m.find("f", (1, 4))], *([1.0] if kind == "Softmax" else []), rounds=True)


@makes("L2Normalization")
def _normalize(m: Maker, kind: str) -> None:
    x = m.find("f", (2, 4), lambda v: bool((np.abs(v).sum(-1) > 0.2).all()))
    m.emit(kind, [x], rounds=True)


@makes("Cumsum")
def _cumsum(m: Maker, kind: str) -> None:
    x = numbers(m, (1, 4))
    m.emit(kind, [x, m.const(m.axis(x), "int32")], m.draw.chance(0.3), m.draw.chance(0.3))


@makes("TopKV2")
def _top(m: Maker, kind: str) -> None:
    x = m.find("f", (1, 3))
    value = m.values[x]
    if len(np.unique(value)) != value.size:
        raise Skip
    m.emit(kind, [x, m.const(m.draw.integer(1, value.shape[-1]), "int32")], jumps=True)


@makes("Unique")
def _unique(m: Maker, kind: str) -> None:
    m.emit(kind, [m.find("i", (1, 1))], m.draw.choice([INT32, INT64]))


@makes("Bucketize")
def _bucketize(m: Maker, kind: str) -> None:
    m.emit(kind, [m.find("f")], (-1.0, 0.5, 2.0), jumps=True)
