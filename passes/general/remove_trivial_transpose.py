"""Remove transposes that leave every axis in its place."""

from __future__ import annotations

from ...compiler.driver import Look, Pass
from ...compiler.ir import Array, Graph, Op
from ..moving import let_through, permutation, same_type


class RemoveTrivialTranspose(Pass):
    """Remove a Transpose by the identity permutation.

    Before:
        graph main(x: float32[2,3]) -> y {
          perm = const int32[2] [0, 1]
          t = Transpose(x, perm)
          y = Exp(t)
        }
    After:
        graph main(x: float32[2,3]) -> y {
          y = Exp(x)
        }
    """

    name = "remove-trivial-transpose"
    stage = "general"
    roots = ("Transpose",)

    def match(self, op: Op, look: Look) -> Array | None:
        perm = permutation(look, op)
        if perm is None:
            return None
        if perm != list(range(len(perm))):
            return look.fail("{} moves axes", op)
        return op.inputs[0] if same_type(look, op.inputs[0], op.outputs[0]) else None

    def rewrite(self, op: Op, found: Array, graph: Graph) -> None:
        let_through(graph, op, found)
