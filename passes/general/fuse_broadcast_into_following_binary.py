"""Let arithmetic broadcast by itself (TOCO's FuseBroadcastIntoFollowingBinary)."""

from __future__ import annotations

from typing import NamedTuple

from ...compiler.driver import Look, Pass
from ...compiler.errors import ShapeError
from ...compiler.ir import Array, Graph, Op
from ...compiler.ops.base import broadcast_shapes
from ..moving import LOW_RANK, drop_unused, extents, quantized, supported


class _Found(NamedTuple):
    repeat: Op
    inputs: list[Array | None]


class FuseBroadcastIntoFollowingBinary(Pass):
    """Arithmetic on an operand that was repeated along axes of extent 1 reads it unrepeated and broadcasts.

    The repeating operator is a Tile, a BroadcastTo or a Concatenation of one array with itself; the result must keep
    its shape, and the target be able to broadcast so. The repeating operator goes with its last reader.

    Before:
        graph main(x: float32[2,1], z: float32[2,3]) -> y {
          t = Concatenation(x, x, x) {axis=1}
          y = Mul(t, z)
        }
    After:
        graph main(x: float32[2,1], z: float32[2,3]) -> y {
          y = Mul(x, z)
        }
    """

    name = "fuse-broadcast-into-following-binary"
    stage = "general"
    roots = ("Add", "Sub", "Mul", "Div", "Maximum", "Minimum")

    def match(self, op: Op, look: Look) -> _Found | None:
        for side in (0, 1):
            repeat = look.producer(op, side, ("Concatenation", "Tile", "BroadcastTo"))
            if repeat is None:
                continue
            source = _repeated(repeat, look)
            if source is None or not self._keeps_shape(op, side, source, look):
                continue
            inputs = list(op.inputs)
            inputs[side] = source
            if supported(look, self.context.target, op, inputs):
                return _Found(repeat, inputs)
        return None

    def _keeps_shape(self, op: Op, side: int, source: Array, look: Look) -> bool:
        other = op.inputs[1 - side]
        small, large, result = extents(look, source), extents(look, other), extents(look, op.outputs[0])
        if small is None or large is None or result is None or quantized(look, source, other, op.inputs[side]):
            return False
        try:
            kept = len(result) <= LOW_RANK and broadcast_shapes(op.kind, small, large) == result
        except ShapeError:
            kept = False
        if not kept:
            look.fail("{} does not broadcast to the shape of {}", source, op.outputs[0])
        return kept

    def rewrite(self, op: Op, found: _Found, graph: Graph) -> None:
        graph.rewire(op, found.inputs)
        drop_unused(graph, found.repeat)


def _repeated(op: Op, look: Look) -> Array | None:
    """What an operator repeats; that it does so along axes of extent 1 follows from the broadcast shape."""
    source = op.inputs[0]
    if source is None or source.value is not None:
        return look.fail("{} is constant and will be folded", source)
    if op.kind == "Concatenation" and (op.attrs.activation != "NONE" or any(a is not source for a in op.inputs)):
        return look.fail("{} joins different arrays, or has an activation", op)
    return source
