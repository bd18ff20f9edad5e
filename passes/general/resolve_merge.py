"""Remove joins that nothing else comes to (TOCO's ResolveTensorFlowMerge)."""

from __future__ import annotations

import numpy as np

from ...compiler.driver import Look, Pass
from ...compiler.ir import Graph, Op
from ..moving import stand_in


class ResolveMerge(Pass):
    """Replace a Merge of one operand by that operand; its index is 0.

    Before:
        graph main(x: float32[2]) -> y {
          a = Exp(x)
          t, index = Merge(a)
          y = Neg(t)
        }
    After:
        graph main(x: float32[2]) -> y {
          a = Exp(x)
          y = Neg(a)
        }
    """

    name = "resolve-merge"
    stage = "general"
    roots = ("Merge",)

    def match(self, op: Op, look: Look) -> bool | None:
        return True if len(op.inputs) == 1 else look.fail("{} has {} operands", op, len(op.inputs))

    def rewrite(self, op: Op, found: bool, graph: Graph) -> None:
        (result, index), data = op.outputs, op.inputs[0]
        assert data is not None
        graph.remove(op)
        if index in graph:
            graph.update(index, shape=(), value=np.zeros((), np.int32))
        stand_in(graph, result, data)
