"""Recognise L2Pool in its arithmetic (TOCO's IdentifyL2Pool)."""

from __future__ import annotations

from ...compiler.driver import Look, Pass
from ...compiler.ir import Graph, Op
from ..patterns import Identified, offered, plain, put_in_place


class IdentifyL2Pool(Pass):
    """Turn the square root of an AveragePool of squares into L2Pool.

    Before:
        graph main(x: float32[1,4,4,2]) -> y {
          a = Square(x)
          b = AveragePool(a) {kernel_h=2, kernel_w=2, stride_h=2, stride_w=2, padding="SAME"}
          y = Sqrt(b)
        }
    After:
        graph main(x: float32[1,4,4,2]) -> y {
          y = L2Pool(x) {kernel_h=2, kernel_w=2, stride_h=2, stride_w=2, padding="SAME"}
        }
    """

    name = "identify-l2-pool"
    stage = "general"
    roots = ("Sqrt",)

    def match(self, op: Op, look: Look) -> Identified | None:
        pool = look.producer(op, 0, "AveragePool")
        if pool is None or not look.unshared(pool.outputs[0]) or not plain(look, pool):
            return None
        square = look.producer(pool, 0, ("Square", "Mul"))
        if square is None or not plain(look, square) or square.inputs[0] is not square.inputs[-1]:
            return look.fail("{} does not average squares", pool)
        return offered(look, self.context.target, op, Identified("L2Pool", (square.inputs[0],), pool.attrs))

    def rewrite(self, op: Op, found: Identified, graph: Graph) -> None:
        put_in_place(graph, op, found)
