"""Shorten ways from one grid to another."""

from __future__ import annotations

from ...compiler.driver import Look, Pass
from ...compiler.ir import Array, Graph, Op
from ..support import bypass


class RemoveTrivialQuantize(Pass):
    """Let a Quantize read the quantised array behind a Dequantize, and remove it where that has its very grid.

    Before:
        graph main(q: uint8[2] quant[[0.5], [0], null]) -> y {
          t = Dequantize(q)
          u: uint8[2] quant[[0.5], [0], null] = Quantize(t) {dtype="uint8"}
          y = Dequantize(u)
        }
    After:
        graph main(q: uint8[2] quant[[0.5], [0], null]) -> y {
          t = Dequantize(q)
          y = Dequantize(q)
        }
    """

    name = "remove-trivial-quantize"
    stage = "quantize"
    roots = ("Quantize",)
    tolerance = 1.0  # what was not on a grid before now is

    def match(self, op: Op, look: Look) -> Array | None:
        source = op.inputs[0]
        if source is not None and source.quantization is None:
            producer = look.producer(op, 0, "Dequantize")
            source = None if producer is None else producer.inputs[0]
            if source is None or source.quantization is None:
                return look.fail("{} quantizes real values", op)
            return source
        result = op.outputs[0]
        if source is None or (source.dtype, source.quantization) != (result.dtype, result.quantization):
            return look.fail("{} changes the grid", op)
        return source if look.graph.can_replace(result, source) else look.fail("the names of both are promised")

    def rewrite(self, op: Op, found: Array, graph: Graph) -> None:
        if found is op.inputs[0]:
            bypass(graph, op, found)
        else:
            graph.rewire(op, (found,))
