"""Adding what was negated is subtracting, and the other way round."""

from __future__ import annotations

from typing import NamedTuple

from ...compiler.driver import Look, Pass
from ...compiler.ir import Array, Graph, Op
from ..patterns import plain, sweep


class _Found(NamedTuple):
    kind: str
    left: Array
    right: Array
    product: Op | None


class FuseNegIntoFollowingBinary(Pass):
    """Turn `x + -y` into `x - y`, `x - -y` into `x + y`, and `x + -a * b` into `x - a * b`.

    The negated number or product must have no other reader.

    Before:
        graph main(x: float32[2], a: float32[2], b: float32[2]) -> y {
          n = Neg(a)
          p = Mul(n, b)
          y = Add(p, x)
        }
    After:
        graph main(x: float32[2], a: float32[2], b: float32[2]) -> y {
          p = Mul(a, b)
          y = Sub(x, p)
        }
    """

    name = "fuse-neg-into-following-binary"
    stage = "general"
    roots = ("Add", "Sub")

    def match(self, op: Op, look: Look) -> _Found | None:
        result = op.outputs[0]
        if result.quantization is not None or result.dtype is None or not result.dtype.is_float:
            return look.fail("{} is not of a float type", result)
        opposite = "Sub" if op.kind == "Add" else "Add"
        for side in (1, 0) if op.kind == "Add" else (1,):
            kept = op.inputs[1 - side]
            above = look.producer(op, side, ("Neg", "Mul"))
            if above is None or kept is None or not look.unshared(above.outputs[0]):
                continue
            if above.kind == "Neg":
                negated = above.inputs[0]
                if negated is not None:
                    return _Found(opposite, kept, negated, None)
            if above.kind == "Mul" and plain(look, above):
                for factor in (0, 1):
                    neg = look.producer(above, factor, "Neg")
                    if neg is not None and look.unshared(neg.outputs[0]):
                        return _Found(opposite, kept, above.outputs[0], above)
        return None

    def rewrite(self, op: Op, found: _Found, graph: Graph) -> None:
        right, old = found.right, op.inputs
        graph.remove(op)
        if found.product is not None:
            right = _without_neg(graph, found.product)
        graph.emit(found.kind, (found.left, right), op.attrs, outputs=op.outputs, origin=op.origin)
        sweep(graph, old)


def _without_neg(graph: Graph, product: Op) -> Array:
    """The product of what its first negated factor negates."""
    factors = list(product.inputs)
    for side, array in enumerate(factors):
        neg = None if array is None else graph.producer(array)
        if neg is not None and neg.kind == "Neg":
            factors[side] = neg.inputs[0]
            break
    made = graph.emit("Mul", factors, product.attrs, name=product.name, origin=product.origin)
    return made.outputs[0]
