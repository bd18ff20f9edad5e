"""Say which ranges are missing, all of them at once, before anything is quantised."""

from __future__ import annotations

from ...compiler.driver import GraphPass
from ...compiler.errors import UsageError
from ...compiler.ir import Array, Graph
from ...compiler.quantization.rules import is_real, real_operands, rule_of
from ...compiler.quantization.scheme import scheme_of
from ..quantizing import quantized_source

SHOWN = 6


class RequireRanges(GraphPass):
    """Stop the conversion when operators that could be quantised read or make arrays of unknown range.

    It changes nothing:

    Before:
        graph main(x: float32[2] minmax(0.0, 1.0)) -> y {
          y: float32[2] minmax(0.0, 1.0) = Relu(x)
        }
    After:
        graph main(x: float32[2] minmax(0.0, 1.0)) -> y {
          y: float32[2] minmax(0.0, 1.0) = Relu(x)
        }
    """

    name = "require-ranges"
    stage = "quantize"

    def run(self, graph: Graph) -> None:
        scheme = scheme_of(self.context.options)
        if scheme is None or self.context.options.representative_dataset is not None:
            return  # what a dataset told nothing about stays in float
        missing: dict[Array, str] = {}
        for op in graph.order():
            rule = rule_of(op.kind)
            kernel = self.context.target.quantized(op.kind, scheme.activations)
            if rule is None or kernel is None:
                continue
            operands = [op.inputs[i] for i in real_operands(op, rule)]
            results = [] if rule.fixed is not None or (kernel.same_grid and op.inputs) else op.outputs
            for array in (*operands, *results):
                if array is not None and is_real(array) and not _has_range(graph, array):
                    missing.setdefault(array, op.kind)
        if missing:
            raise UsageError(_report(graph, missing), hint=_HINT)


_HINT = (
    "train with fake quantization, give a representative dataset, or say --default_ranges_min and --default_ranges_max "
    "to try out the speed"
)


def _has_range(graph: Graph, array: Array) -> bool:
    return array.minmax is not None or array.value is not None or quantized_source(graph, array) is not None


def _report(graph: Graph, missing: dict[Array, str]) -> str:
    groups: dict[str, list[str]] = {}
    for array, reader in missing.items():
        producer = graph.producer(array)
        cause = f"results of {producer.kind}" if producer is not None else f"inputs, read by {reader}"
        groups.setdefault(cause, []).append(repr(array.name))
    lines = [f"{len(missing)} arrays have no range, without which they cannot be quantized:"]
    for cause, names in groups.items():
        more = f" and {len(names) - SHOWN} more" if len(names) > SHOWN else ""
        lines.append(f"  {cause}: {', '.join(names[:SHOWN])}{more}")
    return "\n".join(lines) + "\n"
