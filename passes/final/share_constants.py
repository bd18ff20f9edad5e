"""Equal constants become one (TOCO's de-duplication of constant arrays)."""

from __future__ import annotations

from ...compiler.driver import GraphPass
from ...compiler.ir import Graph
from ..equality import Constants


class ShareConstants(GraphPass):
    """Let the readers of equal constants read the first of them; `dedupe_array_min_size_bytes` is where it starts.

    Types, ranges and quantisation must agree as well. Contents are compared only where shape and a sample agree.

    Before:
        graph main(x: float32[2]) -> z {
          a = const float32[2] [1.0, 2.0]
          b = const float32[2] [1.0, 2.0]
          y = Add(x, a)
          z = Mul(y, b)
        }
    After:
        graph main(x: float32[2]) -> z {
          a = const float32[2] [1.0, 2.0]
          y = Add(x, a)
          z = Mul(y, a)
        }
    """

    name = "share-constants"
    stage = "final"

    def run(self, graph: Graph) -> None:
        smallest = self.context.options.dedupe_array_min_size_bytes
        constants = Constants()
        for array in graph.arrays():
            if array.value is not None and array.value.nbytes >= smallest:
                first = constants.first(array)
                if graph.can_replace(array, first):
                    graph.replace(array, first)
