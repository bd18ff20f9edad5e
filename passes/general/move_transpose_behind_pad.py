"""Padding first, transposes after."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ...compiler.driver import Look, Pass
from ...compiler.ir import Graph, Op
from ..moving import drop_unused, int32_constant, lone_transpose, permutation, quantized


class _Found(NamedTuple):
    transpose: Op
    perm: list[int]
    paddings: NDArray[np.int32]


class MoveTransposeBehindPad(Pass):
    """Pad what was transposed before it is: then the padding meets the operator that can do it itself.

    The transposed array must have no other reader.

    Before:
        graph main(x: float32[1,2,2,3]) -> y {
          perm = const int32[4] [0, 3, 1, 2]
          p = const int32[4,2] [0, 0, 0, 0, 1, 1, 0, 1]
          t = Transpose(x, perm)
          y = Pad(t, p)
        }
    After:
        graph main(x: float32[1,2,2,3]) -> y {
          perm = const int32[4] [0, 3, 1, 2]
          p = const int32[4,2] [0, 0, 1, 1, 0, 1, 0, 0]
          t = Pad(x, p)
          y = Transpose(t, perm)
        }
    """

    name = "move-transpose-behind-pad"
    stage = "general"
    roots = ("Pad", "PadV2", "MirrorPad")

    def match(self, op: Op, look: Look) -> _Found | None:
        transpose = lone_transpose(look, op)
        paddings = look.constant(op, 1)
        if transpose is None or paddings is None:
            return None
        perm = permutation(look, transpose)
        if perm is None or quantized(look, transpose.inputs[0], op.inputs[0], op.outputs[0]):
            return None
        back = [perm.index(axis) for axis in range(len(perm))]
        return _Found(transpose, perm, paddings.reshape(-1, 2)[back].astype(np.int32))

    def rewrite(self, op: Op, found: _Found, graph: Graph) -> None:
        paddings = graph.constant(found.paddings, f"{op.name}_paddings")
        perm = int32_constant(graph, found.perm, f"{op.name}_perm")
        graph.remove(op)
        drop_unused(graph, found.transpose)
        inputs = (found.transpose.inputs[0], paddings, *op.inputs[2:])
        padded = graph.emit(op.kind, inputs, op.attrs, name=f"{op.name}_reorder", origin=op.origin).outputs[0]
        graph.emit("Transpose", (padded, perm), outputs=op.outputs)
