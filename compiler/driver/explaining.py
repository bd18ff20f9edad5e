"""Why a pass does not match: a `Look` that keeps the reasons it is told, and knows how far each attempt had come.

A pass that tries several ways gives a reason for each. The one worth telling is that of the way which led farthest from
the root; among equals the last, because earlier checks of the same way have passed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

from ..ir.items import Array, Op
from .look import Look

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from ..ir import Graph, Value
    from .passes import Pass

_T = TypeVar("_T")

TRIED = 0.5
"""How much farther than the operator it starts at a look has come that leads nowhere; a whole step is 1."""

HELD = 0.75
"""The same of a check of the operator itself that holds."""

SHOWN = 6
"""Operators that a reason names; the others are counted."""


class Why(NamedTuple):
    """Whether a pass matches, and if not the reason of the check that came farthest.

    `fault` is the operator that this reason is about, `steps` how many operators away from the root the attempt had
    come, `reasons` all that were given, in order.
    """

    matched: bool
    reason: str
    fault: Op | None = None
    steps: int = 0
    reasons: tuple[str, ...] = ()


class _Explaining(Look):
    """A look that keeps reasons; `steps` counts the looks that led from the root to each operator."""

    __slots__ = ("at", "best", "farthest", "reasons", "steps")

    def __init__(self, graph: Graph, root: Op) -> None:
        super().__init__(graph)
        self.begin(root)
        self.steps: dict[Op, int] = {root: 0}
        self.at = 0.0
        self.farthest = -1.0
        self.best = Why(False, "no reason was given")
        self.reasons: list[str] = []

    def fail(self, reason: str, *items: object) -> _T | None:
        text = reason.format(*map(_text, items))
        self.reasons.append(text)
        ops = [op for item in items for op in self._ops_of(item)]
        far = max([self.at, *(self.steps.get(op, 0) for op in ops)])
        if far >= self.farthest:
            self.farthest = far
            self.best = Why(False, text, ops[0] if ops else None, int(far))
        return None

    def producer(self, op: Op, index: int = 0, kind: str | Sequence[str] | None = None) -> Op | None:
        self.at = self._steps_to(op) + TRIED
        return self._went(op, super().producer(op, index, kind))

    def sole_user(self, op: Op, index: int = 0, kind: str | Sequence[str] | None = None) -> Op | None:
        self.at = self._steps_to(op) + TRIED
        return self._went(op, super().sole_user(op, index, kind))

    def users(self, op: Op, index: int = 0) -> list[Op]:
        found = super().users(op, index)
        for user in found:
            self._went(op, user)
        return found

    def unshared(self, array: Array) -> bool:
        maker = next(iter(self._pred[array]), None)
        base = self.at if maker is None else self._steps_to(maker)
        self.at = base + TRIED
        held = super().unshared(array)
        self.at = base + (HELD if held else 0)
        return held

    def value(self, op: Op, index: int) -> Value | None:
        self.at = self._steps_to(op) + TRIED
        found = super().value(op, index)
        return found if self._held(op, found) else None

    def constant(self, op: Op, index: int) -> NDArray[Any] | None:
        self.at = self._steps_to(op) + TRIED
        found = super().constant(op, index)
        return found if self._held(op, found) else None

    def scalar(self, op: Op, index: int) -> float | None:
        self.at = self._steps_to(op) + TRIED
        found = super().scalar(op, index)
        return found if self._held(op, found) else None

    def _held(self, op: Op, found: object) -> bool:
        """Book whether a check of `op` found something."""
        self.at = self._steps_to(op) + (HELD if found is not None else 0)
        return found is not None

    def _steps_to(self, op: Op) -> int:
        return self.steps.get(op, 0)

    def _went(self, op: Op, found: Op | None) -> Op | None:
        """Book a step from `op`, or that it led nowhere."""
        self.at = self._steps_to(op)
        if found is not None:
            self.at = self.steps[found] = self._steps_to(op) + 1
        return found

    def _ops_of(self, item: object) -> list[Op]:
        """The operators that a part of a reason is about; for an array, the one that makes it."""
        if isinstance(item, Op):
            return [item]
        if isinstance(item, Array):
            return list(self._pred.get(item, ()))
        return [op for op in item if isinstance(op, Op)] if isinstance(item, Mapping) else []


def _text(item: object) -> str:
    """A part of a reason in words: several operators by name, several kinds joined by "or"."""
    if item is None:
        return "an operand that is left out"
    if isinstance(item, tuple) and item and all(isinstance(kind, str) for kind in item):
        *kinds, last = map(str, item)
        return ", ".join(kinds) + (" or " if kinds else "") + last
    if not isinstance(item, Mapping):
        return str(item)
    if len(item) == 1:
        return str(next(iter(item)))
    names = [op.name for op in list(item)[:SHOWN]]
    return ", ".join(names) + (f" and {len(item) - SHOWN} more" if len(item) > SHOWN else "")


def explain(rule: Pass, op: Op, graph: Graph) -> Why:
    """Try to match, change nothing, and say why it failed; a match that raises failed for that reason."""
    if rule.roots and op.kind not in rule.roots:
        return Why(False, f"{rule.name} starts at {_text(tuple(rule.roots))}, not at {op.kind}", op)
    look = _Explaining(graph, op)
    try:
        with graph.model.closed():
            found = rule.match(op, look)
    except Exception as error:  # noqa: BLE001 - a pass may raise anything; that is why it does not match
        look.fail("the match raises {}: {}", type(error).__name__, error)
        found = None
    matched = found is not None and found is not False
    return Why(True, "") if matched else look.best._replace(reasons=tuple(look.reasons))
