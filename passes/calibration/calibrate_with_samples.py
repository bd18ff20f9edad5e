"""Learn ranges, and what quantised weights do to biases, by running the model on a representative dataset."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from numpy.typing import NDArray

from ...compiler.driver import Context, GraphPass
from ...compiler.ir import Array, Graph, MinMax, Op
from ...compiler.ir.types import FLOAT32
from ...compiler.plugins.target import Kernel
from ...compiler.quantization.bias_correction import shift_of
from ...compiler.quantization.calibration import measure
from ...compiler.quantization.rules import real_operands, rule_of
from ...compiler.quantization.scheme import Scheme, scheme_of
from ..quantizing import exchange


class CalibrateWithSamples(GraphPass):
    """Give each float array of the main graph that a quantised kernel could read or make the range of its values.

    What has a range already keeps it. Where a kernel wants one grid for operands and results, the results have the
    operand's range, and operands of a concatenation that nobody else reads have that of its result, so that nothing has
    to be requantised. Biases make up for what rounding the weights changes on average.

    Options:
        representative_dataset = [[[-1.0, 2.0]], [[0.5, 3.0]]]
    Before:
        graph main(x: float32[2]) -> y {
          y = Relu(x)
        }
    After:
        graph main(x: float32[2] minmax(-1.0, 3.0)) -> y {
          y: float32[2] minmax(0.0, 3.0) = Relu(x)
        }
    """

    name = "calibrate-with-samples"
    stage = "calibration"
    tolerance = 0.1

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self._done = False

    def run(self, graph: Graph) -> None:
        options = self.context.options
        dataset, scheme = options.representative_dataset, scheme_of(options)
        if dataset is None or scheme is None or graph is not graph.model.main or self._done:
            return
        self._done = True
        arrays = self._unknown(graph, scheme)
        if not arrays:
            return
        found = measure(
            graph,
            arrays,
            dataset,
            self.context.target,
            averaged=dict.fromkeys(data for _, _, data in self._linear(graph, scheme)),
            percentile=options.calibration_percentile,
            progress=self.context.on_progress,
        )
        if found.refused:
            self.remark(None, "numpy ran the samples, because the runtime refused the model: {}", found.refused)
        for array in arrays:
            if array in found.ranges:
                graph.update(array, minmax=found.ranges[array])
            else:
                self.remark(None, "{} has no range: it was empty, or held NaN or infinity", array.name)
        for op, kernel, data in self._linear(graph, scheme):
            if data in found.averages:
                self._correct(graph, op, scheme, kernel, found.averages[data])
        self._share(graph, scheme, dict.fromkeys(a for a in arrays if a.minmax is not None))

    def _unknown(self, graph: Graph, scheme: Scheme) -> list[Array]:
        """The arrays to look at, in the order of the operators."""
        met = dict.fromkeys(graph.inputs)
        for op in graph.order():
            rule = rule_of(op.kind)
            if rule is not None and self.context.target.quantized(op.kind, scheme.activations) is not None:
                met.update(dict.fromkeys(a for i in real_operands(op, rule) if (a := op.inputs[i]) is not None))
                met.update(dict.fromkeys(op.outputs))
        met.update(dict.fromkeys(graph.outputs))
        return [a for a in met if a.dtype is FLOAT32 and a.value is None and a.minmax is None]

    def _linear(self, graph: Graph, scheme: Scheme) -> Iterator[tuple[Op, Kernel, Array]]:
        """Operators with constant weights and bias that have a quantised kernel, and their data."""
        for op in graph.order():
            rule = rule_of(op.kind)
            kernel = self.context.target.quantized(op.kind, scheme.activations)
            if (
                rule is None
                or kernel is None
                or rule.weights is None
                or rule.bias is None
                or len(op.inputs) <= rule.bias
            ):
                continue
            data, weights, bias = op.inputs[rule.data], op.inputs[rule.weights], op.inputs[rule.bias]
            if data is None or weights is None or bias is None:
                continue
            if data.value is None and weights.value is not None and bias.value is not None:
                yield op, kernel, data

    def _correct(self, graph: Graph, op: Op, scheme: Scheme, kernel: Kernel, average: NDArray[Any]) -> None:
        rule = rule_of(op.kind)
        assert rule is not None
        assert rule.bias is not None
        bias = op.inputs[rule.bias]
        if bias is None or bias.dtype is not FLOAT32 or any(a.minmax is None for a in op.outputs):
            return
        axis = rule.channels if scheme.per_channel and kernel.per_channel else None
        value = bias.numpy()
        made = graph.constant((value + shift_of(op, rule, scheme, axis, average)).astype(value.dtype), bias.name)
        exchange(graph, op, [made if a is bias else a for a in op.inputs])

    def _share(self, graph: Graph, scheme: Scheme, measured: dict[Array, None]) -> None:
        """Let arrays that must have one grid have one range, as far as their ranges were `measured`."""
        same = [
            op
            for op in graph.order()
            if (kernel := self.context.target.quantized(op.kind, scheme.activations)) is not None and kernel.same_grid
        ]
        widened: set[Array] = set()
        for op in reversed(same):
            rule = rule_of(op.kind)
            range_ = op.outputs[0].minmax if op.outputs else None
            if rule is None or range_ is None or (rule.flow != "union" and op.outputs[0] not in widened):
                continue
            for array in self._own_operands(graph, op):
                if array in measured and array.minmax is not None:
                    widest = MinMax(min(range_.min, array.minmax.min), max(range_.max, array.minmax.max))
                    graph.update(array, minmax=widest)
                    widened.add(array)
        for op in same:
            rule = rule_of(op.kind)
            source = op.inputs[rule.data] if rule is not None and rule.flow != "union" else None
            for array in op.outputs:
                if array in measured and source is not None and source.minmax not in (None, array.minmax):
                    graph.update(array, minmax=source.minmax)

    def _own_operands(self, graph: Graph, op: Op) -> list[Array]:
        """Real operands that nobody else reads and no caller sees."""
        rule = rule_of(op.kind)
        assert rule is not None
        operands = dict.fromkeys(a for i in real_operands(op, rule) if (a := op.inputs[i]) is not None)
        outside = (*graph.inputs, *graph.outputs)
        return [a for a in operands if graph.user_count(a) == 1 and a not in outside]
