"""Look rows up by indices of any shape, without making them a vector before and giving the rows their shape after."""

from __future__ import annotations

from ...compiler.driver import Look, Pass
from ...compiler.ir import Graph, Op
from ..moving import quantized
from ..patterns import Identified, offered, put_in_place


class MergeReshapesAroundGather(Pass):
    """Drop the Reshape of a Gather's indices, and the one of its result that gives them their shape back.

    TensorFlow's `embedding_lookup` writes them where an embedding is partitioned.

    Before:
        graph main(x: float32[2,3,9], t: float32[9,4]) -> y {
          last = const int32[] [2]
          i = ArgMax(x, last)
          flat = const int32[1] [-1]
          s = const int32[3] [2, 3, 4]
          a = Reshape(i, flat)
          b = Gather(t, a)
          y = Reshape(b, s)
        }
    After:
        graph main(x: float32[2,3,9], t: float32[9,4]) -> y {
          last = const int32[] [2]
          i = ArgMax(x, last)
          y = Gather(t, i)
        }
    """

    name = "merge-reshapes-around-gather"
    stage = "general"
    roots = ("Reshape",)

    def match(self, op: Op, look: Look) -> Identified | None:
        gather = look.producer(op, 0, "Gather")
        inner = None if gather is None else look.producer(gather, 1, "Reshape")
        if gather is None or inner is None:
            return None
        table, indices = gather.inputs[0], inner.inputs[0]
        if gather.attrs.axis or gather.attrs.batch_dims:
            return look.fail("{} does not pick rows", gather)
        if table is None or not table.shape or indices is None or indices.shape is None:
            return look.fail("the rank of an operand of {} is not known", gather)
        if op.outputs[0].shape != (*indices.shape, *table.shape[1:]):
            return look.fail("{} does not give the rows the shape of {}", op, indices)
        if not look.unshared(gather.outputs[0]) or quantized(look, gather.outputs[0], op.outputs[0]):
            return None
        return offered(look, self.context.target, op, Identified("Gather", (table, indices), gather.attrs))

    def rewrite(self, op: Op, found: Identified, graph: Graph) -> None:
        put_in_place(graph, op, found)
