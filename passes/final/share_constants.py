"""Equal constants become one (TOCO's de-duplication of constant arrays)."""

from __future__ import annotations

from ...compiler.driver import GraphPass
from ...compiler.ir import Array, Graph, Value
from ...compiler.ir.values import equal, is_splat, materialize


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
        groups: dict[object, list[Array]] = {}
        for array in graph.arrays():
            value = array.value
            if value is None or value.nbytes < smallest:
                continue
            key = (array.dtype, array.shape, is_splat(value), array.minmax, array.quantization, _sample(value))
            same = groups.setdefault(key, [])
            for first in same:
                if first.value is not None and equal(first.value, value):
                    if graph.can_replace(array, first):
                        graph.replace(array, first)
                    break
            else:
                same.append(array)


def _sample(value: Value) -> bytes:
    """A few elements from all over the value."""
    part = materialize(value[tuple(slice(d // 7, None, d // 3 + 1) for d in value.shape)])
    return repr(part.tolist()).encode() if part.dtype.kind == "O" else part.tobytes()
