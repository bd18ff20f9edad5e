"""Operators without a builtin of their own that are exactly a few others."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from ....compiler.ir.items import Array
from ....compiler.ir.types import INT32, DType
from ....compiler.ops.activation import LeakyReluAttrs
from ....compiler.ops.binary import BinaryAttrs
from ....compiler.ops.join import ConcatenationAttrs
from ....compiler.ops.reduce import ReduceAttrs
from ....compiler.ops.shape import ShapeAttrs
from ..nodes import Node
from .base import Builder, ImporterFunction, Row, Unsupported, need_inputs, normalized_axis, row

SELU_SCALE, SELU_ALPHA = 1.0507009873554805, 1.6732632423543772
"""lambda and alpha of Klambauer et al., Self-Normalizing Neural Networks, 2017, equation 2."""


class Recipe:
    """Emits the operators of one node: `r("Add", a, b)` under a helper name, `r.last(...)` under the node's own."""

    def __init__(self, builder: Builder, dtype: DType) -> None:
        self._builder = builder
        self._dtype = dtype

    def __call__(self, kind: str, *operands: Array, attrs: Any = None) -> Array:
        """The result of one more operator."""
        return self._builder.emit(kind, operands, _attrs(kind, attrs), suffix=kind).outputs[0]

    def last(self, kind: str, *operands: Array, attrs: Any = None) -> tuple[Array, ...]:
        """The node's result."""
        return self._builder.emit(kind, operands, _attrs(kind, attrs)).outputs

    def number(self, value: float, suffix: str = "number") -> Array:
        """A scalar constant of the operand's element type."""
        return self._builder.constant(np.array(value, self._dtype.numpy), suffix)


def _attrs(kind: str, attrs: Any) -> Any:
    return BinaryAttrs() if attrs is None and kind in ("Add", "Sub", "Mul", "Div") else attrs


def _recipe(count: int, make: Callable[..., tuple[Array, ...]]) -> ImporterFunction:
    """An importer for floats: `make(recipe, *operands)` emits the operators."""

    def import_recipe(builder: Builder, node: Node, inputs: list[Array]) -> tuple[Array, ...]:
        need_inputs(node, inputs, count)
        dtype = inputs[0].dtype
        if dtype is None or not dtype.is_float or dtype.name == "bfloat16":
            raise Unsupported(f"its element type is {dtype}")
        return make(Recipe(builder, dtype), *inputs)

    return import_recipe


def _softplus(r: Recipe, x: Array) -> tuple[Array, ...]:
    """max(x, 0) + log(1 + e ** -|x|), in which no exponential overflows."""
    decay = r("Exp", r("Neg", r("Abs", x)))
    return r.last("Add", r("Relu", x), r("Log", r("Add", decay, r.number(1))))


def _selu(r: Recipe, x: Array) -> tuple[Array, ...]:
    """With the scale: scale * (x above 0, alpha * (e ** x - 1) below): an ELU is as negative as its operand."""
    bent = r("LeakyRelu", r("Elu", x), attrs=LeakyReluAttrs(SELU_ALPHA))
    return r.last("Mul", bent, r.number(SELU_SCALE))


def _div_no_nan(r: Recipe, x: Array, y: Array) -> tuple[Array, ...]:
    """The quotient x / y, 0 where y is 0; the divisor there is 1, so that nothing is divided by 0."""
    zero = r.number(0, "zero")
    bad = r("Equal", y, zero)
    return r.last("SelectV2", bad, zero, r("Div", x, r("SelectV2", bad, r.number(1, "one"), y)))


def _softsign(r: Recipe, x: Array) -> tuple[Array, ...]:
    return r.last("Div", x, r("Add", r("Abs", x), r.number(1)))


