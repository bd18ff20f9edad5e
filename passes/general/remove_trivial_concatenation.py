"""Remove concatenations of one operand, and empty operands (TOCO's RemoveTrivialConcatenation and -Input)."""

from __future__ import annotations

from ...compiler.driver import Look, Pass
from ...compiler.ir import Array, Graph, Op
from ..moving import let_through, same_type


class RemoveTrivialConcatenation(Pass):
    """Remove operands of a Concatenation that are known to be empty along its axis, and a Concatenation of one operand.

    Before:
        graph main(x: float32[2,3], e: float32[2,0]) -> y {
          t = Concatenation(x, e) {axis=1}
          y = Exp(t)
        }
    After:
        graph main(x: float32[2,3], e: float32[2,0]) -> y {
          y = Exp(x)
        }
    """

    name = "remove-trivial-concatenation"
    stage = "general"
    roots = ("Concatenation",)

    def match(self, op: Op, look: Look) -> Array | list[Array | None] | None:
        axis = op.attrs.axis
        kept = [a for a in op.inputs if a is None or not _empty(a, axis)] or [op.inputs[0]]
        if len(kept) < len(op.inputs):
            return kept
        if len(kept) > 1 or op.attrs.activation != "NONE":
            return look.fail("all operands of {} are needed, or it has an activation", op)
        return kept[0] if same_type(look, kept[0], op.outputs[0]) else None

    def rewrite(self, op: Op, found: Array | list[Array | None], graph: Graph) -> None:
        if isinstance(found, list):
            graph.rewire(op, found)
        else:
            let_through(graph, op, found)


def _empty(array: Array, axis: int) -> bool:
    shape = array.shape
    return shape is not None and -len(shape) <= axis < len(shape) and shape[axis] == 0
