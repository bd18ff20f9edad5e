"""Quantise what float operators leave for quantised ones."""

from __future__ import annotations

from ...compiler.driver import Look, Pass
from ...compiler.ir import Array, Graph, Op
from ...compiler.ops.quantize import QuantizeAttrs
from ...compiler.quantization.grids import grid_for
from ...compiler.quantization.rules import real_operands, rule_of
from ...compiler.quantization.scheme import scheme_of
from ..quantizing import quantized_source


class InsertQuantize(Pass):
    """Put a Quantize and a Dequantize between a float array of known range and an operator that could be quantised.

    Options:
        inference_type = "QUANTIZED_UINT8"
    Before:
        graph main(x: float32[2] minmax(0.0, 255.0)) -> y {
          y: float32[2] minmax(0.0, 255.0) = Relu(x)
        }
    After:
        graph main(x: float32[2] minmax(0.0, 255.0)) -> y {
          q: uint8[2] quant[[1.0], [0], null] = Quantize(x) {dtype="uint8"}
          t: float32[2] minmax(0.0, 255.0) = Dequantize(q)
          y: float32[2] minmax(0.0, 255.0) = Relu(t)
        }
    """

    name = "insert-quantize"
    stage = "quantize"
    tolerance = 1.0

    def match(self, op: Op, look: Look) -> list[Array] | None:
        scheme = scheme_of(self.context.options)
        rule = rule_of(op.kind)
        if scheme is None or rule is None or self.context.target.quantized(op.kind, scheme.activations) is None:
            return look.fail("{} cannot be quantized", op)
        found = []
        for i in real_operands(op, rule):
            array = op.inputs[i]
            if array is None or array.value is not None or array.minmax is None or array.quantization is not None:
                continue
            look.producer(op, i)
            source = quantized_source(look.graph, array)
            if source is None or source.dtype is not scheme.activations:
                found.append(array)
        return list(dict.fromkeys(found)) or look.fail("the operands of {} are quantized, or of unknown range", op)

    def rewrite(self, op: Op, found: list[Array], graph: Graph) -> None:
        scheme = scheme_of(self.context.options)
        assert scheme is not None
        operands = list(op.inputs)
        for array in found:
            assert array.minmax is not None
            grid = grid_for(array.minmax, scheme.activations, symmetric=scheme.symmetric_activations)
            made = graph.emit("Quantize", (array,), QuantizeAttrs(scheme.activations), name=f"{array.name}_quantized")
            graph.update(made.outputs[0], quantization=grid)
            real = graph.emit("Dequantize", made.outputs, name=f"{array.name}_dequantized").outputs[0]
            graph.update(real, minmax=array.minmax)
            operands = [real if a is array else a for a in operands]
        graph.rewire(op, operands)
