"""Arithmetic with a constant first, reshapes after (TOCO's MoveBinaryOperatorBeforeReshape)."""

from __future__ import annotations

from typing import NamedTuple

from ...compiler.driver import Look, Pass
from ...compiler.ir import Array, Graph, Op
from ..moving import quantized


class _Found(NamedTuple):
    reshape: Op
    side: int


class MoveBinaryOperatorBeforeReshape(Pass):
    """Move arithmetic with a constant before the Reshape of its other operand.

    Arithmetic first is the normal form, so that a bias or scale meets the operator that it can be folded into. The
    constant's shape, leading ones aside, must be the tail of both shapes, and the intermediate have no other reader.

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
        if not _is_tail(constant, source) or not _is_tail(constant, middle):
            return look.fail("{} is not the tail of both {} and {}", constant, source, middle)
        return None if quantized(look, source, middle, op.outputs[0]) else _Found(reshape, side)

    def rewrite(self, op: Op, found: _Found, graph: Graph) -> None:
        reshape, result = found.reshape, op.outputs[0]
        operands = list(op.inputs)
        operands[found.side] = reshape.inputs[0]
        graph.remove(op)
        graph.remove(reshape)
        moved = graph.emit(op.kind, operands, op.attrs, name=f"{op.name}_reorder", origin=op.origin).outputs[0]
        if result.minmax is not None:
            graph.update(moved, minmax=result.minmax)
        graph.emit("Reshape", (moved, *reshape.inputs[1:]), outputs=(result,), origin=reshape.origin)


def _is_tail(constant: Array, array: Array) -> bool:
    shape, whole = constant.shape, array.shape
    if shape is None or whole is None or len(shape) > len(whole):
        return False
    lead = 0
    while lead < len(shape) and shape[lead] == 1:
        lead += 1
    tail = shape[lead:]
    return whole[len(whole) - len(tail) :] == tail
