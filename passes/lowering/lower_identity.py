"""Copies that must stay become a Reshape to the same shape: runtimes have no Identity."""

from __future__ import annotations

import numpy as np

from ...compiler.driver import Look, Pass
from ...compiler.ir import Graph, Op, is_static
from ...compiler.ops.shape import ShapeAttrs


class LowerIdentity(Pass):
    """Turn an Identity between two promised names into a copying Reshape.

    Before:
        graph main(x: float32[2,3]) -> y {
          y = Identity(x)
        }
    After:
        graph main(x: float32[2,3]) -> y {
          s = const int32[2] [2, 3]
          y = Reshape(x, s)
        }
    """

    name = "lower-identity"
    stage = "lowering"
    roots = ("Identity",)
    needed = True

    def match(self, op: Op, look: Look) -> bool:
        return True

    def rewrite(self, op: Op, found: bool, graph: Graph) -> None:
        source = op.inputs[0]
        assert source is not None
        graph.remove(op)
        if source.shape is not None and is_static(source.shape):
            shape = graph.constant(np.array(source.shape, np.int32), f"{op.name}_shape")
        else:
            shape = graph.emit("Shape", (source,), ShapeAttrs(), name=f"{op.name}_shape").outputs[0]
        graph.emit("Reshape", (source, shape), outputs=op.outputs)
