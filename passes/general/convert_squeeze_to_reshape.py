"""Squeeze becomes Reshape (TOCO's ConvertSqueezeToReshape)."""

from __future__ import annotations

from ...compiler.driver import Look, Pass
from ...compiler.ir import Graph, Op
from ..moving import emit_reshape, quantized, written_shape


class ConvertSqueezeToReshape(Pass):
    """Turn a Squeeze into a Reshape, the normal form of all that only renames axes.

    At most one extent of the result may be unknown. A Squeeze to a scalar stays: the empty shape that a Reshape would
    need cannot be told from a missing one in every file format.

    Before:
        graph main(x: float32[1,2,1,3]) -> y {
          y = Squeeze(x) {axes=[0, 2]}
        }
    After:
        graph main(x: float32[1,2,1,3]) -> y {
          shape = const int32[2] [2, 3]
          y = Reshape(x, shape)
        }
    """

    name = "convert-squeeze-to-reshape"
    stage = "general"
    roots = ("Squeeze",)

    def match(self, op: Op, look: Look) -> tuple[int, ...] | None:
        if quantized(look, op.inputs[0], op.outputs[0]):
            return None
        shape = written_shape(op.outputs[0].shape)
        if not shape:
            return look.fail("{} is a scalar, or its shape is not known", op.outputs[0])
        return shape

    def rewrite(self, op: Op, found: tuple[int, ...], graph: Graph) -> None:
        data = op.inputs[0]
        assert data is not None
        emit_reshape(graph, op, data, found)
