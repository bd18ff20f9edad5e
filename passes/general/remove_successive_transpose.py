"""Compose two transposes into one (TOCO's RemoveSuccesiveTranspose, which only knew those that cancel)."""

from __future__ import annotations

from typing import NamedTuple

from ...compiler.driver import Look, Pass
from ...compiler.ir import Graph, Op
from ..moving import drop_unused, int32_constant, permutation, quantized


class _Found(NamedTuple):
    earlier: Op
    perm: list[int]


class RemoveSuccessiveTranspose(Pass):
    """A Transpose of a transposed array reads the original, by the composed permutation.

    What composes to the identity is then a trivial Transpose. An earlier one with other readers is only overruled when
    the later one undoes it: otherwise nothing is won.

    Before:
        graph main(x: float32[2,3,4]) -> y {
          a = const int32[3] [1, 2, 0]
          b = const int32[3] [0, 2, 1]
          t = Transpose(x, a)
          y = Transpose(t, b)
        }
    After:
        graph main(x: float32[2,3,4]) -> y {
          perm = const int32[3] [1, 0, 2]
          y = Transpose(x, perm)
        }
    """

    name = "remove-successive-transpose"
    stage = "general"
    roots = ("Transpose",)

    def match(self, op: Op, look: Look) -> _Found | None:
        earlier = look.producer(op, 0, "Transpose")
        if earlier is None:
            return None
        first, second = permutation(look, earlier), permutation(look, op)
        if first is None or second is None or quantized(look, earlier.inputs[0], op.inputs[0], op.outputs[0]):
            return None
        perm = [first[p] for p in second]
        if perm != list(range(len(perm))) and not look.unshared(earlier.outputs[0]):
            return None
        return _Found(earlier, perm)

    def rewrite(self, op: Op, found: _Found, graph: Graph) -> None:
        perm = int32_constant(graph, found.perm, f"{op.name}_perm")
        graph.rewire(op, (found.earlier.inputs[0], perm))
        drop_unused(graph, found.earlier)
