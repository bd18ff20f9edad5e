"""Recognise Gelu in its arithmetic, exact or with the hyperbolic tangent."""

from __future__ import annotations

import math

from ...compiler.driver import Look, Pass
from ...compiler.ir import Array, Graph, Op
from ...compiler.ops.activation import GeluAttrs
from ..patterns import FACTORS, Identified, close, offered, plain, product, put_in_place, with_number

CUBIC = 0.044715
"""The factor of x ** 3 in the approximation by Hendrycks and Gimpel (arXiv 1606.08415)."""


class IdentifyGelu(Pass):
    """Turn `x / 2 * (1 + erf(x / sqrt(2)))`, or its approximation with tanh, into Gelu, multiplied in any order.

    The exact form may also be `x / 2 * erfc(-x / sqrt(2))`. The approximation is
    `x / 2 * (1 + tanh(sqrt(2 / pi) * (x + 0.044715 * x ** 3)))`.

    Before:
        graph main(x: float32[2]) -> y {
          half = const float32[] [0.5]
          one = const float32[] [1.0]
          three = const float32[] [3.0]
          k = const float32[] [0.044715]
          r = const float32[] [0.7978846]
          a = Pow(x, three)
          b = Mul(k, a)
          c = Add(x, b)
          d = Mul(c, r)
          e = Tanh(d)
          f = Add(e, one)
          g = Mul(x, half)
          y = Mul(g, f)
        }
    After:
        graph main(x: float32[2]) -> y {
          y = Gelu(x) {approximate=true}
        }
    """

    name = "identify-gelu"
    stage = "general"
    roots = ("Mul", "Div")

    def match(self, op: Op, look: Look) -> Identified | None:
        found = product(look, op)
        if found is None:
            return None
        if len(found.factors) != 2 or not close(found.number, 0.5):
            return look.fail("{} is not half a product of two", op)
        for (sum_reader, sum_side), (x_reader, x_side) in (found.factors, found.factors[::-1]):
            total = look.producer(sum_reader, sum_side, ("Add", "Erfc"))
            x = x_reader.inputs[x_side]
            if total is not None and x is not None and total.kind == "Erfc" and _is_erf(look, total, x, -1):
                return offered(look, self.context.target, op, Identified("Gelu", (x,), GeluAttrs()))
            one = None if total is None or total.kind != "Add" or not plain(look, total) else with_number(look, total)
            if total is None or one is None or one[0] != 1 or x is None:
                continue
            curve = look.producer(total, one[1], ("Erf", "Tanh"))
            if curve is not None and (_is_erf if curve.kind == "Erf" else _is_tanh)(look, curve, x):
                attrs = GeluAttrs(approximate=curve.kind == "Tanh")
                return offered(look, self.context.target, op, Identified("Gelu", (x,), attrs))
        return look.fail("no factor of {} is 1 plus an Erf or Tanh of the other", op)

    def rewrite(self, op: Op, found: Identified, graph: Graph) -> None:
        put_in_place(graph, op, found)


def _scaled(look: Look, op: Op, side: int, number: float) -> tuple[Op, int] | None:
    """Where the array is read that, times `number`, makes operand `side` of `op`."""
    scale = look.producer(op, side, FACTORS)
    found = None if scale is None else product(look, scale)
    if found is None or len(found.factors) != 1 or not close(found.number, number):
        return look.fail("{} is not something times {}", op.inputs[side], number)
    return found.factors[0]


def _is_erf(look: Look, erf: Op, x: Array, sign: int = 1) -> bool:
    found = _scaled(look, erf, 0, sign * math.sqrt(0.5))
    return found is not None and found[0].inputs[found[1]] is x


def _is_tanh(look: Look, tanh: Op, x: Array) -> bool:
    found = _scaled(look, tanh, 0, math.sqrt(2 / math.pi))
    total = None if found is None else look.producer(*found, "Add")
    if total is None or not plain(look, total):
        return False
    for side in (0, 1):
        if total.inputs[1 - side] is x:
            scale = look.producer(total, side, FACTORS)
            cubic = None if scale is None else product(look, scale)
            if cubic is not None and close(cubic.number, CUBIC) and _is_cube(look, cubic.factors, x):
                return True
    look.fail("{} is not {} + {} times its cube", total.outputs[0], x, CUBIC)
    return False


def _is_cube(look: Look, factors: list[tuple[Op, int]], x: Array) -> bool:
    """Whether factors multiply to the third power of `x`."""
    power = 0.0
    for op, side in factors:
        array = op.inputs[side]
        if array is x:
            power += 1
            continue
        inner = look.producer(op, side, ("Pow", "Square"))
        exponent = 2.0 if inner is None or inner.kind == "Square" else look.scalar(inner, 1)
        if inner is None or exponent is None or inner.inputs[0] is not x:
            look.fail("{} is not a power of {}", array, x)
            return False
        power += exponent
    return power == 3
