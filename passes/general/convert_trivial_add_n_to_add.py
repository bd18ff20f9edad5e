"""AddN of one or two operands (TOCO's ConvertTrivialAddNToAdd)."""

from __future__ import annotations

from ...compiler.driver import Look, Pass
from ...compiler.ir import Graph, Op
from ...compiler.ops.binary import BinaryAttrs
from ..moving import stand_in


class ConvertTrivialAddNToAdd(Pass):
    """Turn an AddN of two operands into an Add; of one operand it is that operand. More stay together.

    Before:
        graph main(a: float32[2], b: float32[2]) -> y {
          y = AddN(a, b)
        }
    After:
        graph main(a: float32[2], b: float32[2]) -> y {
          y = Add(a, b)
        }
    """

    name = "convert-trivial-add-n-to-add"
    stage = "general"
    roots = ("AddN",)
    needed = True

    def match(self, op: Op, look: Look) -> bool | None:
        return True if len(op.inputs) < 3 else look.fail("{} has {} operands", op, len(op.inputs))

    def rewrite(self, op: Op, found: bool, graph: Graph) -> None:
        graph.remove(op)
        if len(op.inputs) == 2:
            graph.emit("Add", op.inputs, BinaryAttrs(), outputs=op.outputs)
        elif (only := op.inputs[0]) is not None:
            stand_in(graph, op.outputs[0], only)
