"""Remove reshapes that change nothing, or that a later one overrules (TOCO's RemoveTrivialReshape)."""

from __future__ import annotations

from ...compiler.driver import Look, Pass
from ...compiler.ir import Array, Graph, Op
from ..moving import drop_unused, let_through, quantized, same_type


class RemoveTrivialReshape(Pass):
    """Remove a Reshape to the shape that its operand has; a Reshape of a reshaped array reads the original.

    An earlier reshape with other readers is only overruled when the later one undoes it: otherwise nothing is won.

    Before:
        graph main(x: float32[2,6]) -> y {
          a = const int32[2] [3, 4]
          b = const int32[1] [-1]
          t = Reshape(x, a)
          y = Reshape(t, b)
        }
    After:
        graph main(x: float32[2,6]) -> y {
          b = const int32[1] [-1]
          y = Reshape(x, b)
        }
    """

    name = "remove-trivial-reshape"
    stage = "general"
    roots = ("Reshape",)

    def match(self, op: Op, look: Look) -> Array | Op | None:
        data, result = op.inputs[0], op.outputs[0]
        if same_type(look, data, op.outputs[0]):
            return data
        earlier = look.producer(op, 0, ("Reshape", "Squeeze", "ExpandDims"))
        if earlier is None or quantized(look, earlier.inputs[0], data, result):
            return None
        if same_type(look, earlier.inputs[0], result) or look.unshared(earlier.outputs[0]):
            return earlier
        return None

    def rewrite(self, op: Op, found: Array | Op, graph: Graph) -> None:
        if isinstance(found, Op):
            graph.rewire(op, (found.inputs[0], *op.inputs[1:]))
            drop_unused(graph, found)
        else:
            let_through(graph, op, found)
