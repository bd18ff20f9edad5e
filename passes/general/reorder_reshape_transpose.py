"""Transpose first, then reshape (TOCO's ReorderReshapeTranspose)."""

from __future__ import annotations

from typing import NamedTuple

from ...compiler.driver import Look, Pass
from ...compiler.ir import Graph, Op
from ..moving import LOW_RANK, extents, int32_constant, long_axes, permutation, quantized


class _Found(NamedTuple):
    reshape: Op
    perm: list[int]
    shape: tuple[int, ...]


class ReorderReshapeTranspose(Pass):
    """A Reshape that only adds or drops axes of extent 1, then a Transpose, becomes the Transpose, then the Reshape.

    Transpose before Reshape is the normal form: the Reshape meets others that way. The intermediate must have no other
    reader. A Transpose that moves no element is left to convert-trivial-transpose-to-reshape.

    Before:
        graph main(x: float32[2,3]) -> y {
          shape = const int32[3] [2, 1, 3]
          perm = const int32[3] [2, 1, 0]
          t = Reshape(x, shape)
          y = Transpose(t, perm)
        }
    After:
        graph main(x: float32[2,3]) -> y {
          perm = const int32[2] [1, 0]
          shape = const int32[3] [3, 1, 2]
          t = Transpose(x, perm)
          y = Reshape(t, shape)
        }
    """

    name = "reorder-reshape-transpose"
    stage = "general"
    roots = ("Transpose",)

    def match(self, op: Op, look: Look) -> _Found | None:
        reshape = look.producer(op, 0, "Reshape")
        if reshape is None or not look.unshared(reshape.outputs[0]):
            return None
        perm = permutation(look, op)
        source, middle, result = (extents(look, a) for a in (reshape.inputs[0], op.inputs[0], op.outputs[0]))
        if perm is None or source is None or middle is None or result is None:
            return None
        if quantized(look, reshape.inputs[0], op.inputs[0], op.outputs[0]):
            return None
        if [d for d in source if d != 1] != [d for d in middle if d != 1]:
            return look.fail("{} does more than add or drop axes of extent 1", reshape)
        if len(source) > max(LOW_RANK, len(middle)):
            return look.fail("{} has too many axes to transpose", reshape.inputs[0])
        long = long_axes(middle)
        order = [long.index(p) for p in perm if p in long]
        if order == sorted(order):
            return look.fail("{} moves no element", op)
        axes = long_axes(source)
        moved = iter([axes[i] for i in order])
        return _Found(reshape, [next(moved) if i in axes else i for i in range(len(source))], result)

    def rewrite(self, op: Op, found: _Found, graph: Graph) -> None:
        reshape, result = found.reshape, op.outputs[0]
        perm = int32_constant(graph, found.perm, f"{op.name}_perm")
        shape = int32_constant(graph, found.shape, f"{op.name}_shape")
        graph.remove(op)
        graph.remove(reshape)
        transpose = graph.emit("Transpose", (reshape.inputs[0], perm), name=f"{op.name}_reorder", origin=op.origin)
        if result.minmax is not None:
            graph.update(transpose.outputs[0], minmax=result.minmax)
        graph.emit("Reshape", (transpose.outputs[0], shape), outputs=(result,), origin=reshape.origin)
