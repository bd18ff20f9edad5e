"""Convolutions with explicit padding become a Pad and a convolution that pads nothing."""

from __future__ import annotations

import numpy as np

from ...compiler.driver import Look, Pass
from ...compiler.ir import Graph, Op


class LowerExplicitPadding(Pass):
    """Move explicit (top, bottom, left, right) padding, which TFLite's convolutions do not have, into a Pad of its own.

    Before:
        graph main(x: float32[1,2,2,1]) -> y {
          w = const float32[1,2,2,1] [1.0, 2.0, 3.0, 4.0]
          y = Conv(x, w) {stride_h=1, stride_w=1, padding="EXPLICIT", explicit=[1, 0, 0, 1]}
        }
    After:
        graph main(x: float32[1,2,2,1]) -> y {
          w = const float32[1,2,2,1] [1.0, 2.0, 3.0, 4.0]
          p = const int32[4,2] [0, 0, 1, 0, 0, 1, 0, 0]
          t = Pad(x, p)
          y = Conv(t, w) {stride_h=1, stride_w=1, padding="VALID"}
        }
    """

    name = "lower-explicit-padding"
    stage = "lowering"
    roots = ("Conv", "DepthwiseConv")
    needed = True

    def match(self, op: Op, look: Look) -> tuple[int, ...] | None:
        if op.attrs.padding != "EXPLICIT":
            return look.fail("{} is not padded explicitly", op)
        found: tuple[int, ...] = op.attrs.explicit
        return found

    def rewrite(self, op: Op, found: tuple[int, ...], graph: Graph) -> None:
        top, bottom, left, right = found
        data = op.inputs[0]
        if any(found):
            amounts = np.array([[0, 0], [top, bottom], [left, right], [0, 0]], np.int32)
            paddings = graph.constant(amounts, f"{op.name}_paddings")
            data = graph.emit("Pad", (data, paddings), name=f"{op.name}_padded").outputs[0]
        graph.remove(op)
        attrs = op.attrs._replace(padding="VALID", explicit=())
        graph.emit(op.kind, (data, *op.inputs[1:]), attrs, outputs=op.outputs)
