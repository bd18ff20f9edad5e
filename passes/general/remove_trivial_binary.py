"""Remove arithmetic that changes nothing (TOCO's RemoveTrivialBinaryOperator)."""

from __future__ import annotations

from ...compiler.driver import Look, Pass
from ...compiler.ir import Array, Graph, Op
from ..moving import filled_with, let_through, same_type

_NEUTRAL = {"Add": (0, (1, 0)), "Sub": (0, (1,)), "Mul": (1, (1, 0)), "Div": (1, (1,))}
"""Kind -> the neutral number, and the operands that may be it."""


class RemoveTrivialBinary(Pass):
    """Remove `x + 0`, `x - 0`, `x * 1` and `x / 1`, also `0 + x` and `1 * x`.

    The constant may have any shape that does not widen the result.

    Before:
        graph main(x: float32[2,3]) -> y {
          zero = const float32[3] [0.0, 0.0, 0.0]
          t = Add(x, zero)
          y = Exp(t)
        }
    After:
        graph main(x: float32[2,3]) -> y {
          y = Exp(x)
        }
    """

    name = "remove-trivial-binary"
    stage = "general"
    roots = tuple(_NEUTRAL)

    def match(self, op: Op, look: Look) -> Array | None:
        if op.attrs.activation != "NONE":
            return look.fail("{} has an activation", op)
        number, sides = _NEUTRAL[op.kind]
        for side in sides:
            constant, kept = op.inputs[side], op.inputs[1 - side]
            if constant is None or constant.value is None or constant.quantization is not None:
                look.fail("operand {} of {} is not a constant of plain numbers", side, op)
            elif same_type(look, kept, op.outputs[0]) and filled_with(look, constant, number):
                return kept
        return None

    def rewrite(self, op: Op, found: Array, graph: Graph) -> None:
        let_through(graph, op, found)
