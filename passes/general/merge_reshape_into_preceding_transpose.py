"""Merge a reshape into the transpose before it (TOCO's MergeReshapeIntoPrecedingTranspose)."""

from __future__ import annotations

from typing import NamedTuple

from ...compiler.driver import Look, Pass
from ...compiler.ir import Graph, Op
from ..moving import extents, int32_constant, long_axes, permutation, quantized


class _Found(NamedTuple):
    transpose: Op
    perm: list[int]


class MergeReshapeIntoPrecedingTranspose(Pass):
    """A Transpose whose result is reshaped, only to move axes of extent 1, becomes one Transpose.

    The intermediate must have no other reader. One Transpose is the normal form; where the rank changes, Transpose
    before Reshape is (see reorder-reshape-transpose).

    Before:
        graph main(x: float32[2,3,1]) -> y {
          perm = const int32[3] [2, 1, 0]
          shape = const int32[3] [3, 1, 2]
          t = Transpose(x, perm)
          y = Reshape(t, shape)
        }
    After:
        graph main(x: float32[2,3,1]) -> y {
          perm = const int32[3] [1, 2, 0]
          y = Transpose(x, perm)
        }
    """

    name = "merge-reshape-into-preceding-transpose"
    stage = "general"
    roots = ("Reshape",)

    def match(self, op: Op, look: Look) -> _Found | None:
        transpose = look.producer(op, 0, "Transpose")
        if transpose is None or not look.unshared(transpose.outputs[0]):
            return None
        perm = permutation(look, transpose)
        source = extents(look, transpose.inputs[0])
        middle, result = extents(look, op.inputs[0]), extents(look, op.outputs[0])
        if perm is None or source is None or middle is None or result is None:
            return None
        if quantized(look, transpose.inputs[0], op.inputs[0], op.outputs[0]):
            return None
        if len(middle) != len(result) or [d for d in middle if d != 1] != [d for d in result if d != 1]:
            return look.fail("{} does more than move axes of extent 1", op)
        long = iter([p for p in perm if source[p] != 1])
        short = iter([p for p in perm if source[p] == 1])
        moved = long_axes(result)
        return _Found(transpose, [next(long if i in moved else short) for i in range(len(result))])

    def rewrite(self, op: Op, found: _Found, graph: Graph) -> None:
        transpose = found.transpose
        perm = int32_constant(graph, found.perm, f"{op.name}_perm")
        graph.remove(op)
        graph.remove(transpose)
        origin = (*transpose.origin, *op.origin)
        graph.emit("Transpose", (transpose.inputs[0], perm), outputs=op.outputs, origin=origin)
