"""Let ranges go through operators (TOCO's HardcodeMinMax)."""

from __future__ import annotations

from ...compiler.driver import Look, Pass
from ...compiler.ir import Array, Graph, MinMax, Op
from ...compiler.quantization.rules import fixed_range, image_of, is_real, real_operands, rule_of
from ...compiler.quantization.scheme import scheme_of
from ..quantizing import known_range

Found = list[tuple[Array, MinMax]]


class PropagateRanges(Pass):
    """Give results without a range the one that follows from their operator's operands, or from its kind.

    Before:
        graph main(x: float32[4] minmax(-1.0, 2.0)) -> y {
          s = const int32[2] [2, 2]
          y = Reshape(x, s)
        }
    After:
        graph main(x: float32[4] minmax(-1.0, 2.0)) -> y {
          s = const int32[2] [2, 2]
          y: float32[2,2] minmax(-1.0, 2.0) = Reshape(x, s)
        }
    """

    name = "propagate-ranges"
    stage = "range-flow"

    def match(self, op: Op, look: Look) -> Found | None:
        rule = rule_of(op.kind)
        if rule is None:
            return look.fail("no rule says how ranges go through {}", op)
        operands = [a for i in real_operands(op, rule) if (a := op.inputs[i]) is not None]
        results = [a for a in op.outputs if is_real(a)]
        scheme = scheme_of(self.context.options)
        found: Found = []
        if rule.flow == "fixed" and rule.fixed is not None and scheme is not None:
            found = [(a, fixed_range(rule.fixed, scheme.activations)) for a in results]
        elif rule.flow == "union":
            ranges = [known_range(a) for a in operands]
            known = [r for r in ranges if r is not None]
            if len(known) == len(operands) > 0:
                union = MinMax(min(r.min for r in known), max(r.max for r in known))
                found = [(a, union) for a in results]
                if self.context.options.change_concat_input_ranges and op.kind == "Concatenation":
                    return self._widened(op, [*operands, *results], union, look)
        elif rule.flow != "own" and operands:
            first = known_range(operands[0])
            if first is not None:
                image = image_of(first, op) if rule.flow in ("monotonic", "relu") else MinMax(first.min, first.max)
                found = [(a, image) for a in results if image is not None]
        missing = [(a, r) for a, r in found if a.minmax is None and a.quantization is None]
        return missing or look.fail("{} tells no array a range that it has not", op)

    def _widened(self, op: Op, arrays: list[Array], union: MinMax, look: Look) -> Found | None:
        known = [a.minmax for a in arrays if a.minmax is not None]
        union = MinMax(min(r.min for r in (union, *known)), max(r.max for r in (union, *known)))
        found = [(a, union) for a in arrays if a.value is None and a.minmax != union]
        return found or look.fail("the arrays of {} have one range", op)

    def rewrite(self, op: Op, found: Found, graph: Graph) -> None:
        for array, range_ in found:
            if array.minmax is not None:
                self.remark(op, "the range of {} is widened from {} to {}", array.name, array.minmax[:2], range_[:2])
            graph.update(array, minmax=range_)
