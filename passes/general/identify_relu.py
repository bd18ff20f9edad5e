"""Recognise Relu, Relu1 and Relu6 in minima and maxima with constants (TOCO's IdentifyRelu1, and more)."""

from __future__ import annotations

import math

from ...compiler.driver import Look, Pass
from ...compiler.ir import Graph, Op
from ..patterns import Identified, offered, plain, put_in_place, with_number

_KINDS = {(0.0, math.inf): "Relu", (-1.0, 1.0): "Relu1", (0.0, 6.0): "Relu6"}
_CLAMPS = ("Maximum", "Minimum", "Relu")


class IdentifyRelu(Pass):
    """Turn `max(x, 0)`, `min(max(x, 0), 6)` and `min(max(x, -1), 1)`, in either order, into Relu, Relu6 and Relu1.

    The constants are single numbers; the inner result must have no other reader.

    Before:
        graph main(x: float32[2]) -> y {
          low = const float32[] [-1.0]
          high = const float32[] [1.0]
          t = Maximum(x, low)
          y = Minimum(high, t)
        }
    After:
        graph main(x: float32[2]) -> y {
          y = Relu1(x)
        }
    """

    name = "identify-relu"
    stage = "general"
    roots = _CLAMPS

    def match(self, op: Op, look: Look) -> Identified | None:
        outer = _clamp(look, op)
        if outer is None:
            return None
        low, high, side = outer
        inner = look.producer(op, side, _CLAMPS)
        if inner is not None and look.unshared(inner.outputs[0]):
            first = _clamp(look, inner)
            if first is not None:
                both = (min(max(first[0], low), high), min(max(first[1], low), high))
                if both in _KINDS and both[0] < both[1]:
                    return offered(look, self.context.target, op, Identified(_KINDS[both], (inner.inputs[first[2]],)))
        if op.kind == "Relu" or (low, high) not in _KINDS:
            return look.fail("{} is no Relu, Relu1 or Relu6", op)
        return offered(look, self.context.target, op, Identified(_KINDS[low, high], (op.inputs[side],)))

    def rewrite(self, op: Op, found: Identified, graph: Graph) -> None:
        put_in_place(graph, op, found)


def _clamp(look: Look, op: Op) -> tuple[float, float, int] | None:
    """The range that an operator cuts its operand down to, and which operand that is."""
    if not plain(look, op):
        return None
    if op.kind == "Relu":
        return 0.0, math.inf, 0
    constant = with_number(look, op)
    if constant is None or math.isnan(constant[0]):
        return look.fail("{} does not clamp at one number", op)
    number, side = constant
    return (number, math.inf, side) if op.kind == "Maximum" else (-math.inf, number, side)
