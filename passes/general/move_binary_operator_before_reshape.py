"""Arithmetic with a constant first, reshapes after (TOCO's MoveBinaryOperatorBeforeReshape)."""

from __future__ import annotations

import math
from typing import NamedTuple

from ...compiler.driver import Look, Pass
from ...compiler.ir import Array, Graph, Op
from ...compiler.ir.values import reshaped
from ..moving import quantized


class _Found(NamedTuple):
    reshape: Op
    side: int
    shape: tuple[int, ...]


class MoveBinaryOperatorBeforeReshape(Pass):
    """Move arithmetic with a constant before the Reshape of its other operand.

    Arithmetic first is the normal form, so that a bias or scale meets the operator that it can be folded into. The
    constant's shape, leading ones aside, must be the tail of the new shape and, reshaped where need be, of the old one.
    The intermediate must have no other reader.

    Before:
        graph main(x: float32[2,3,4]) -> y {
          shape = const int32[2] [6, 4]
          k = const float32[4] [1.0, 2.0, 3.0, 4.0]
          t = Reshape(x, shape)
          y = Add(t, k)
        }
    After:
        graph main(x: float32[2,3,4]) -> y {
          shape = const int32[2] [6, 4]
          k = const float32[4] [1.0, 2.0, 3.0, 4.0]
          t = Add(x, k)
          y = Reshape(t, shape)
        }
    """

    name = "move-binary-operator-before-reshape"
    stage = "general"
    roots = (
        "Add", "Sub", "Mul", "Div", "FloorDiv", "FloorMod", "Maximum", "Minimum", "Pow", "SquaredDifference",
    )  # fmt: skip

    def match(self, op: Op, look: Look) -> _Found | None:
        side = 0 if op.inputs[1] is not None and op.inputs[1].value is not None else 1
        constant = op.inputs[1 - side]
        if constant is None or constant.value is None:
            return look.fail("{} has no constant operand", op)
        reshape = look.producer(op, side, "Reshape")
        if reshape is None or not look.unshared(reshape.outputs[0]):
            return None
        source, middle = reshape.inputs[0], reshape.outputs[0]
        if source is None or source.value is not None:
            return look.fail("{} is constant and will be folded", source)
        shape = _before(constant, source, middle)
        if shape is None:
            return look.fail("{} is not the tail of both {} and {}", constant, source, middle)
        return None if quantized(look, source, middle, op.outputs[0], constant) else _Found(reshape, side, shape)

    def rewrite(self, op: Op, found: _Found, graph: Graph) -> None:
        reshape, result = found.reshape, op.outputs[0]
        operands = list(op.inputs)
        operands[found.side] = reshape.inputs[0]
        constant = operands[1 - found.side]
        assert constant is not None
        assert constant.value is not None
        if constant.shape != found.shape:
            operands[1 - found.side] = graph.constant(
                reshaped(constant.value, found.shape), constant.name, constant.dtype
            )
        graph.remove(op)
        graph.remove(reshape)
        moved = graph.emit(op.kind, operands, op.attrs, name=f"{op.name}_reorder", origin=op.origin).outputs[0]
        if result.minmax is not None:
            graph.update(moved, minmax=result.minmax)
        graph.emit("Reshape", (moved, *reshape.inputs[1:]), outputs=(result,), origin=reshape.origin)


def _before(constant: Array, source: Array, middle: Array) -> tuple[int, ...] | None:
    """The shape of the constant before the reshape: the tail of `source` with as many elements; None if it has none."""
    shape, old, new = constant.shape, source.shape, middle.shape
    if shape is None or old is None or new is None or len(shape) > len(new):
        return None
    lead = 0
    while lead < len(shape) and shape[lead] == 1:
        lead += 1
    tail = shape[lead:]
    if new[len(new) - len(tail) :] != tail:
        return None
    if len(shape) <= len(old) and old[len(old) - len(tail) :] == tail:
        return constant.value.shape if constant.value is not None else None
    left = math.prod(constant.value.shape) if constant.value is not None else 0
    for start in range(len(old) - 1, -1, -1):
        extent = old[start]
        if type(extent) is not int or extent < 1 or left % extent:
            return None
        left //= extent
        if left == 1:
            return tuple(d for d in old[start:] if type(d) is int)
    return None
