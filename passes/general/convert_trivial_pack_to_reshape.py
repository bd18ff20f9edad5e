"""Pack of one operand becomes Reshape (TOCO's ConvertTrivialPackToReshape)."""

from __future__ import annotations

from ...compiler.driver import Look, Pass
from ...compiler.ir import Graph, Op
from ..moving import emit_reshape, quantized, written_shape


class ConvertTrivialPackToReshape(Pass):
    """Turn a Pack of one operand into a Reshape, the normal form of all that only renames axes.

    At most one extent of the result may be unknown.

    Before:
        graph main(x: float32[2,3]) -> y {
          y = Pack(x) {axis=-1}
        }
    After:
        graph main(x: float32[2,3]) -> y {
          shape = const int32[3] [2, 3, 1]
          y = Reshape(x, shape)
        }
    """

    name = "convert-trivial-pack-to-reshape"
    stage = "general"
    roots = ("Pack",)

    def match(self, op: Op, look: Look) -> tuple[int, ...] | None:
        if len(op.inputs) != 1:
            return look.fail("{} has {} operands", op, len(op.inputs))
        if quantized(look, op.inputs[0], op.outputs[0]):
            return None
        shape = written_shape(op.outputs[0].shape)
        return look.fail("the shape of {} is not known", op.outputs[0]) if shape is None else shape

    def rewrite(self, op: Op, found: tuple[int, ...], graph: Graph) -> None:
        data = op.inputs[0]
        assert data is not None
        emit_reshape(graph, op, data, found)
