"""Recognise LeakyRelu in a maximum or minimum of x and a * x."""

from __future__ import annotations

from ...compiler.driver import Look, Pass
from ...compiler.ir import Graph, Op
from ...compiler.ops.activation import LeakyReluAttrs
from ..patterns import Identified, offered, plain, put_in_place, with_number


class IdentifyLeakyRelu(Pass):
    """Turn `max(x, a * x)` with 0 < a <= 1, and `min(x, a * x)` with a >= 1, into LeakyRelu.

    Before:
        graph main(x: float32[2]) -> y {
          a = const float32[] [0.25]
          t = Mul(a, x)
          y = Maximum(t, x)
        }
    After:
        graph main(x: float32[2]) -> y {
          y = LeakyRelu(x) {alpha=0.25}
        }
    """

    name = "identify-leaky-relu"
    stage = "general"
    roots = ("Maximum", "Minimum")

    def match(self, op: Op, look: Look) -> Identified | None:
        if not plain(look, op):
            return None
        for side in (0, 1):
            x = op.inputs[1 - side]
            mul = look.producer(op, side, "Mul")
            if mul is None or not plain(look, mul):
                continue
            constant = with_number(look, mul)
            if constant is None or mul.inputs[constant[1]] is not x:
                look.fail("{} is not {} times a number", mul.outputs[0], x)
                continue
            slope = constant[0]
            if (0 < slope <= 1) if op.kind == "Maximum" else (1 <= slope < float("inf")):
                return offered(look, self.context.target, op, Identified("LeakyRelu", (x,), LeakyReluAttrs(slope)))
            look.fail("a slope of {} makes another function", slope)
        return None

    def rewrite(self, op: Op, found: Identified, graph: Graph) -> None:
        put_in_place(graph, op, found)
