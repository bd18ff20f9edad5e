"""Outputs get the type that the options want, under their own names."""

from __future__ import annotations

from ...compiler.driver import GraphPass
from ...compiler.ir import Array, Graph
from ...compiler.ir.types import FLOAT32, INT16, DType, Quantization
from ...compiler.ops.quantize import QuantizeAttrs
from ...compiler.quantization.grids import codes, grid_for, representable
from ...compiler.quantization.scheme import output_dtype, scheme_of


class ConvertOutputs(GraphPass):
    """Put a Dequantize or a Quantize behind outputs that are not of the wanted type; the result takes over the name.

    Before:
        graph main(x: uint8[2] quant[[0.5], [0], null]) -> y {
          y: uint8[2] quant[[1.0], [0], null] = Relu(x)
        }
    After:
        graph main(x: uint8[2] quant[[0.5], [0], null]) -> y {
          t: uint8[2] quant[[1.0], [0], null] = Relu(x)
          y = Dequantize(t)
        }
    """

    name = "convert-outputs"
    stage = "boundary"
    tolerance = 1.0  # what was not on a grid before now is

    def run(self, graph: Graph) -> None:
        if graph is not graph.model.main:
            return
        wanted = output_dtype(self.context.options)
        for array in list(graph.outputs):
            if array.quantization is not None and wanted is not array.dtype:
                self._convert(graph, array, wanted, array.quantization)
            elif array.dtype is FLOAT32 and wanted is not FLOAT32 and array.minmax is not None:
                scheme = scheme_of(self.context.options)
                symmetric = scheme is not None and scheme.symmetric_activations
                self._convert(graph, array, wanted, grid_for(array.minmax, wanted, symmetric=symmetric))

    def _convert(self, graph: Graph, array: Array, wanted: DType, grid: Quantization) -> None:
        name = array.name
        if array in graph.inputs or any(array in (s.array, s.source) for s in graph.states):
            return
        if wanted is FLOAT32:
            made = graph.emit("Dequantize", (array,), name=name).outputs[0]
        else:
            source = array
            if array.dtype is INT16:  # runtimes cannot requantise it to every type
                source = graph.emit("Dequantize", (array,), name=f"{name}_dequantized").outputs[0]
            made = graph.emit("Quantize", (source,), QuantizeAttrs(wanted), name=name).outputs[0]
            assert array.dtype is not None
            if array.quantization is not None:
                grid = _moved(grid, array.dtype, wanted)
            graph.update(made, quantization=grid)
        graph.retarget(outputs=[made if a is array else a for a in graph.outputs])
        graph.update(array, name=graph.unique_name(f"{name}_{'quantized' if array.quantization else 'real'}"))
        graph.update(made, name=name)


def _moved(grid: Quantization, old: DType, new: DType) -> Quantization:
    """The same grid in a type whose codes begin elsewhere, or one for the same range where there are more or fewer."""
    if old.itemsize != new.itemsize:
        return grid_for(representable(grid, old), new, symmetric=new.itemsize > 1)
    return Quantization(grid.scale, (grid.zero_point[0] + codes(new)[0] - codes(old)[0],))
