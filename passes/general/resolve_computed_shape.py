"""Make constants of shapes that are computed from other shapes, as far as extents stay open."""

from __future__ import annotations

from typing import NamedTuple

from ...compiler.driver import Look, Pass
from ...compiler.ir import Dim, Graph, Op, Shape
from ..extents import Extents, extents_of, reshaped_extents
from ..moving import int32_constant, written_shape
from ..patterns import sweep


class _Found(NamedTuple):
    shape: Shape
    written: tuple[int, ...] | None


class ResolveComputedShape(Pass):
    """Say what shape comes out where it is computed from other shapes; of a Reshape, with -1 for one unknown extent.

    That two unknown extents are the same is known by identity, such as that of a batch.

    Before:
        graph main(x: float32[?b,4,4,8]) -> y {
          k0 = const int32[1] [0]
          k1 = const int32[1] [1]
          n = const int32[] [128]
          s = Shape(x)
          b = StridedSlice(s, k0, k1, k1) {shrink_axis_mask=1}
          flat = Pack(b, n) {axis=0}
          y: float32[?,?] = Reshape(x, flat)
        }
    After:
        graph main(x: float32[?b,4,4,8]) -> y {
          flat = const int32[2] [-1, 128]
          y: float32[?b,128] = Reshape(x, flat)
        }
    """

    name = "resolve-computed-shape"
    stage = "general"
    roots = ("Reshape", "TransposeConv", "Fill", "BroadcastTo")

    def match(self, op: Op, look: Look) -> _Found | None:
        place = 0 if op.kind in ("TransposeConv", "Fill") else 1
        operand, result = op.inputs[place], op.outputs[0]
        if operand is None or operand.value is not None:
            return look.fail("the shape of {} is constant", op)
        wanted = extents_of(look, op, place)
        if wanted is None:
            return look.fail("nothing is known of the shape of {}", op)
        if op.kind == "Reshape" and op.inputs[0] is not None:
            wanted = reshaped_extents(op.inputs[0].shape, wanted)
        wanted = tuple([None if type(d) is int and d < 0 else d for d in wanted])
        shape = _refined(result.shape, wanted)
        written = written_shape(shape) if op.kind == "Reshape" else None
        if written is None and shape == result.shape:
            return look.fail("nothing new about the shape of {}", op)
        return _Found(shape, written)

    def rewrite(self, op: Op, found: _Found, graph: Graph) -> None:
        graph.update(op.outputs[0], shape=found.shape)
        if found.written is not None:
            operand = op.inputs[1]
            assert operand is not None
            graph.rewire(op, (op.inputs[0], int32_constant(graph, found.written, f"{op.name}_shape")))
            sweep(graph, [operand])


def _refined(shape: Shape, found: Extents) -> Shape:
    """A result's shape with what has been found about it: numbers win, then symbols that have been found."""
    if shape is None or len(shape) != len(found):
        return tuple([Dim() if d is None else d for d in found])
    return tuple([old if type(old) is int or new is None else new for old, new in zip(shape, found, strict=True)])
