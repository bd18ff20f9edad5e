"""Recognise PRelu in its arithmetic (TOCO's IdentifyPRelu)."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from ...compiler.driver import Look, Pass
from ...compiler.ir import Array, Graph, Op
from ...compiler.ir.types import FLOAT32
from ...compiler.ir.values import elementwise
from ...compiler.ops.activation import LeakyReluAttrs
from ..moving import LOW_RANK
from ..patterns import Identified, offered, plain, put_in_place


class _Found(NamedTuple):
    x: Array
    slope: Array
    factor: float


class IdentifyPrelu(Pass):
    """Turn `relu(x) + k * relu(-x)` and `relu(x) + k * (x - |x|)`, k constant, into PRelu, or LeakyRelu for one number.

    The slope below 0 is -k in the first form, 2 * k in the second. Subtracted terms have the other sign.

    Before:
        graph main(x: float32[1,2]) -> y {
          k = const float32[2] [-0.5, -0.25]
          a = Relu(x)
          b = Neg(x)
          c = Relu(b)
          d = Mul(k, c)
          y = Add(a, d)
        }
    After:
        graph main(x: float32[1,2]) -> y {
          k = const float32[2] [0.5, 0.25]
          y = PRelu(x, k)
        }
    """

    name = "identify-prelu"
    stage = "general"
    roots = ("Add", "Sub")

    def match(self, op: Op, look: Look) -> _Found | None:
        if not plain(look, op):
            return None
        for side in (1, 0) if op.kind == "Add" else (1,):
            positive = look.producer(op, 1 - side, "Relu")
            scaled = look.producer(op, side, "Mul")
            x = None if positive is None else positive.inputs[0]
            if x is None or scaled is None or x.shape is None or x.shape != op.outputs[0].shape:
                look.fail("{} does not add a product to a Relu of its own shape", op)
                continue
            found = _negative(look, scaled, x)
            if found is None:
                continue
            if op.kind == "Sub":
                found = found._replace(factor=-found.factor)
            rank = found.slope.rank
            if len(x.shape) > LOW_RANK or rank is None or rank > len(x.shape):
                return look.fail("{} has too many axes", x)
            if offered(look, self.context.target, op, _identified(found, found.slope)):
                return found
        return None

    def rewrite(self, op: Op, found: _Found, graph: Graph) -> None:
        value = found.slope.value
        assert value is not None
        slopes = elementwise(np.multiply, value, np.array(found.factor, np.float32))
        put_in_place(graph, op, _identified(found, graph.constant(slopes, f"{op.name}_alpha", FLOAT32)))


def _identified(found: _Found, slope: Array) -> Identified:
    if slope.size == 1:
        return Identified("LeakyRelu", (found.x,), LeakyReluAttrs(float(slope.numpy().reshape(-1)[0])))
    return Identified("PRelu", (found.x, slope))


def _negative(look: Look, scaled: Op, x: Array) -> _Found | None:
    """The slope that a product adds below 0, which is 0 above."""
    if not plain(look, scaled):
        return None
    for side in (0, 1):
        slope = scaled.inputs[1 - side]
        if slope is None or slope.value is None or slope.quantization is not None:
            continue
        for kind, factor, holds in _FORMS:
            inner = look.producer(scaled, side, kind)
            if inner is not None and plain(look, inner) and holds(look, inner, x):
                return _Found(x, slope, factor)
    return look.fail("{} is not a constant times what {} is below 0", scaled.outputs[0], x)


def _is_relu_of_neg(look: Look, relu: Op, x: Array) -> bool:
    neg = look.producer(relu, 0, "Neg")
    return neg is not None and neg.inputs[0] is x


def _is_less_abs(look: Look, sub: Op, x: Array) -> bool:
    absolute = look.producer(sub, 1, "Abs")
    return absolute is not None and absolute.inputs[0] is x and sub.inputs[0] is x


_FORMS: tuple[tuple[str, float, Callable[[Look, Op, Array], bool]], ...] = (
    ("Relu", -1.0, _is_relu_of_neg),
    ("Sub", 2.0, _is_less_abs),
)
"""Kind of the factor that is 0 above 0, the slope below for a factor of 1, and the check of its operands."""
