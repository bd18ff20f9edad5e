"""What passes that recognise a function in its arithmetic share: factors of products, numbers, what targets offer."""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, NamedTuple

from ..compiler.ir import Array, Graph, Op
from ..compiler.ir.types import FLOAT32
from ..compiler.ops import get

if TYPE_CHECKING:
    from ..compiler.driver import Look
    from ..compiler.plugins.target import Target

FACTORS = ("Mul", "Div", "Neg")
"""Kinds that a product is made of."""

CLOSE = 1e-6
"""Relative difference within which a constant of a formula is recognised, however it was rounded."""


class Identified(NamedTuple):
    """What a pattern is: the operator to put in place of its root."""

    kind: str
    inputs: tuple[Array | None, ...]
    attrs: Any = None


class Product(NamedTuple):
    """The factors of a product: a number, and arrays, each as (operator, operand index) where it is read."""

    number: float
    factors: list[tuple[Op, int]]


def close(a: float, b: float) -> bool:
    """Whether two numbers are the same but for rounding to float32."""
    return math.isclose(a, b, rel_tol=CLOSE)


def offered(look: Look, target: Target, op: Op, found: Identified) -> Identified | None:
    """`found` if the target can run it in the place of `op`."""
    objection = target.supports(Op(op.id, found.kind, found.inputs, op.outputs, found.attrs, op.origin, op.rank))
    return found if objection is None else look.fail("the target cannot run {}: {}", found.kind, objection)


def put_in_place(graph: Graph, op: Op, found: Identified) -> None:
    """Replace `op` by what was identified, and take out what then is not read any more."""
    operands = op.inputs
    graph.remove(op)
    graph.emit(found.kind, found.inputs, found.attrs, outputs=op.outputs, origin=op.origin)
    sweep(graph, operands)


def sweep(graph: Graph, arrays: Iterable[Array | None]) -> None:
    """Remove the producers of arrays that nothing reads or promises, and so on upwards."""
    waiting = list(arrays)
    while waiting:
        array = waiting.pop()
        op = None if array is None or array not in graph else graph.producer(array)
        if op is None or get(op.kind).effects or any(graph.user_count(a) or graph.is_pinned(a) for a in op.outputs):
            continue
        waiting.extend(op.inputs)
        graph.remove(op)


def plain(look: Look, op: Op) -> bool:
    """Whether an operator computes in float32, without a fused activation, an own range or quantisation."""
    result = op.outputs[0]
    if result.dtype is not FLOAT32 or result.quantization is not None:
        look.fail("{} is not float32", result)
        return False
    if getattr(op.attrs, "activation", "NONE") != "NONE":
        look.fail("{} has an activation", op)
        return False
    return True


def with_number(look: Look, op: Op) -> tuple[float, int] | None:
    """The constant number that one operand of a binary operator is, and the index of the other operand.

    The number must not widen the result: both the other operand and the result have the same shape.
    """
    for side in (1, 0):
        array, other = op.inputs[side], op.inputs[1 - side]
        if array is None or other is None or array.value is None or array.size != 1:
            continue
        if other.shape is None or other.shape != op.outputs[0].shape:
            return look.fail("{} changes the shape of {}", op, other)
        number = look.scalar(op, side)
        return None if number is None else (number, 1 - side)
    return look.fail("{} has no operand that is one constant number", op)


def product(look: Look, op: Op, depth: int = 3) -> Product | None:
    """The factors of a Mul, Div or Neg, through those that only this product reads; divisors must be numbers."""
    number = 1.0
    factors: list[tuple[Op, int]] = []
    waiting = [(op, depth)]
    while waiting:
        current, left = waiting.pop()
        own = _own_factor(look, current)
        if own is None:
            return None
        number *= own[0]
        for side in own[1]:
            inner = look.producer(current, side, FACTORS) if left else None
            if inner is not None and look.unshared(inner.outputs[0]) and _own_factor(look, inner) is not None:
                waiting.append((inner, left - 1))
            else:
                factors.append((current, side))
    return Product(number, factors)


def _own_factor(look: Look, op: Op) -> tuple[float, tuple[int, ...]] | None:
    """The number that an operator multiplies by, and which operands it multiplies."""
    if not plain(look, op):
        return None
    if op.kind == "Neg":
        return -1.0, (0,)
    constant = with_number(look, op)
    if op.kind == "Mul":
        return (1.0, (1, 0)) if constant is None else (constant[0], (constant[1],))
    if constant is None or constant[1] == 1 or constant[0] == 0:
        return look.fail("{} divides by more than a number", op)
    return 1 / constant[0], (0,)
