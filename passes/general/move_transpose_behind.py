"""Operators over transposed operands first, one Transpose after."""

from __future__ import annotations

from typing import NamedTuple

from ...compiler.driver import Look, Pass
from ...compiler.ir import Array, Graph, Op
from ..moving import drop_unused, int32_constant, lone_transpose, permutation, quantized

_BINARY = (
    "Add", "Sub", "Mul", "Div", "FloorDiv", "FloorMod", "Maximum", "Minimum", "Pow", "SquaredDifference",
    "Less", "LessEqual", "Greater", "GreaterEqual", "Equal", "NotEqual", "LogicalAnd", "LogicalOr",
)  # fmt: skip


class _Found(NamedTuple):
    transposes: list[Op]
    perm: list[int]


class MoveTransposeBehind(Pass):
    """Binary operators and Concatenation whose operands are all transposed alike read the originals.

    Their result is transposed instead, once. The transposed operands must have no other reader.

    Before:
        graph main(a: float32[1,2,2,3], b: float32[1,2,2,3]) -> y {
          p = const int32[4] [0, 3, 1, 2]
          t = Transpose(a, p)
          u = Transpose(b, p)
          y = Concatenation(t, u) {axis=1}
        }
    After:
        graph main(a: float32[1,2,2,3], b: float32[1,2,2,3]) -> y {
          p = const int32[4] [0, 3, 1, 2]
          c = Concatenation(a, b) {axis=3}
          y = Transpose(c, p)
        }
    """

    name = "move-transpose-behind"
    stage = "general"
    roots = (*_BINARY, "AddN", "Concatenation")

    def match(self, op: Op, look: Look) -> _Found | None:
        transposes: list[Op] = []
        perm: list[int] | None = None
        for index, array in enumerate(op.inputs):
            above = lone_transpose(look, op, index)
            if above is None or quantized(look, array, above.inputs[0]):
                return None
            own = permutation(look, above)
            if own is None or (perm is not None and own != perm):
                return look.fail("the operands of {} are transposed differently", op)
            transposes.append(above)
            perm = own
        if perm is None or op.outputs[0].rank != len(perm) or quantized(look, op.outputs[0]):
            return look.fail("the rank of {} is not known", op.outputs[0])
        if len(dict.fromkeys(transposes)) < 2:
            return look.fail("{} has one operand", op)
        return _Found(transposes, perm)

    def rewrite(self, op: Op, found: _Found, graph: Graph) -> None:
        result = op.outputs[0]
        operands: list[Array | None] = [t.inputs[0] for t in found.transposes]
        attrs = op.attrs
        if op.kind == "Concatenation":
            attrs = attrs._replace(axis=found.perm[attrs.axis])
        perm = int32_constant(graph, found.perm, f"{op.name}_perm")
        graph.remove(op)
        for transpose in dict.fromkeys(found.transposes):
            drop_unused(graph, transpose)
        moved = graph.emit(op.kind, operands, attrs, name=f"{op.name}_reorder", origin=op.origin).outputs[0]
        if result.minmax is not None:
            graph.update(moved, minmax=result.minmax)
        graph.emit("Transpose", (moved, perm), outputs=(result,))
