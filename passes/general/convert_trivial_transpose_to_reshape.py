"""Transposes that move no element become Reshape (TOCO's ConvertTrivialTransposeToReshape)."""

from __future__ import annotations

from ...compiler.driver import Look, Pass
from ...compiler.ir import Graph, Op
from ..moving import emit_reshape, long_axes, permutation, quantized, written_shape


class ConvertTrivialTransposeToReshape(Pass):
    """Turn a Transpose that moves only axes of extent 1 into a Reshape, the normal form of all that only renames axes.

    At most one extent may be unknown; it counts as longer than 1. The identity permutation is left to
    remove-trivial-transpose.

    Before:
        graph main(x: float32[2,1,3]) -> y {
          perm = const int32[3] [1, 0, 2]
          y = Transpose(x, perm)
        }
    After:
        graph main(x: float32[2,1,3]) -> y {
          shape = const int32[3] [1, 2, 3]
          y = Reshape(x, shape)
        }
    """

    name = "convert-trivial-transpose-to-reshape"
    stage = "general"
    roots = ("Transpose",)

    def match(self, op: Op, look: Look) -> tuple[int, ...] | None:
        perm = permutation(look, op)
        data = op.inputs[0]
        if perm is None or data is None or data.shape is None or quantized(look, data, op.outputs[0]):
            return None
        long = long_axes(data.shape)
        if perm == list(range(len(perm))) or [p for p in perm if p in long] != long:
            return look.fail("{} moves elements, or nothing at all", op)
        shape = written_shape(op.outputs[0].shape)
        return look.fail("the shape of {} is not known", op.outputs[0]) if shape is None else shape

    def rewrite(self, op: Op, found: tuple[int, ...], graph: Graph) -> None:
        data = op.inputs[0]
        assert data is not None
        emit_reshape(graph, op, data, found)
