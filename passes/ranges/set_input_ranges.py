"""Ranges of the inputs, from what the user says about their codes."""

from __future__ import annotations

from ...compiler.driver import GraphPass
from ...compiler.ir import Array, Graph, MinMax
from ...compiler.quantization.grids import codes
from ...compiler.quantization.scheme import input_dtype


class SetInputRanges(GraphPass):
    """Give every float input the range that its codes cover: real = (code - mean) / std_dev.

    What the caller says about them wins over what training found. Without mean and deviation these are
    0 and 1, as in TOCO, for inputs of which nothing else tells the range; with a representative dataset they are left
    to that.

    Options:
        inference_type = "QUANTIZED_UINT8"
    Before:
        graph main(x: float32[2]) -> y {
          y = Neg(x)
        }
    After:
        graph main(x: float32[2] minmax(0.0, 255.0)) -> y {
          y = Neg(x)
        }
    """

    name = "set-input-ranges"
    stage = "ranges"

    def run(self, graph: Graph) -> None:
        options = self.context.options
        dtype = input_dtype(options)
        if graph is not graph.model.main or dtype is None:
            return
        means, deviations = options.mean_values, options.std_dev_values
        if means is None and (dtype.name != "uint8" or options.representative_dataset is not None):
            return
        named = options.input_arrays or tuple(a.name for a in graph.inputs)
        for array in graph.inputs:
            if _is_float(array) and array.name in named and _is_open(graph, array, means is not None):
                place = named.index(array.name)
                mean = means[place] if means is not None and place < len(means) else 0.0
                deviation = deviations[place] if deviations is not None and place < len(deviations) else 1.0
                low, high = ((code - mean) / deviation for code in codes(dtype))
                graph.update(array, minmax=MinMax(min(low, high) + 0.0, max(low, high) + 0.0))  # no -0.0


def _is_open(graph: Graph, array: Array, said: bool) -> bool:
    """Whether the array has no range yet, or one that was learned, over which what is said wins."""
    if said:
        return array.minmax is None or array.minmax.bits is not None
    return array.minmax is None and all(op.kind != "FakeQuant" for op in graph.users(array))


def _is_float(array: Array) -> bool:
    return array.dtype is not None and array.dtype.is_float
