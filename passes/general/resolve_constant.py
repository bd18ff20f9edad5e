"""Fold operators over constants (all of TOCO's ResolveConstant... transformations in one)."""

from __future__ import annotations

from typing import Any

import numpy as np

from ...compiler.driver import Look, Pass
from ...compiler.errors import PytocoError
from ...compiler.ir import Array, Graph, Op, Value
from ...compiler.ir.types import BFLOAT16
from ...compiler.ir.values import elementwise, materialize, reshaped, transposed
from ...compiler.ops import get
from ...compiler.ops.base import compute
from ..moved_ranges import moved_range

FREE_GROWTH = 1 << 20
"""Bytes that a folded result may always have; beyond, it may be no larger than its operands together."""

COMPUTED = 1 << 25
"""Bytes up to which a result is computed at once; larger ones are folded only as views or recipes."""

_RESHAPES = ("Reshape", "Squeeze", "ExpandDims", "Identity")
_MOVES = (*_RESHAPES, "Transpose", "ReorderAxes")
_LAZY = {"Add": np.add, "Sub": np.subtract, "Mul": np.multiply, "Div": np.divide}


class ResolveConstant(Pass):
    """Replace an operator whose operands are all constant by its result, computed by its reference kernel.

    Weights are never copied: what only moves them becomes a view, and element-wise arithmetic on them a recipe that the
    writer evaluates. A result larger than both a megabyte and its operands together is left to the runtime.

    Before:
        graph main(x: float32[2]) -> y {
          a = const float32[2] [1.0, 2.0]
          b = const float32[2] [3.0, 5.0]
          c = Add(a, b)
          y = Mul(x, c)
        }
    After:
        graph main(x: float32[2]) -> y {
          c = const float32[2] [4.0, 7.0]
          y = Mul(x, c)
        }
    """

    name = "resolve-constant"
    stage = "general"

    def match(self, op: Op, look: Look) -> list[Value] | None:
        total = 0
        for array in op.inputs:
            if array is not None:
                if array.value is None:
                    return look.fail("operand {} is not constant", array)
                total += array.value.nbytes
                if not _is_plain(array):
                    return look.fail("the stored numbers of {} are not its values", array)
        if not op.inputs:
            return look.fail("{} has no operands", op)
        definition = get(op.kind)
        if not definition.foldable:
            return look.fail("{} is not a function of its operands' values alone", op)
        size = 0
        for result in op.outputs:
            if result.size is None or result.dtype is None or result.dtype.numpy is None:
                return look.fail("the size of {} is unknown", result)
            if not _is_plain(result):
                return look.fail("the stored numbers of {} are not its values", result)
            size += result.size * (result.dtype.itemsize or 16)
        if size > max(FREE_GROWTH, total):
            self.remark(op, "is left to run time: its constant result would take {} bytes, not {}", size, total)
            return look.fail("{} would grow from {} to {} bytes", op, total, size)
        view = _view(op)
        if view is not None:
            return [view]
        if size > COMPUTED:
            self.remark(op, "is left to run time: a constant of {} bytes is too large to compute here", size)
            return look.fail("{} bytes are too many to compute", size)
        try:
            values = [None if a is None or a.value is None else materialize(a.value) for a in op.inputs]
            results = compute(definition, values, op.attrs)
        except PytocoError as error:
            return look.fail("{} cannot be computed: {}", op, error)
        return [np.asarray(r, a.dtype.numpy if a.dtype else None) for r, a in zip(results, op.outputs, strict=True)]

    def rewrite(self, op: Op, found: list[Value], graph: Graph) -> None:
        graph.remove(op)
        range_ = moved_range(op) if op.kind in _MOVES else None
        for array, value in zip(op.outputs, found, strict=True):
            if array in graph:
                graph.update(array, shape=tuple(value.shape), value=value, minmax=array.minmax or range_)


def _is_plain(array: Array) -> bool:
    """Whether kernels may compute with the stored numbers: they are the values, in a type that numpy has."""
    return array.quantization is None and array.dtype is not BFLOAT16


def _view(op: Op) -> Value | None:
    """The result as a view or a recipe, where the kind allows it."""
    first: Any = op.inputs[0]
    result: Any = op.outputs[0]
    if op.kind in _RESHAPES:
        return reshaped(first.value, result.shape)
    if op.kind == "Transpose":
        perm: Any = op.inputs[1]
        return transposed(first.value, [int(p) % max(1, first.rank) for p in perm.numpy()])
    if op.kind == "ReorderAxes":
        if op.attrs.source == "HWIM":
            return reshaped(first.value, result.shape)
        return transposed(first.value, [op.attrs.source.index(axis) for axis in op.attrs.target])
    ufunc = _LAZY.get(op.kind)
    if ufunc is not None and first.dtype.is_float and op.attrs.activation == "NONE":
        other: Any = op.inputs[1]
        if op.kind in ("Add", "Mul") and other.size > first.size:
            first, other = other, first
        if first.shape == result.shape and other.size < first.size:
            return elementwise(ufunc, first.value, materialize(other.value))
    return None
