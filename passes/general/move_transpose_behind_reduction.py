"""Reductions first, transposes after, of what is left."""

from __future__ import annotations

from typing import NamedTuple

from ...compiler.driver import Look, Pass
from ...compiler.ir import Graph, Op
from ..moving import drop_unused, int32_constant, lone_transpose, permutation, quantized


class _Found(NamedTuple):
    transpose: Op
    axes: list[int]
    perm: list[int]


class MoveTransposeBehindReduction(Pass):
    """Reduce what was transposed along the axes where they were; what is left is transposed, if it needs to be.

    The transposed array must have no other reader.

    Before:
        graph main(x: float32[1,2,2,3]) -> y {
          perm = const int32[4] [0, 3, 1, 2]
          axes = const int32[2] [2, 3]
          t = Transpose(x, perm)
          y = Mean(t, axes)
        }
    After:
        graph main(x: float32[1,2,2,3]) -> y {
          axes = const int32[2] [1, 2]
          y = Mean(x, axes)
        }
    """

    name = "move-transpose-behind-reduction"
    stage = "general"
    roots = ("Mean", "Sum", "ReduceMax", "ReduceMin", "ReduceProd", "Any", "All")

    def match(self, op: Op, look: Look) -> _Found | None:
        transpose = lone_transpose(look, op)
        axes = look.constant(op, 1)
        if transpose is None or axes is None:
            return None
        perm = permutation(look, transpose)
        if perm is None or quantized(look, transpose.inputs[0], op.inputs[0], op.outputs[0]):
            return None
        reduced = sorted({perm[int(axis)] for axis in axes.reshape(-1)})
        if op.attrs.keep_dims:
            return _Found(transpose, reduced, perm)
        left = [p for p in perm if p not in reduced]
        return _Found(transpose, reduced, [sorted(left).index(p) for p in left])

    def rewrite(self, op: Op, found: _Found, graph: Graph) -> None:
        axes = int32_constant(graph, found.axes, f"{op.name}_axes")
        inputs = (found.transpose.inputs[0], axes)
        graph.remove(op)
        drop_unused(graph, found.transpose)
        if found.perm == list(range(len(found.perm))):
            graph.emit(op.kind, inputs, op.attrs, outputs=op.outputs, origin=op.origin)
            return
        perm = int32_constant(graph, found.perm, f"{op.name}_perm")
        reduced = graph.emit(op.kind, inputs, op.attrs, name=f"{op.name}_reorder", origin=op.origin).outputs[0]
        graph.emit("Transpose", (reduced, perm), outputs=op.outputs)
