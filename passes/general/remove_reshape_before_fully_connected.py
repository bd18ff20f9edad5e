"""Remove reshapes that FullyConnected does by itself."""

from __future__ import annotations

from ...compiler.driver import Look, Pass
from ...compiler.errors import ShapeError
from ...compiler.ir import Graph, Op
from ...compiler.ops import get
from ..moving import drop_unused, quantized, supported


class RemoveReshapeBeforeFullyConnected(Pass):
    """A FullyConnected reads what a Reshape to a matrix was made of: it takes its operand as rows of `depth` anyway.

    The number of rows must be known to stay the same and the target must take the other rank. The Reshape goes with its
    last reader.

    Before:
        graph main(x: float32[2,1,3]) -> y {
          shape = const int32[2] [-1, 3]
          w = const float32[1,3] [1.0, 2.0, 3.0]
          t = Reshape(x, shape)
          y = FullyConnected(t, w)
        }
    After:
        graph main(x: float32[2,1,3]) -> y {
          w = const float32[1,3] [1.0, 2.0, 3.0]
          y = FullyConnected(x, w)
        }
    """

    name = "remove-reshape-before-fully-connected"
    stage = "general"
    roots = ("FullyConnected",)

    def match(self, op: Op, look: Look) -> Op | None:
        reshape = look.producer(op, 0, "Reshape")
        if reshape is None:
            return None
        source, result = reshape.inputs[0], op.outputs[0]
        if source is None or source.value is not None or source.rank is None or source.rank < 2:
            return look.fail("{} is constant, or of low or unknown rank", source)
        if quantized(look, source, op.inputs[0]):
            return None
        inputs = (source, *op.inputs[1:])
        try:
            shape = get(op.kind).infer(inputs, op.attrs)[0].shape
        except ShapeError as error:
            return look.fail("{}", error)
        if shape is None or shape != result.shape:
            return look.fail("{} is not known to have the same rows", source)
        return reshape if supported(look, self.context.target, op, inputs) else None

    def rewrite(self, op: Op, found: Op, graph: Graph) -> None:
        graph.rewire(op, (found.inputs[0], *op.inputs[1:]))
        drop_unused(graph, found)
