"""Arithmetic with a constant first, transposes after."""

from __future__ import annotations

from typing import NamedTuple

from ...compiler.driver import Look, Pass
from ...compiler.ir import Graph, Op
from ...compiler.ir.values import reshaped, transposed
from ..moving import lone_transpose, permutation, quantized


class _Found(NamedTuple):
    transpose: Op
    side: int
    perm: list[int]


class MoveBinaryOperatorBeforeTranspose(Pass):
    """Move arithmetic with a constant before the Transpose of its other operand, and transpose the constant back.

    As move-binary-operator-before-reshape does for reshapes. The constant must not widen the result, and the
    intermediate have no other reader.

    Before:
        graph main(x: float32[1,2,2,3]) -> y {
          perm = const int32[4] [0, 3, 1, 2]
          k = const float32[3,1,1] [1.0, 2.0, 3.0]
          t = Transpose(x, perm)
          y = Add(t, k)
        }
    After:
        graph main(x: float32[1,2,2,3]) -> y {
          perm = const int32[4] [0, 3, 1, 2]
          k = const float32[1,1,1,3] [1.0, 2.0, 3.0]
          t = Add(x, k)
          y = Transpose(t, perm)
        }
    """

    name = "move-binary-operator-before-transpose"
    stage = "general"
    roots = (
        "Add", "Sub", "Mul", "Div", "FloorDiv", "FloorMod", "Maximum", "Minimum", "Pow", "SquaredDifference",
    )  # fmt: skip

    def match(self, op: Op, look: Look) -> _Found | None:
        side = 0 if op.inputs[1] is not None and op.inputs[1].value is not None else 1
        constant = op.inputs[1 - side]
        if constant is None or constant.value is None or constant.shape is None:
            return look.fail("{} has no constant operand", op)
        transpose = lone_transpose(look, op, side)
        if transpose is None:
            return None
        source, middle, result = transpose.inputs[0], transpose.outputs[0], op.outputs[0]
        if source is None or source.value is not None:
            return look.fail("{} is constant and will be folded", source)
        if middle.shape is None or middle.shape != result.shape or len(constant.shape) > len(middle.shape):
            return look.fail("{} changes the shape of {}", op, middle)
        perm = permutation(look, transpose)
        if perm is None or quantized(look, source, middle, result, constant):
            return None
        return _Found(transpose, side, perm)

    def rewrite(self, op: Op, found: _Found, graph: Graph) -> None:
        transpose, result = found.transpose, op.outputs[0]
        operands = list(op.inputs)
        constant = operands[1 - found.side]
        assert constant is not None
        assert constant.value is not None
        value = constant.value
        if value.size != 1:
            full = reshaped(value, (1,) * (len(found.perm) - value.ndim) + value.shape)
            back = [found.perm.index(axis) for axis in range(len(found.perm))]
            operands[1 - found.side] = graph.constant(transposed(full, back), constant.name, constant.dtype)
        operands[found.side] = transpose.inputs[0]
        graph.remove(op)
        graph.remove(transpose)
        moved = graph.emit(op.kind, operands, op.attrs, name=f"{op.name}_reorder", origin=op.origin).outputs[0]
        if result.minmax is not None:
            graph.update(moved, minmax=result.minmax)
        graph.emit("Transpose", (moved, *transpose.inputs[1:]), outputs=(result,), origin=transpose.origin)
