"""Inputs become quantised, as far as the caller is to give codes."""

from __future__ import annotations

from ...compiler.driver import GraphPass
from ...compiler.ir import Graph
from ...compiler.quantization.grids import grid_for
from ...compiler.quantization.scheme import input_dtype, scheme_of
from ..quantizing import give_grid


class QuantizeInputs(GraphPass):
    """Give float inputs with a known range the type that the options want for inputs, under their own names.

    Options:
        inference_type = "QUANTIZED_UINT8"
    Before:
        graph main(x: float32[2] minmax(-1.0, 1.0)) -> y {
          y = Neg(x)
        }
    After:
        graph main(x: uint8[2] quant[[0.00784313725490196], [128], null]) -> y {
          t: float32[2] minmax(-1.0, 1.0) = Dequantize(x)
          y = Neg(t)
        }
    """

    name = "quantize-inputs"
    stage = "quantize"
    tolerance = 1.0  # what was not on a grid before now is

    def run(self, graph: Graph) -> None:
        options = self.context.options
        dtype = input_dtype(options)
        if dtype is None or graph is not graph.model.main:
            return
        scheme = scheme_of(options)
        symmetric = scheme is not None and scheme.symmetric_activations and dtype is scheme.activations
        for array in graph.inputs:
            if array.minmax is not None and array.dtype is not None and array.dtype.is_float:
                give_grid(graph, array, dtype, grid_for(array.minmax, dtype, symmetric=symmetric))
