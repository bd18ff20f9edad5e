"""The order of passes in a stage, with a reason for every position.

Passes that `plugins.toml` lists keep its order. Others are placed by their before/after constraints: directly after the
last pass they must follow, else as late as a pass that they must precede allows, else at the end. The sort is stable,
and a contradiction is reported as a cycle with the reason of each edge.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

from ..errors import UsageError
from .references import names_in

if TYPE_CHECKING:
    from .pipeline import Pipeline
    from .references import PassRef


_LISTED = "lists them in this order"


class Constraint(NamedTuple):
    """Pass `first` comes before pass `second`, and who says so."""

    first: str
    second: str
    reason: str


class Position(NamedTuple):
    """A pass at its place in a stage, and why it is there."""

    ref: PassRef
    reason: str


def order_stage(
    listed: Sequence[PassRef], extra: Sequence[PassRef], constraints: Iterable[Constraint], source: str
) -> list[Position]:
    """Order one stage: `listed` as `source` (a file) has them, `extra` by `constraints`.

    Constraints on passes that are in neither are only told in the reason. Raises `UsageError` showing the cycle when
    they contradict.
    """
    refs = {ref.name: ref for ref in (*listed, *extra)}
    chain = [Constraint(a.name, b.name, f"{source} {_LISTED}") for a, b in pairwise(listed)]
    constraints = list(constraints)
    wanted = [c for c in constraints if c.first in refs and c.second in refs]
    missing = [c for c in constraints if c.first not in refs or c.second not in refs]
    followers: dict[str, list[Constraint]] = {name: [] for name in refs}
    reasons: dict[str, list[Constraint]] = {name: [] for name in refs}
    for constraint in (*chain, *wanted):
        followers[constraint.first].append(constraint)
        reasons[constraint.second].append(constraint)
    waiting = {name: len(found) for name, found in reasons.items()}
    follows = {c.second for c in wanted}
    precedes = {c.first for c in wanted}

    keys: dict[str, tuple[int, int]] = {ref.name: (1, number) for number, ref in enumerate(listed)}
    for number, ref in enumerate(extra):
        urgency = 0 if ref.name in follows else 2 if ref.name in precedes else 3
        keys[ref.name] = (urgency, number)
    ready = [(keys[name], name) for name, count in waiting.items() if not count]
    heapq.heapify(ready)
    ordered: list[str] = []
    while ready:
        _, name = heapq.heappop(ready)
        ordered.append(name)
        for constraint in followers[name]:
            waiting[constraint.second] -= 1
            if not waiting[constraint.second]:
                heapq.heappush(ready, (keys[constraint.second], constraint.second))
    if len(ordered) < len(refs):
        raise UsageError(_cycle_text(reasons, waiting), hint="drop or turn round one of these constraints")
    places = {ref.name: f"place {number} of {len(listed)} in {source}" for number, ref in enumerate(listed, start=1)}
    about: dict[str, tuple[list[Constraint], list[Constraint]]] = {name: ([], []) for name in refs}
    for kind, found in enumerate((wanted, missing)):
        for constraint in found:
            for name in (constraint.first, constraint.second):
                if name in about:
                    about[name][kind].append(constraint)
    return [Position(refs[name], places.get(name) or _reason(name, *about[name])) for name in ordered]


def _reason(name: str, wanted: Iterable[Constraint], missing: Iterable[Constraint]) -> str:
    parts = []
    for constraint in wanted:
        if constraint.second == name:
            parts.append(f"after {constraint.first!r} ({constraint.reason})")
        else:
            parts.append(f"before {constraint.second!r} ({constraint.reason})")
    text = ", ".join(parts) or "no constraint: at the end, in the order of registration"
    for constraint in missing:
        side, other = ("after", constraint.first) if constraint.second == name else ("before", constraint.second)
        text += f"; {side} {other!r} ({constraint.reason}) has no effect: this stage has no such pass"
    return text


def _cycle_text(reasons: dict[str, list[Constraint]], waiting: dict[str, int]) -> str:
    """Walk backwards through passes that still wait for another one until a pass comes up again."""
    name = next(name for name, count in waiting.items() if count)
    walked: list[Constraint] = []
    seen: dict[str, int] = {}
    while name not in seen:
        seen[name] = len(walked)
        constraint = next(c for c in reasons[name] if waiting[c.first])
        walked.append(constraint)
        name = constraint.first
    cycle: list[Constraint] = []
    for constraint in walked[seen[name] :][::-1]:
        if cycle and constraint.reason == cycle[-1].reason and constraint.reason.endswith(_LISTED):  # what lies between
            constraint = cycle.pop()._replace(second=constraint.second)
        cycle.append(constraint)
    lines = [f"  {c.first!r} before {c.second!r}: {c.reason}" for c in cycle]
    return "\n".join(["the order of passes contradicts itself:", *lines])


def misplaced(pipelines: Iterable[Pipeline]) -> list[str]:
    """Load every pass class of `pipelines` and say where a class contradicts the position that the files gave it.

    Checks the class's own `name`, `stage`, `before`, `after` and `requires`; one sentence a contradiction.
    """
    homes: dict[str, list[str]] = {}
    found: dict[str, None] = {}
    plans = list(pipelines)
    for plan in plans:
        for stage, positions in plan.stages.items():
            for position in positions:
                stages = homes.setdefault(position.ref.name, [])
                if stage not in stages:
                    stages.append(stage)
    for plan in plans:
        everywhere = {position.ref.name for positions in plan.stages.values() for position in positions}
        for stage, positions in plan.stages.items():
            index = {position.ref.name: number for number, position in enumerate(positions)}
            for name, number in index.items():
                cls = positions[number].ref.load()
                if getattr(cls, "stage", "") not in homes[name]:
                    found[f"pass {name!r} says stage {cls.stage!r}, but is listed in {homes[name]}"] = None
                for other in names_in(cls, "after"):
                    if index.get(other, -1) > number:
                        found[f"pass {name!r} says after {other!r}, but comes before it in stage {stage!r}"] = None
                for other in names_in(cls, "before"):
                    if index.get(other, number) < number:
                        found[f"pass {name!r} says before {other!r}, but comes after it in stage {stage!r}"] = None
                for other in names_in(cls, "requires"):
                    if other not in everywhere:
                        found[f"pass {name!r} requires {other!r}, which pipeline {plan.name!r} lacks"] = None
    return list(found)
