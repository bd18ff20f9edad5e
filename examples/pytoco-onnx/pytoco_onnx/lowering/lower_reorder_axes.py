"""Weights whose reordering nothing has folded, because they are computed, are reordered at run time."""

from __future__ import annotations

from typing import ClassVar

import numpy as np
from pytoco.compiler import Graph, Look, Op, Pass

_TO_DEPTHWISE = ("HWIM", "1HWO")


class LowerReorderAxes(Pass):
    """Turn a ReorderAxes into a Transpose, or a Reshape where channels and multipliers are joined.

    Before:
        graph main(w: float32[1,2,3,4]) -> y {
          y = ReorderAxes(w) {source="HWIO", target="OHWI"}
        }
    After:
        graph main(w: float32[1,2,3,4]) -> y {
          perm = const int32[4] [3, 0, 1, 2]
          y = Transpose(w, perm)
        }
    """

    name: ClassVar[str] = "onnx-lower-reorder-axes"
    stage: ClassVar[str] = "onnx-lowering"
    roots: ClassVar[tuple[str, ...]] = ("ReorderAxes",)
    needed: ClassVar[bool] = True

    def match(self, op: Op, look: Look) -> tuple[int, ...] | None:
        """The operand of the Transpose or the Reshape."""
        source, target = op.attrs
        if (source, target) != _TO_DEPTHWISE:
            return tuple(source.index(axis) for axis in target)
        shape = op.outputs[0].shape
        known = tuple(d for d in shape or () if isinstance(d, int))
        return known if len(known) == 4 else look.fail("the shape of {} is not known", op.outputs[0])

    def rewrite(self, op: Op, found: tuple[int, ...], graph: Graph) -> None:
        """One for one."""
        operand = graph.constant(np.array(found, np.int32), f"{op.name}_axes")
        graph.remove(op)
        kind = "Reshape" if tuple(op.attrs) == _TO_DEPTHWISE else "Transpose"
        graph.emit(kind, (op.inputs[0], operand), outputs=op.outputs, origin=op.origin)
