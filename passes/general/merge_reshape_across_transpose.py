"""Merge a reshape into the one before the transpose between them."""

from __future__ import annotations

from typing import NamedTuple

from ...compiler.driver import Look, Pass
from ...compiler.ir import Graph, Op
from ..moving import LOW_RANK, extents, int32_constant, long_axes, permutation, quantized


class _Found(NamedTuple):
    reshape: Op
    transpose: Op
    shape: list[int]
    perm: list[int]


class MergeReshapeAcrossTranspose(Pass):
    """Reshape, Transpose, and a Reshape that only adds or drops axes of extent 1 become Reshape and Transpose.

    This is the normal form where the first Reshape does more than add or drop such axes; where it does not,
    reorder-reshape-transpose brings it behind the Transpose. The intermediates must have no other reader.

    Before:
        graph main(x: float32[2,3,4]) -> y {
          a = const int32[2] [6, 4]
          perm = const int32[2] [1, 0]
          b = const int32[3] [4, 1, 6]
          t = Reshape(x, a)
          u = Transpose(t, perm)
          y = Reshape(u, b)
        }
    After:
        graph main(x: float32[2,3,4]) -> y {
          a = const int32[3] [1, 6, 4]
          perm = const int32[3] [2, 0, 1]
          t = Reshape(x, a)
          y = Transpose(t, perm)
        }
    """

    name = "merge-reshape-across-transpose"
    stage = "general"
    roots = ("Reshape",)

    def match(self, op: Op, look: Look) -> _Found | None:
        transpose = look.producer(op, 0, "Transpose")
        if transpose is None or not look.unshared(transpose.outputs[0]):
            return None
        reshape = look.producer(transpose, 0, "Reshape")
        if reshape is None or not look.unshared(reshape.outputs[0]):
            return None
        perm = permutation(look, transpose)
        arrays = (reshape.inputs[0], transpose.inputs[0], op.inputs[0], op.outputs[0])
        source, middle, moved, result = (extents(look, a) for a in arrays)
        if perm is None or source is None or middle is None or moved is None or result is None:
            return None
        if quantized(look, *arrays):
            return None
        if [d for d in moved if d != 1] != [d for d in result if d != 1] or len(moved) == len(result):
            return look.fail("{} does not only add or drop axes of extent 1", op)
        if [d for d in source if d != 1] == [d for d in middle if d != 1]:
            return look.fail("{} only adds or drops axes of extent 1", reshape)
        if len(result) > max(LOW_RANK, len(middle)):
            return look.fail("{} has too many axes to transpose", op.outputs[0])
        long = long_axes(middle)
        ones = len(result) - len(long)
        order = iter([ones + long.index(p) for p in perm if p in long])
        short = iter(range(ones))
        shape = [1] * ones + [middle[i] for i in long]
        return _Found(reshape, transpose, shape, [next(short if d == 1 else order) for d in result])

    def rewrite(self, op: Op, found: _Found, graph: Graph) -> None:
        reshape, transpose, result = found.reshape, found.transpose, op.outputs[0]
        source = reshape.inputs[0]
        assert source is not None
        shape = int32_constant(graph, found.shape, f"{reshape.name}_shape")
        perm = int32_constant(graph, found.perm, f"{op.name}_perm")
        minmax = transpose.outputs[0].minmax
        for old in (op, transpose, reshape):
            graph.remove(old)
        made = graph.emit("Reshape", (source, shape), name=reshape.name, origin=(*reshape.origin, *op.origin))
        if minmax is not None:
            graph.update(made.outputs[0], minmax=minmax)
        graph.emit("Transpose", (made.outputs[0], perm), outputs=(result,), origin=transpose.origin)
