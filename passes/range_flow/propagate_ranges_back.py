"""Let ranges go from results to operands (the backward half of TOCO's HardcodeMinMax)."""

from __future__ import annotations

from ...compiler.driver import GraphPass
from ...compiler.ir import Graph
from ...compiler.quantization.rules import real_operands, rule_of


class PropagateRangesBack(GraphPass):
    """Give operands without a range that of the result, where only the shape changes or negative values are cut off.

    It comes when no range goes forward any more, so that the result does not depend on the order of the rewrites.

    Before:
        graph main(x: float32[4]) -> y {
          s = const int32[2] [2, 2]
          y: float32[2,2] minmax(-1.0, 2.0) = Reshape(x, s)
        }
    After:
        graph main(x: float32[4] minmax(-1.0, 2.0)) -> y {
          s = const int32[2] [2, 2]
          y: float32[2,2] minmax(-1.0, 2.0) = Reshape(x, s)
        }
    """

    name = "propagate-ranges-back"
    stage = "range-flow"

    def run(self, graph: Graph) -> None:
        for op in reversed(graph.order()):
            rule = rule_of(op.kind)
            places = real_operands(op, rule) if rule is not None and rule.flow in ("both", "relu") else []
            operand = op.inputs[places[0]] if places else None
            known = op.outputs[0].minmax if operand is not None else None
            if operand is None or known is None or operand.value is not None or operand.quantization is not None:
                continue
            if operand.minmax is None:
                graph.update(operand, minmax=known)
