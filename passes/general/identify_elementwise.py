"""Recognise operators of their own in two: differences squared, reciprocal roots, small powers."""

from __future__ import annotations

from ...compiler.driver import Look, Pass
from ...compiler.ir import Graph, Op
from ..patterns import Identified, offered, plain, put_in_place, with_number


class IdentifyElementwise(Pass):
    """Turn `square(x - y)` into SquaredDifference, `1 / sqrt(x)` into Rsqrt, and `x ** 2` into Square.

    The inner result must have no other reader. TensorFlow's rules for powers of 2 and products agree for all numbers.

    Before:
        graph main(x: float32[2], z: float32[2]) -> y {
          two = const float32[] [2.0]
          t = Sub(x, z)
          y = Pow(t, two)
        }
    After:
        graph main(x: float32[2], z: float32[2]) -> y {
          y = SquaredDifference(x, z)
        }
    """

    name = "identify-elementwise"
    stage = "general"
    roots = ("Square", "Pow", "Mul", "Div")

    def match(self, op: Op, look: Look) -> Identified | None:
        if not plain(look, op):
            return None
        if op.kind == "Div":
            return self._reciprocal(look, op)
        if op.kind == "Pow":
            power = with_number(look, op)
            if power is None or power[1] != 0 or power[0] != 2:
                return look.fail("{} is not a second power", op)
        elif op.kind == "Mul" and op.inputs[0] is not op.inputs[1]:
            return look.fail("{} is not a square", op)
        difference = look.producer(op, 0, "Sub")
        if difference is not None and look.unshared(difference.outputs[0]) and plain(look, difference):
            return offered(look, self.context.target, op, Identified("SquaredDifference", difference.inputs))
        if op.kind == "Pow":
            return offered(look, self.context.target, op, Identified("Square", op.inputs[:1]))
        return look.fail("{} is no difference squared", op)

    def _reciprocal(self, look: Look, op: Op) -> Identified | None:
        root = look.producer(op, 1, "Sqrt")
        if look.scalar(op, 0) != 1 or root is None or not look.unshared(root.outputs[0]) or not plain(look, root):
            return look.fail("{} is no reciprocal square root", op)
        if root.outputs[0].shape != op.outputs[0].shape:
            return look.fail("{} changes the shape of {}", op, root.outputs[0])
        return offered(look, self.context.target, op, Identified("Rsqrt", root.inputs))

    def rewrite(self, op: Op, found: Identified, graph: Graph) -> None:
        put_in_place(graph, op, found)
