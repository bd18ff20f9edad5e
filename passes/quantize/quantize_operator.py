"""Let operators compute with quantised numbers (TOCO's Quantize)."""

from __future__ import annotations

from typing import NamedTuple

from ...compiler.driver import Look, Pass
from ...compiler.ir import Array, Graph, Op
from ...compiler.ir.types import DType, Quantization
from ...compiler.ops.quantize import QuantizeAttrs
from ...compiler.plugins.target import Kernel
from ...compiler.quantization.grids import grid_for, representable
from ...compiler.quantization.rules import Rule, is_real, real_operands, rule_of
from ...compiler.quantization.scheme import scheme_of
from ...compiler.quantization.weights import bias_grid, weights_grid
from ..quantizing import exchange, give_grid, known_range, quantized_constant, quantized_source


class _Found(NamedTuple):
    rule: Rule
    kernel: Kernel
    sources: dict[int, Array]
    results: dict[Array, Quantization]
    common: Quantization | None
    learned: dict[Array, Quantization]


class QuantizeOperator(Pass):
    """Let an operator whose real operands are known in quantised form read those, and make a quantised result.

    Those who read the result read a Dequantize of it, so that the change goes from the inputs to the outputs, operator
    by operator, and what has no quantised kernel stays as it is. Where the kernel wants one grid for operands and
    results, and training has learned another range for the result, a Quantize behind the operator brings it there.

    Options:
        inference_type = "QUANTIZED_UINT8"
    Before:
        graph main(q: uint8[2] quant[[0.5], [0], null]) -> y {
          x = Dequantize(q)
          t: float32[2] minmax(0.0, 255.0) = Relu(x)
          y = Neg(t)
        }
    After:
        graph main(q: uint8[2] quant[[0.5], [0], null]) -> y {
          x = Dequantize(q)
          t: uint8[2] quant[[1.0], [0], null] = Relu(q)
          u: float32[2] minmax(0.0, 255.0) = Dequantize(t)
          y = Neg(u)
        }
    """

    name = "quantize-operator"
    stage = "quantize"
    tolerance = 1.0

    def match(self, op: Op, look: Look) -> _Found | None:
        scheme = scheme_of(self.context.options)
        rule = Rule("first") if op.kind == "FakeQuant" else rule_of(op.kind)
        if scheme is None or rule is None:
            return look.fail("no rule says how to quantize {}", op)
        kernel = self.context.target.quantized(op.kind, scheme.activations)
        if op.kind == "FakeQuant":
            kernel = Kernel()
        if kernel is None:
            return look.fail("the target has no {} kernel for {}", scheme.activations, op)
        places = real_operands(op, rule)
        results = [a for a in op.outputs if is_real(a)]
        if all(a.quantization is not None for a in results) and all(_is_quantized(op, i) for i in places):
            return look.fail("{} is quantized, or has nothing real about it", op)
        sources: dict[int, Array] = {}
        for i in (*places, *((rule.weights,) if rule.weights is not None else ())):
            array = op.inputs[i]
            if array is None or array.value is not None:
                continue
            look.producer(op, i)
            source = quantized_source(look.graph, array)
            if source is None or source.dtype is not scheme.activations:
                return look.fail("{} is not quantized", array)
            sources[i] = source
        bias = op.inputs[rule.bias] if rule.bias is not None and rule.bias < len(op.inputs) else None
        if bias is not None and bias.value is None:
            return look.fail("the bias {} is not constant", bias)
        common = self._common(op, kernel, places, sources, results) if kernel.same_grid else None
        grids: dict[Array, Quantization] = {}
        learned: dict[Array, Quantization] = {}
        for array in results:
            if rule.fixed is not None:
                grids[array] = rule.fixed.grid(scheme.activations)
            elif common is not None:
                grids[array] = common
                if array.minmax is not None and array.minmax.bits is not None:
                    own = self._grid(array)
                    if _is_another(common, own, scheme.activations):
                        learned[array] = own
            elif array.minmax is not None:
                grids[array] = self._grid(array)
            else:
                return look.fail("the range of {} is unknown", array)
        return _Found(rule, kernel, sources, grids, common, learned)

    def _grid(self, array: Array) -> Quantization:
        scheme = scheme_of(self.context.options)
        range_ = known_range(array)
        assert scheme is not None and range_ is not None  # noqa: PT018 - both by match
        return grid_for(range_, scheme.activations, symmetric=scheme.symmetric_activations)

    def _common(
        self, op: Op, kernel: Kernel, places: list[int], sources: dict[int, Array], results: list[Array]
    ) -> Quantization | None:
        """The one grid of operands and results: that of the operands, or the result's where they differ."""
        grids = [g for i in places if i in sources and (g := sources[i].quantization) is not None]
        if grids and all(g == grids[0] for g in grids):
            return grids[0]
        return self._grid(results[0]) if results and results[0].minmax is not None else None

    def rewrite(self, op: Op, found: _Found, graph: Graph) -> None:
        scheme = scheme_of(self.context.options)
        assert scheme is not None
        rule = found.rule
        operands = list(op.inputs)
        for i, source in found.sources.items():
            if found.common is not None and source.quantization != found.common:
                made = graph.emit(
                    "Quantize", (source,), QuantizeAttrs(scheme.activations), name=f"{source.name}_regrid"
                )
                source = made.outputs[0]
                graph.update(source, quantization=found.common)
            operands[i] = source
        for i in real_operands(op, rule):
            array = operands[i]
            if array is not None and array.value is not None and array.quantization is None:
                grid = found.common or self._grid(array)
                operands[i] = quantized_constant(graph, array, scheme.activations, grid)
        self._affine(op, found, operands, graph)
        if op.kind == "FakeQuant":
            graph.remove(op)
            op = graph.emit("Quantize", operands[:1], QuantizeAttrs(scheme.activations), outputs=op.outputs)
        elif found.learned:
            self._with_inner_results(op, found, operands, graph)
        else:
            exchange(graph, op, operands)
        for array, grid in {**found.results, **found.learned}.items():
            give_grid(graph, array, scheme.activations, grid)

    def _with_inner_results(self, op: Op, found: _Found, operands: list[Array | None], graph: Graph) -> None:
        """The operator with results on its kernel's grid, and a Quantize behind each that is to have its own."""
        scheme = scheme_of(self.context.options)
        assert scheme is not None
        inner = [
            graph.array(f"{a.name}_inner", scheme.activations, a.shape) if a in found.learned else a for a in op.outputs
        ]
        graph.remove(op)
        graph.emit(op.kind, operands, op.attrs, outputs=inner, origin=op.origin)
        for old, new in zip(op.outputs, inner, strict=True):
            if new is not old:
                graph.update(new, quantization=found.results[old])
                graph.emit("Quantize", (new,), QuantizeAttrs(scheme.activations), outputs=(old,))

    def _affine(self, op: Op, found: _Found, operands: list[Array | None], graph: Graph) -> None:
        """Quantise weights and bias."""
        scheme = scheme_of(self.context.options)
        rule = found.rule
        if scheme is None or rule.weights is None:
            return
        weights, data = operands[rule.weights], operands[rule.data]
        assert weights is not None and data is not None and data.quantization is not None  # noqa: PT018
        if weights.value is not None and weights.quantization is None:
            axis = rule.channels if scheme.per_channel and found.kernel.per_channel else None
            known = weights.minmax
            if known is not None and known.axis is not None and known.axis != axis:
                self.remark(op, "{} has a range for each channel; the kernel takes one in all", weights.name)
            added = operands[rule.bias] if rule.bias is not None and rule.bias < len(operands) else None
            values = None if added is None or added.quantization is not None else added.numpy()
            grid = weights_grid(weights, scheme, axis, values, data.quantization)
            narrow = scheme.symmetric_weights or (known is not None and known.narrow)
            operands[rule.weights] = weights = quantized_constant(graph, weights, scheme.weights, grid, narrow)
        assert weights.quantization is not None
        if rule.bias is not None and rule.bias < len(operands):
            bias = operands[rule.bias]
            if bias is not None and bias.quantization is None:
                grid = bias_grid(data.quantization, weights.quantization)
                operands[rule.bias] = quantized_constant(graph, bias, scheme.bias, grid)


def _is_another(common: Quantization, own: Quantization, dtype: DType) -> bool:
    """Whether two grids differ by more than a step at either end."""
    a, b = representable(common, dtype), representable(own, dtype)
    return max(abs(a.min - b.min), abs(a.max - b.max)) > common.scale[0]


def _is_quantized(op: Op, place: int) -> bool:
    array = op.inputs[place]
    return array is not None and array.quantization is not None
