"""Recognise HardSwish in its arithmetic (TOCO's IdentifyHardSwish)."""

from __future__ import annotations

from ...compiler.driver import Look, Pass
from ...compiler.ir import Graph, Op
from ..patterns import Identified, close, offered, plain, product, put_in_place, with_number


class IdentifyHardSwish(Pass):
    """Turn `x * relu6(x + 3) / 6`, multiplied and divided in any order, into HardSwish.

    Before:
        graph main(x: float32[2]) -> y {
          three = const float32[] [3.0]
          sixth = const float32[] [0.16666667]
          a = Add(x, three)
          b = Relu6(a)
          c = Mul(b, sixth)
          y = Mul(x, c)
        }
    After:
        graph main(x: float32[2]) -> y {
          y = HardSwish(x)
        }
    """

    name = "identify-hard-swish"
    stage = "general"
    roots = ("Mul", "Div")

    def match(self, op: Op, look: Look) -> Identified | None:
        found = product(look, op)
        if found is None:
            return None
        if len(found.factors) != 2 or not close(found.number, 1 / 6):
            return look.fail("{} is not a sixth of a product of two", op)
        for (clip_reader, clip_side), (x_reader, x_side) in (found.factors, found.factors[::-1]):
            relu = look.producer(clip_reader, clip_side, "Relu6")
            shifted = None if relu is None else look.producer(relu, 0, "Add")
            if shifted is None or not plain(look, shifted):
                continue
            x = x_reader.inputs[x_side]
            three = with_number(look, shifted)
            if three is not None and three[0] == 3 and shifted.inputs[three[1]] is x:
                return offered(look, self.context.target, op, Identified("HardSwish", (x,)))
            look.fail("{} is not {} + 3", shifted.outputs[0], x)
        return None

    def rewrite(self, op: Op, found: Identified, graph: Graph) -> None:
        put_in_place(graph, op, found)