_FLOATS: dict[str, ImporterFunction] = {
    "Softplus": _recipe(1, _softplus),
    "Selu": _recipe(1, _selu),
    "Softsign": _recipe(1, _softsign),
    "DivNoNan": _recipe(2, _div_no_nan),
    "Log1p": _recipe(1, lambda r, x: r.last("Log", r("Add", x, r.number(1)))),
    "Expm1": _recipe(1, lambda r, x: r.last("Sub", r("Exp", x), r.number(1))),
    "Tan": _recipe(1, lambda r, x: r.last("Div", r("Sin", x), r("Cos", x))),
    "IsNan": _recipe(1, lambda r, x: r.last("NotEqual", x, x)),
    "IsInf": _recipe(1, lambda r, x: r.last("Equal", r("Abs", x), r.number(np.inf))),
    "IsFinite": _recipe(1, lambda r, x: r.last("Less", r("Abs", x), r.number(np.inf))),
}


def _l2_loss(builder: Builder, node: Node, inputs: list[Array]) -> tuple[Array, ...]:
    need_inputs(node, inputs, 1)
    x = inputs[0]
    if x.rank is None or x.dtype is None or not x.dtype.is_float or x.dtype.name == "bfloat16":
        raise Unsupported(f"its element type is {x.dtype} and its rank {x.rank}")
    r = Recipe(builder, x.dtype)
    axes = builder.constant(np.arange(x.rank, dtype=np.int32), "axes")
    total = r("Sum", r("Square", x), axes, attrs=ReduceAttrs())
    return r.last("Mul", total, r.number(0.5))


def _ones_like(builder: Builder, node: Node, inputs: list[Array]) -> tuple[Array, ...]:
    need_inputs(node, inputs, 1)
    dtype = inputs[0].dtype
    if dtype is None or dtype.numpy is None or dtype.numpy.kind == "O" or dtype.name == "bfloat16":
        raise Unsupported(f"its element type is {dtype}")
    shape = builder.emit("Shape", inputs, ShapeAttrs(INT32), suffix="shape").outputs[0]
    return builder.emit("Fill", [shape, builder.constant(np.ones((), dtype.numpy), "one")]).outputs


def _roll(builder: Builder, node: Node, inputs: list[Array]) -> tuple[Array, ...]:
    """Per axis, the end of the tensor put before its beginning."""
    need_inputs(node, inputs, 3)
    x = inputs[0]
    values = [builder.value(a) for a in inputs[1:]]
    if values[0] is None or values[1] is None:
        raise Unsupported("its shift or axis is computed, not constant")
    if x.shape is None or any(v is None or v.dtype.kind not in "iu" for v in values):
        raise Unsupported("its rank is unknown")
    shape = x.shape
    moves = [(normalized_axis(node, int(a), len(shape)), int(s)) for s, a in zip(
        *[v.reshape(-1) for v in values if v is not None], strict=True)]  # fmt: skip
    for number, (axis, shift) in enumerate(moves):
        extent = shape[axis]
        if type(extent) is not int:
            raise Unsupported(f"the extent of axis {axis} is unknown")
        cut = extent - shift % extent if extent else 0
        halves = []
        for start, size, half in ((cut, extent - cut, "end"), (0, cut, "start")):
            begin, sizes = np.zeros(len(shape), np.int32), np.full(len(shape), -1, np.int32)
            begin[axis], sizes[axis] = start, size
            name = f"{half}_{number}"
            operands = [x, builder.constant(begin, f"{name}_begin"), builder.constant(sizes, f"{name}_size")]
            halves.append(builder.emit("Slice", operands, suffix=name).outputs[0])
        suffix = "" if number == len(moves) - 1 else f"rolled_{number}"
        x = builder.emit("Concatenation", halves, ConcatenationAttrs(axis), suffix=suffix).outputs[0]
    return (x,) if moves else builder.emit("Identity", [x]).outputs


TABLE: dict[str, Row | ImporterFunction] = {
    **_FLOATS,
    "L2Loss": _l2_loss,
    "OnesLike": _ones_like,
    "Roll": _roll,
    "TruncateDiv": row("Div"),
}
