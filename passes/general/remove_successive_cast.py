"""Compose two casts into one, where nothing is lost on the way."""

from __future__ import annotations

from ...compiler.driver import Look, Pass
from ...compiler.ir import DType, Graph, Op
from ..moving import drop_unused, quantized
from ..patterns import Identified, offered


class RemoveSuccessiveCast(Pass):
    """A Cast of a cast array reads the original, if the type between them holds all of its values.

    Before:
        graph main(x: bool[2]) -> y {
          t = Cast(x) {dtype="int32"}
          y = Cast(t) {dtype="float32"}
        }
    After:
        graph main(x: bool[2]) -> y {
          y = Cast(x) {dtype="float32"}
        }
    """

    name = "remove-successive-cast"
    stage = "general"
    roots = ("Cast",)

    def match(self, op: Op, look: Look) -> Op | None:
        earlier = look.producer(op, 0, "Cast")
        if earlier is None:
            return None
        source, middle = earlier.inputs[0], earlier.outputs[0]
        if source is None or source.dtype is None or middle.dtype is None or quantized(look, source, middle):
            return look.fail("the type of {} is not known", source)
        if not _holds(middle.dtype, source.dtype):
            return look.fail("{} does not hold all values of {}", middle.dtype, source.dtype)
        kept = offered(look, self.context.target, op, Identified("Cast", (source,), op.attrs))
        return None if kept is None else earlier

    def rewrite(self, op: Op, found: Op, graph: Graph) -> None:
        graph.rewire(op, found.inputs)
        drop_unused(graph, found)


_BITS = {
    "bool": (0, 1), "int8": (1, 7), "uint8": (0, 8), "int16": (1, 15), "uint16": (0, 16), "int32": (1, 31),
    "uint32": (0, 32), "int64": (1, 63), "float16": (1, 11), "float32": (1, 24), "float64": (1, 53),
}  # fmt: skip
"""Type -> (has a sign, bits of the numbers that it holds one by one)."""


def _holds(wide: DType, narrow: DType) -> bool:
    """Whether every value of `narrow` is one of `wide`, and the way through `wide` makes no difference."""
    if wide is narrow:
        return True
    if wide.name not in _BITS or narrow.name not in _BITS or wide.name == "bool":
        return False
    if narrow.is_float and not wide.is_float:
        return False
    (wide_sign, wide_bits), (sign, bits) = _BITS[wide.name], _BITS[narrow.name]
    return wide_bits >= bits and wide_sign >= sign
