"""Two Transposes are one, and none where they undo each other."""

from __future__ import annotations

from typing import ClassVar, NamedTuple

from pytoco.compiler import Graph, Look, Op, Pass

from ..layouts import Perm, drop_unused, identity, on_one_grid, perm_constant, permutation


class _Found(NamedTuple):
    above: Op | None
    perm: Perm


class MergeTransposes(Pass):
    """A Transpose of a Transpose transposes the original; one that leaves all axes in place goes.

    Before:
        graph main(x: float32[1,3,2,2]) -> y {
          last = const int32[4] [0, 2, 3, 1]
          first = const int32[4] [0, 3, 1, 2]
          t = Transpose(x, last)
          u = Transpose(t, first)
          y = Relu(u)
        }
    After:
        graph main(x: float32[1,3,2,2]) -> y {
          y = Relu(x)
        }
    """

    name: ClassVar[str] = "onnx-merge-transposes"
    stage: ClassVar[str] = "onnx-layout"
    roots: ClassVar[tuple[str, ...]] = ("Transpose",)
    before: ClassVar[tuple[str, ...]] = ("onnx-sink-transpose",)

    def match(self, op: Op, look: Look) -> _Found | None:
        """The one permutation that both are."""
        perm = permutation(look, op)
        if perm is None or not _same_grid(op):
            return look.fail("{} moves from one grid to another", op)
        above = look.producer(op, 0, "Transpose")
        first = permutation(look, above)
        if first is not None and above is not None and _same_grid(above):
            return _Found(above, tuple(first[axis] for axis in perm))
        return _Found(None, perm) if identity(perm) else look.fail("{} moves axes", op)

    def rewrite(self, op: Op, found: _Found, graph: Graph) -> None:
        """The result takes the place of what it is equal to, or an Identity keeps a promised name."""
        above, result = found.above, op.outputs[0]
        source = (op if above is None else above).inputs[0]
        assert source is not None
        graph.remove(op)
        if not identity(found.perm):
            graph.emit("Transpose", (source, perm_constant(graph, found.perm, op.name)), outputs=(result,))
        elif graph.can_replace(result, source):
            graph.replace(result, source)
        else:
            graph.emit("Identity", (source,), outputs=(result,))
        drop_unused(graph, above)


def _same_grid(op: Op) -> bool:
    """Whether operand and result of a Transpose have the same grid, if any, and not one along an axis."""
    data, result = op.inputs[0], op.outputs[0]
    return data is not None and data.quantization == result.quantization and on_one_grid(result)
