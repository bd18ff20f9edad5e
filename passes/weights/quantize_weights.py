"""Store the weights of float operators as int8 (TOCO's post-training quantisation of weights)."""

from __future__ import annotations

from typing import NamedTuple

from ...compiler.driver import Look, Pass
from ...compiler.ir import Array, Graph, Op
from ...compiler.ir.types import FLOAT32, INT8
from ...compiler.plugins.target import Hybrid
from ...compiler.quantization.scheme import WEIGHTS
from ...compiler.quantization.weights import weights_grid
from ..quantizing import exchange, quantized_constant

LEAST = 1024
"""Elements from which it pays, as in TOCO."""


class _Found(NamedTuple):
    hybrid: Hybrid
    positions: list[int]


class QuantizeWeights(Pass):
    """Store large constant weights as int8, symmetric around 0; where the kernel cannot compute so, dequantise them.

    With a scale for each output channel where the target's kernel takes that.

    Options:
        post_training_quantize = true
    Before:
        graph main(x: float32[1,2048]) -> y {
          w = const float32[1,2048] splat 2.0
          y = FullyConnected(x, w)
        }
    After:
        graph main(x: float32[1,2048]) -> y {
          w = const int8[1,2048] quant[[0.015748031496062992], [0], null] splat 127
          y = FullyConnected(x, w)
        }
    """

    name = "quantize-weights"
    stage = "weights"
    tolerance = 0.1

    def match(self, op: Op, look: Look) -> _Found | None:
        hybrid = self.context.target.hybrid(op.kind)
        if hybrid is None or self.context.options.quantize_to_float16:
            return look.fail("{} does not take int8 weights", op)
        there = [i for i in hybrid.positions if i < len(op.inputs) and op.inputs[i] is not None]
        found = []
        for i in there:
            array = op.inputs[i]
            assert array is not None
            if array.value is None or array.dtype is not FLOAT32:
                look.fail("{} is not constant, or not float32", array)
            elif array.value.size < LEAST:
                look.fail("{} has fewer than {} elements", array, LEAST)
            else:
                found.append(i)
        if hybrid.computes and len(found) < len(there):
            return None
        return _Found(hybrid, found) if found else None

    def rewrite(self, op: Op, found: _Found, graph: Graph) -> None:
        hybrid = found.hybrid
        operands: list[Array | None] = list(op.inputs)
        for i in found.positions:
            array = operands[i]
            assert array is not None
            made = quantized_constant(graph, array, INT8, weights_grid(array, WEIGHTS, hybrid.channels), True)
            if not hybrid.computes:
                made = graph.emit("Dequantize", (made,), name=f"{array.name}_dequantize").outputs[0]
            operands[i] = made
        exchange(graph, op, operands)
