"""Transposes that move no element past another are reshapes."""

from __future__ import annotations

from typing import ClassVar

import numpy as np
from pytoco.compiler import Graph, Look, Op, Pass

from ..layouts import drop_unused, keeps_order, permutation


class TransposeToReshape(Pass):
    """Reshape where only axes of extent 1 change their places: that is free.

    Before:
        graph main(x: float32[1,8,1,1]) -> y {
          last = const int32[4] [0, 2, 3, 1]
          y = Transpose(x, last)
        }
    After:
        graph main(x: float32[1,8,1,1]) -> y {
          s = const int32[4] [1, 1, 1, 8]
          y = Reshape(x, s)
        }
    """

    name: ClassVar[str] = "onnx-transpose-to-reshape"
    stage: ClassVar[str] = "onnx-final"
    roots: ClassVar[tuple[str, ...]] = ("Transpose",)

    def match(self, op: Op, look: Look) -> tuple[int, ...] | None:
        """The result's shape, with -1 for an extent that is not known."""
        perm, data, shape = permutation(look, op), op.inputs[0], op.outputs[0].shape
        if perm is None or data is None or not keeps_order(data.shape, perm):
            return look.fail("{} moves elements", op)
        written = tuple(d if isinstance(d, int) else -1 for d in shape or ())
        if len(written) != len(perm) or written.count(-1) > 1 or 0 in written:
            return look.fail("the shape of {} cannot be written down", op.outputs[0])
        return written

    def rewrite(self, op: Op, found: tuple[int, ...], graph: Graph) -> None:
        """One for one."""
        shape = graph.constant(np.array(found, np.int32), f"{op.name}_shape")
        graph.remove(op)
        graph.emit("Reshape", (op.inputs[0], shape), outputs=op.outputs, origin=op.origin)


class MergeReshapes(Pass):
    """A Reshape of a Reshape reshapes the original; one to the shape that there is goes.

    Before:
        graph main(x: float32[1,8,1,1]) -> y {
          a = const int32[4] [1, 1, 1, 8]
          b = const int32[2] [1, 8]
          t = Reshape(x, a)
          y = Reshape(t, b)
        }
    After:
        graph main(x: float32[1,8,1,1]) -> y {
          b = const int32[2] [1, 8]
          y = Reshape(x, b)
        }
    """

    name: ClassVar[str] = "onnx-merge-reshapes"
    stage: ClassVar[str] = "onnx-final"
    roots: ClassVar[tuple[str, ...]] = ("Reshape",)

    def match(self, op: Op, look: Look) -> Op | None:
        """The operator whose operand is the original."""
        if look.constant(op, 1) is None:
            return None
        above = look.producer(op, 0, "Reshape")
        if above is not None:
            return above
        data, result = op.inputs[0], op.outputs[0]
        if data is None or data.shape is None or data.shape != result.shape or not look.graph.can_replace(result, data):
            return look.fail("{} changes the shape", op)
        return op

    def rewrite(self, op: Op, found: Op, graph: Graph) -> None:
        """The operand of the first one is read."""
        source, result = found.inputs[0], op.outputs[0]
        assert source is not None
        graph.remove(op)
        if found is op:
            graph.replace(result, source)
            return
        graph.emit("Reshape", (source, op.inputs[1]), outputs=(result,), origin=op.origin)
        drop_unused(graph, found)
