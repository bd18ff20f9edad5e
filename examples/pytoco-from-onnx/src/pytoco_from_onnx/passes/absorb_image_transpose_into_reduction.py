"""Reductions that drop axes, on the NHWC image."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from pytoco.compiler import Graph, Look, Op, Pass

from .images import BACK, drop_unused, from_onnx, image_transpose, permutation


class _Found(NamedTuple):
    transpose: Op
    axes: NDArray[np.int32]
    perm: list[int]


class AbsorbImageTransposeIntoReduction(Pass):
    """A reduction that drops axes, or ArgMax and ArgMin, reduces an image before it is transposed.

    Over channels that leaves nothing to transpose; otherwise what is left is transposed.

    Before:
        graph main(x: float32[1,2,2,3]) -> y {
          perm = const int32[4] [0, 3, 1, 2]
          axis = const int32[] [1]
          t = Transpose(x, perm)
          y = ArgMax(t, axis)
        }
    After:
        graph main(x: float32[1,2,2,3]) -> y {
          axis = const int32[] [3]
          y = ArgMax(x, axis)
        }
    """

    name = "absorb-image-transpose-into-reduction"
    stage = "general"
    roots = ("ArgMax", "ArgMin", "Mean", "Sum", "ReduceMax", "ReduceMin", "ReduceProd")

    def match(self, op: Op, look: Look) -> _Found | None:
        if not from_onnx(look):
            return None
        if getattr(op.attrs, "keep_dims", False) or op.outputs[0].quantization is not None:
            return look.fail("{} keeps all axes, or is quantized", op)
        above = image_transpose(look, op)
        axes = look.constant(op, 1)
        if above is None or axes is None:
            return None
        moved = np.asarray(np.array(BACK, np.int32)[axes])
        left = [p for p in BACK if p not in moved.reshape(-1)]
        return _Found(above, moved, [sorted(left).index(p) for p in left])

    def rewrite(self, op: Op, found: _Found, graph: Graph) -> None:
        operands = (found.transpose.inputs[0], graph.constant(found.axes, f"{op.name}_axes_nhwc"))
        graph.remove(op)
        if found.perm == sorted(found.perm):
            graph.emit(op.kind, operands, op.attrs, outputs=op.outputs, origin=op.origin)
        else:
            made = graph.emit(op.kind, operands, op.attrs, name=f"{op.name}_nhwc", origin=op.origin).outputs[0]
            graph.emit("Transpose", (made, permutation(graph, found.perm, op.name)), outputs=op.outputs)
        drop_unused(graph, [found.transpose])
