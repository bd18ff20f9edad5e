"""Operators that compute the same thing become one (common subexpressions)."""

from __future__ import annotations

from ...compiler.driver import GraphPass
from ...compiler.ir import Array, Graph, Op
from ...compiler.ir.opaque import OPAQUE
from ...compiler.ops import get
from ..equality import Constants


class MergeEqualOperators(GraphPass):
    """An operator of the same kind, attributes and operands as an earlier one goes; its readers read the earlier.

    Constants count as the same when their contents are equal; operands that may be exchanged count in any order. Where
    both results are promised names, both operators stay. It comes last: merged earlier, a result with two readers could
    not be fused into either.

    Before:
        graph main(x: float32[2]) -> y, z {
          a = const float32[] [2.0]
          b = const float32[] [2.0]
          t = Mul(x, a)
          u = Mul(b, x)
          y = Floor(t)
          z = Ceil(u)
        }
    After:
        graph main(x: float32[2]) -> y, z {
          a = const float32[] [2.0]
          t = Mul(x, a)
          y = Floor(t)
          z = Ceil(t)
        }
    """

    name = "merge-equal-operators"
    stage = "final"

    def run(self, graph: Graph) -> None:
        constants = Constants()
        seen: dict[object, list[Op]] = {}
        for op in graph.order():
            definition = get(op.kind)
            if op.kind == OPAQUE or not definition.foldable or definition.effects or not op.inputs:
                continue
            operands = [a if a is None or a.value is None else constants.first(a) for a in op.inputs]
            if definition.commutative:
                operands.sort(key=lambda a: -1 if a is None else a.id)
            same = seen.setdefault((op.kind, op.attrs, *operands), [])
            for earlier in same:
                pairs = list(zip(op.outputs, earlier.outputs, strict=True))
                if all(_can_merge(graph, later, kept) for later, kept in pairs):
                    for later, kept in pairs:
                        if kept.minmax is None and later.minmax is not None:
                            graph.update(kept, minmax=later.minmax)
                        graph.replace(later, kept)
                    graph.remove(op)
                    break
            else:
                same.append(op)


def _can_merge(graph: Graph, later: Array, kept: Array) -> bool:
    return (
        (later.dtype, later.shape, later.quantization) == (kept.dtype, kept.shape, kept.quantization)
        and (later.minmax is None or kept.minmax is None or later.minmax == kept.minmax)
        and graph.can_replace(later, kept)
        and not (_is_overwritten(graph, later) or _is_overwritten(graph, kept))
    )


def _is_overwritten(graph: Graph, array: Array) -> bool:
    """Whether a reader leaves other values in the array's place."""
    for user in graph.users(array):
        places = get(user.kind).overwrites
        if places and any(user.inputs[i] is array for i in places):
            return True
    return False
