"""Turn FakeQuant operators into ranges of their arrays (TOCO's ReadArrayMinmaxAndNarrowRangeFromFakeQuant)."""

from __future__ import annotations

from typing import NamedTuple

from ...compiler.driver import Look, Pass
from ...compiler.ir import Graph, MinMax, Op
from ..quantizing import fake_quant_ends, fake_quant_range
from ..support import bypass

NEAR = 0.02
"""How far values may lie outside of a range that is said to leave them alone, as part of its width."""

MANY = 1000
"""Readers of one array up to which they are compared with each other."""

Ends = tuple[list[float], list[float]]


class _Found(NamedTuple):
    ends: Ends
    given: bool


class ReadFakeQuant(Pass):
    """Record the range of a FakeQuant for the array it reads and the one it makes, and take it out of the way.

    It stays where its operand has another range already, or where both names are promised: there it becomes a change
    of grid. Where the caller gives the operand's range and the FakeQuant would leave that alone, it goes. Of several
    that read one array, the widest gives the range. One that does not contain 0 is widened, wherever it came from.

    Before:
        graph main(x: float32[2]) -> y {
          t = Neg(x)
          u = FakeQuant(t) {min=-1.0, max=1.0}
          y = Abs(u)
        }
    After:
        graph main(x: float32[2]) -> y {
          t: float32[2] minmax(-1.0, 1.0, false, 8) = Neg(x)
          y = Abs(t)
        }
    """

    name = "read-fake-quant"
    stage = "fake-quant"
    roots = ("FakeQuant",)
    tolerance = 1.0  # what lies outside of the range is clamped again when the array gets its grid

    def match(self, op: Op, look: Look) -> _Found | None:
        ends = fake_quant_ends(op, look)
        if ends is None:
            return None
        source, result = op.inputs[0], op.outputs[0]
        assert source is not None
        before = look.producer(op, 0, "FakeQuant")
        if before is not None and before.outputs[0].minmax is None:
            return look.fail("{} comes first", before)
        if source.minmax is None:
            wider = self._wider(op, ends, look)
            if wider is not None:
                return look.fail("{} comes first, its range is wider", wider)
        given = source.minmax is not None and source.minmax.bits is None
        if result.minmax is None:
            return _Found(ends, given)
        if source.value is not None or not look.graph.can_replace(result, source):
            return look.fail("{} changes the grid", op)
        if source.minmax != result.minmax and not (given and _holds(result.minmax, source.minmax)):
            return look.fail("{} changes the grid", op)
        return _Found(ends, given)

    def rewrite(self, op: Op, found: _Found, graph: Graph) -> None:
        source, result = op.inputs[0], op.outputs[0]
        assert source is not None
        range_ = fake_quant_range(op, found.ends)
        if range_.axis is not None:
            self.remark(op, "{} has a range for each channel; activations have one in all", op.name)
        range_ = range_.whole()
        graph.update(result, minmax=range_)
        if source.minmax is None and source.value is None:
            graph.update(source, minmax=range_)
        same = source.minmax == range_ or (found.given and _holds(range_, source.minmax))
        if same and source.value is None and graph.can_replace(result, source):
            bypass(graph, op, source)

    def _wider(self, op: Op, ends: Ends, look: Look) -> Op | None:
        """Another FakeQuant of the same array from which that has to take its range."""
        source = op.inputs[0]
        assert source is not None
        widest, most = op, _width(ends)
        if look.graph.user_count(source) > MANY:
            return None
        for other in look.graph.users(source):
            theirs = fake_quant_ends(other, look) if other.kind == "FakeQuant" and other is not op else None
            if theirs is not None and (-_width(theirs), other.id) < (-most, widest.id):
                widest, most = other, _width(theirs)
        return None if widest is op else widest


def _width(ends: Ends) -> float:
    return max(0.0, *ends[1]) - min(0.0, *ends[0])


def _holds(learned: MinMax, given: MinMax | None) -> bool:
    """Whether a FakeQuant of the learned range leaves values of the given range as they are, or nearly so."""
    if given is None:
        return False
    slack = NEAR * (learned.max - learned.min)
    return learned.min - slack <= given.min and given.max <= learned.max + slack
