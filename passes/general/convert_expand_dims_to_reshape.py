"""ExpandDims becomes Reshape (TOCO's ConvertExpandDimsToReshape)."""

from __future__ import annotations

from ...compiler.driver import Look, Pass
from ...compiler.ir import Graph, Op
from ..moving import emit_reshape, quantized, written_shape


class ConvertExpandDimsToReshape(Pass):
    """Turn an ExpandDims into a Reshape, the normal form of all that only renames axes.

    At most one extent of the result may be unknown.

    Before:
        graph main(x: float32[2,3]) -> y {
          axis = const int32[] [-1]
          y = ExpandDims(x, axis)
        }
    After:
        graph main(x: float32[2,3]) -> y {
          shape = const int32[3] [2, 3, 1]
          y = Reshape(x, shape)
        }
    """

    name = "convert-expand-dims-to-reshape"
    stage = "general"
    roots = ("ExpandDims",)

    def match(self, op: Op, look: Look) -> tuple[int, ...] | None:
        if quantized(look, op.inputs[0], op.outputs[0]):
            return None
        shape = written_shape(op.outputs[0].shape)
        return look.fail("the shape of {} is not known", op.outputs[0]) if shape is None else shape

    def rewrite(self, op: Op, found: tuple[int, ...], graph: Graph) -> None:
        data = op.inputs[0]
        assert data is not None
        emit_reshape(graph, op, data, found)
