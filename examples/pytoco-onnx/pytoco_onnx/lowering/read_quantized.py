"""Constants on a grid are read as they are: ONNX's reader is beside whoever reads them."""

from __future__ import annotations

from typing import ClassVar

from pytoco.compiler import Array, Graph, Look, Op, Pass


class ReadQuantized(Pass):
    """Take out a Dequantize of a constant, so that passes see the constant; the writer puts one before each reader.

    Before:
        graph main(x: float32[1,2]) -> y {
          w = const int8[1,2] quant[[0.5], [0], null] [2, 4]
          r = Dequantize(w)
          y = FullyConnected(x, r)
        }
    After:
        graph main(x: float32[1,2]) -> y {
          w = const int8[1,2] quant[[0.5], [0], null] [2, 4]
          y = FullyConnected(x, w)
        }
    """

    name: ClassVar[str] = "onnx-read-quantized"
    stage: ClassVar[str] = "onnx-lowering"
    roots: ClassVar[tuple[str, ...]] = ("Dequantize",)

    def match(self, op: Op, look: Look) -> Array | None:
        """The constant."""
        data, result = op.inputs[0], op.outputs[0]
        if data is None or data.value is None or data.quantization is None:
            return look.fail("{} is no constant on a grid", data)
        return data if not look.graph.is_pinned(result) else look.fail("{} is promised", result)

    def rewrite(self, op: Op, found: Array, graph: Graph) -> None:
        """Readers of the result read the constant."""
        graph.replace(op.outputs[0], found)
        graph.remove(op)
