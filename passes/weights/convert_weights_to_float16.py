"""Store constants as float16."""

from __future__ import annotations

import numpy as np

from ...compiler.driver import GraphPass
from ...compiler.ir import Graph
from ...compiler.ir.types import FLOAT16, FLOAT32
from ...compiler.ir.values import materialize

LARGEST = 65504.0
"""The largest float16."""


class ConvertWeightsToFloat16(GraphPass):
    """Store every float32 constant that an operator reads as float16, followed by a Dequantize.

    Constants with values beyond the range of float16 stay as they are.

    Options:
        post_training_quantize = true
        quantize_to_float16 = true
    Before:
        graph main(x: float32[2]) -> y {
          k = const float32[2] [1.0, 2.5]
          y = Mul(x, k)
        }
    After:
        graph main(x: float32[2]) -> y {
          h = const float16[2] [1.0, 2.5]
          k = Dequantize(h)
          y = Mul(x, k)
        }
    """

    name = "convert-weights-to-float16"
    stage = "weights"
    tolerance = 1e-3

    def run(self, graph: Graph) -> None:
        if not self.context.options.quantize_to_float16:
            return
        for array in graph.arrays():
            if array.value is None or array.dtype is not FLOAT32 or not graph.user_count(array):
                continue
            value = materialize(array.value)
            if value.size and not np.abs(value).max() <= LARGEST:
                self.remark(None, "{} keeps its float32 values, which float16 cannot hold", array.name)
                continue
            half = graph.constant(value.astype(np.float16), f"{array.name}_float16", FLOAT16)
            made = graph.emit("Dequantize", (half,), name=f"{array.name}_dequantize").outputs[0]
            for op in graph.users(array):
                graph.rewire(op, [made if a is array else a for a in op.inputs])
