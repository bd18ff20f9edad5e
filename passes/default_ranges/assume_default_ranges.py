"""Ranges for arrays about which nothing is known, so that a model can be quantised to try its speed."""

from __future__ import annotations

from ...compiler.driver import GraphPass
from ...compiler.ir import Graph, MinMax
from ...compiler.quantization.scheme import scheme_of


class AssumeDefaultRanges(GraphPass):
    """Give every float array that is no constant and has no range the default one (TOCO's dummy quantisation).

    Options:
        inference_type = "QUANTIZED_UINT8"
        default_ranges_min = 0.0
        default_ranges_max = 6.0
    Before:
        graph main(x: float32[2]) -> y {
          y = Neg(x)
        }
    After:
        graph main(x: float32[2] minmax(0.0, 6.0)) -> y {
          y: float32[2] minmax(0.0, 6.0) = Neg(x)
        }
    """

    name = "assume-default-ranges"
    stage = "default-ranges"

    def run(self, graph: Graph) -> None:
        options = self.context.options
        scheme = scheme_of(options)
        low, high = options.default_ranges_min, options.default_ranges_max
        if scheme is not None and scheme.activations.itemsize == 2 and options.default_int16_ranges_min is not None:
            low, high = options.default_int16_ranges_min, options.default_int16_ranges_max
        if low is None or high is None:
            return
        for array in graph.arrays():
            if array.minmax is None and array.value is None and array.dtype is not None and array.dtype.is_float:
                graph.update(array, minmax=MinMax(low, high))
