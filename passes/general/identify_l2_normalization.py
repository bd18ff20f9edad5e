"""Recognise L2Normalization in its arithmetic (TOCO's IdentifyL2Normalization, which did not look at the axis)."""

from __future__ import annotations

from ...compiler.driver import Look, Pass
from ...compiler.ir import Array, Graph, Op
from ...compiler.ops.normalization import L2NormalizationAttrs
from ..moving import LOW_RANK
from ..patterns import Identified, offered, plain, put_in_place, with_number

EPSILON = 1e-9
"""The largest guard against division by zero that counts as one: less than the rounding error of what is summed."""

_ROOTS = {"Mul": "Rsqrt", "Div": "Sqrt"}


class IdentifyL2Normalization(Pass):
    """Turn `x * rsqrt(s)` and `x / sqrt(s)`, where s is the sum of squares along the last axis, into L2Normalization.

    `s` may be guarded by `max(s, e)` or `s + e` with a tiny e. The operator has a guard of its own, `max(s, 1e-12)`, so
    vectors of norms below 1e-5 may come out differently; other vectors do not.

    Before:
        graph main(x: float32[2,3]) -> y {
          axis = const int32[] [-1]
          e = const float32[] [1e-12]
          a = Square(x)
          b = Sum(a, axis) {keep_dims=true}
          c = Maximum(b, e)
          d = Rsqrt(c)
          y = Mul(x, d)
        }
    After:
        graph main(x: float32[2,3]) -> y {
          y = L2Normalization(x)
        }
    """

    name = "identify-l2-normalization"
    stage = "general"
    roots = ("Mul", "Div")

    def match(self, op: Op, look: Look) -> Identified | None:
        if not plain(look, op):
            return None
        for side in (1, 0) if op.kind == "Mul" else (1,):
            x = op.inputs[1 - side]
            root = look.producer(op, side, _ROOTS[op.kind])
            if root is None or x is None or not plain(look, root):
                continue
            total = _unguarded(look, root)
            if total is not None and _is_sum_of_squares(look, total, x):
                found = Identified("L2Normalization", (x,), L2NormalizationAttrs())
                return offered(look, self.context.target, op, found)
        return None

    def rewrite(self, op: Op, found: Identified, graph: Graph) -> None:
        put_in_place(graph, op, found)


def _unguarded(look: Look, root: Op) -> Op | None:
    """The Sum that a root is taken of, past a guard against zero."""
    guard = look.producer(root, 0, ("Sum", "Maximum", "Add"))
    if guard is None or guard.kind == "Sum":
        return guard
    constant = with_number(look, guard)
    if constant is None or not plain(look, guard):
        return None
    if not 0 <= constant[0] <= EPSILON:
        return look.fail("{} is no mere guard against division by zero", guard)
    return look.producer(guard, constant[1], "Sum")


def _is_sum_of_squares(look: Look, total: Op, x: Array) -> bool:
    squares = look.producer(total, 0, ("Square", "Mul", "Pow"))
    axes = look.constant(total, 1)
    if squares is None or axes is None or not plain(look, squares):
        return False
    rank = x.rank
    if rank is None or not total.attrs.keep_dims or axes.size != 1 or int(axes.reshape(-1)[0]) % rank != rank - 1:
        look.fail("{} does not sum along the last axis of known rank and keep it", total)
        return False
    if rank > LOW_RANK or any(a is not x for a in squares.inputs[: 1 if squares.kind != "Mul" else 2]):
        look.fail("{} is not the square of {}", squares.outputs[0], x)
        return False
    return squares.kind != "Pow" or look.scalar(squares, 1) == 2
