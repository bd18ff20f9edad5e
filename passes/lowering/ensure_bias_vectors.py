"""Give affine operators the bias that runtimes expect (TOCO's EnsureBiasVectors)."""

from __future__ import annotations

import numpy as np

from ...compiler.driver import Look, Pass
from ...compiler.ir import Graph, Op
from ...compiler.ir.types import FLOAT32
from ..support import AFFINE, BIASED_KINDS, with_parts


class EnsureBiasVectors(Pass):
    """Add a bias of zeros to a Conv, DepthwiseConv or FullyConnected that has none.

    The oldest operator versions demand one; equal ones share their bytes in the file.

    Before:
        graph main(x: float32[1,2]) -> y {
          w = const float32[1,2] [1.0, 2.0]
          y = FullyConnected(x, w)
        }
    After:
        graph main(x: float32[1,2]) -> y {
          w = const float32[1,2] [1.0, 2.0]
          b = const float32[1] [0.0]
          y = FullyConnected(x, w, b)
        }
    """

    name = "ensure-bias-vectors"
    stage = "lowering"
    roots = BIASED_KINDS
    needed = True

    def match(self, op: Op, look: Look) -> int | None:
        place = AFFINE[op.kind]
        if place.bias < len(op.inputs) and op.inputs[place.bias] is not None:
            return look.fail("{} has a bias", op)
        weights = op.inputs[place.weights]
        if weights is None or weights.dtype is not FLOAT32 or weights.shape is None:
            return look.fail("the weights of {} are not float32, or of unknown rank", op)
        units = weights.shape[place.units_axis]
        return units if isinstance(units, int) else look.fail("the number of output channels of {} is unknown", op)

    def rewrite(self, op: Op, found: int, graph: Graph) -> None:
        graph.rewire(op, with_parts(op, graph, None, np.zeros(found, np.float32)))
