"""ReorderAxes of computed weights becomes an ordinary operator (TOCO's ConvertReorderAxes)."""

from __future__ import annotations

from typing import NamedTuple

from ...compiler.driver import Look, Pass
from ...compiler.ir import Graph, Op
from ...compiler.ops.layout import reorder_perm
from ..moving import emit_reshape, int32_constant, written_shape


class _Found(NamedTuple):
    perm: tuple[int, ...] | None
    shape: tuple[int, ...] | None


class ConvertReorderAxes(Pass):
    """Turn a ReorderAxes of weights that are computed at run time into a Transpose, HWIM -> 1HWO into a Reshape.

    Constant weights, also behind a FakeQuant, wait to be folded.

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

    name = "convert-reorder-axes"
    stage = "general"
    roots = ("ReorderAxes",)

    def match(self, op: Op, look: Look) -> _Found | None:
        weights = op.inputs[0]
        if weights is None or weights.value is not None:
            return look.fail("{} is constant and will be folded", weights)
        ranged = look.producer(op, 0, "FakeQuant")
        if ranged is not None and ranged.inputs[0] is not None and ranged.inputs[0].value is not None:
            return look.fail("{} is constant and will be folded", weights)
        return self.conversion(op, look)

    def conversion(self, op: Op, look: Look) -> _Found | None:
        """What the operator becomes, whatever its weights are."""
        perm = reorder_perm(op.attrs)
        shape = written_shape(op.outputs[0].shape) if perm is None else None
        if perm is None and shape is None:
            return look.fail("the shape of {} is not known", op.outputs[0])
        return _Found(perm, shape)

    def rewrite(self, op: Op, found: _Found, graph: Graph) -> None:
        weights = op.inputs[0]
        assert weights is not None
        if found.shape is not None:
            emit_reshape(graph, op, weights, found.shape)
        elif found.perm is not None:
            perm = int32_constant(graph, found.perm, f"{op.name}_perm")
            graph.remove(op)
            graph.emit("Transpose", (weights, perm), outputs=op.outputs)
