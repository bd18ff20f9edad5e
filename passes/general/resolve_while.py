"""Remove loops that never run."""

from __future__ import annotations

from ...compiler.driver import Look, Pass
from ...compiler.errors import ShapeError
from ...compiler.ir import Graph, Op
from ..graphs import foreseen, known
from ..moving import stand_in


class ResolveWhile(Pass):
    """Replace a While whose condition is false at the first time by its operands.

    Before:
        graph main(x: float32[2]) -> y {
          n = const int32[] [5]
          m: int32[], y: float32[2] = While(n, x) {cond_graph="below", body_graph="step"}
        }
        graph below(n: int32[], a: float32[2]) -> go {
          limit = const int32[] [3]
          go = Less(n, limit)
        }
        graph step(n: int32[], a: float32[2]) -> m, b {
          one = const int32[] [1]
          m = Add(n, one)
          b = Exp(a)
        }
    After:
        graph main(x: float32[2]) -> y {
          y = Identity(x)
        }
    """

    name = "resolve-while"
    stage = "general"
    roots = ("While",)

    def match(self, op: Op, look: Look) -> bool | None:
        condition = look.graph.model.graphs[op.attrs.cond_graph]
        given = {
            own: known(own, array.dtype, array.shape, array.value)
            for own, array in zip(condition.inputs, op.inputs, strict=True)
            if array is not None and array.value is not None and array.dtype is own.dtype
        }
        try:
            (go_on,) = foreseen(condition, given)
        except ShapeError as error:
            return look.fail("the condition of {} cannot be foreseen: {}", op, error)
        if go_on.value is None or go_on.value.size != 1:
            return look.fail("the condition of {} is not known", op)
        return look.fail("{} runs at least once", op) if go_on.numpy().reshape(-1)[0] else True

    def rewrite(self, op: Op, found: bool, graph: Graph) -> None:
        graph.remove(op)
        for result, data in zip(op.outputs, op.inputs, strict=True):
            if data is not None:
                stand_in(graph, result, data)
