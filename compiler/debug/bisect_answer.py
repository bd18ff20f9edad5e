"""What a bisection found, as text and JSON, and the text form of the graph around a rewrite."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from ..ir.events import ADD, REMOVE, RETARGET, UPDATE, Event
from ..ir.items import Array, Op
from ..ir.printing import constant_text, op_text
from .bisect_search import AT_IMPORT, FOUND, NEVER

if TYPE_CHECKING:
    from ..ir import Dim, Graph
    from .journal import Replay

__all__ = ["AT_IMPORT", "FOUND", "NEVER", "Answer", "neighbourhood"]

NEIGHBOURS = 8
"""Readers of one array that are shown around a rewrite."""


@dataclass(slots=True)
class Answer:
    """What a bisection found.

    `outcome` is "found", "at import" (the condition holds from the beginning) or "never" (it does not hold at the end).
    When found, rewrite `bad` of `rewrites`, by `pass_name` in `stage` at the operator `where`, is the first after which
    the condition holds, and `good` is the last number before; between the two lie only rewrites of which it could not
    be told. `before` and `after` are the operators around it in text form. `how` is "journal", "convert" or "run";
    `probes` are the answers by number, `spans` (of a journal) the first and last numbers at which it holds. `files` are
    the models written: "good" and "bad".
    """

    condition: str
    how: str
    rewrites: int
    outcome: str = ""
    good: int | None = None
    bad: int | None = None
    pass_name: str = ""
    stage: str = ""
    where: str = ""
    before: list[str] = field(default_factory=list)
    after: list[str] = field(default_factory=list)
    probes: dict[int, bool | None] = field(default_factory=dict)
    spans: list[tuple[int, int]] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    files: dict[str, str] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        """Everything as plain JSON data."""
        return {
            "condition": self.condition,
            "how": self.how,
            "outcome": self.outcome,
            "rewrites": self.rewrites,
            "good": self.good,
            "bad": self.bad,
            "pass": self.pass_name,
            "stage": self.stage,
            "where": self.where,
            "before": self.before,
            "after": self.after,
            "probes": [[number, self.probes[number]] for number in sorted(self.probes)],
            "spans": [list(span) for span in self.spans],
            "notes": self.notes,
            "files": self.files,
        }

    def text(self) -> str:
        """The answer for people."""
        lines = []
        if self.outcome == NEVER:
            lines.append(f"{self.condition}: does not hold after any of the {self.rewrites} rewrites")
            if self.how != "journal":
                lines[0] = f"{self.condition}: does not hold at the end, after all {self.rewrites} rewrites"
        elif self.outcome == AT_IMPORT:
            lines.append(f"{self.condition}: holds before the first of the {self.rewrites} rewrites")
        else:
            at = f" at {self.where!r}" if self.where else ""
            lines.append(
                f"{self.condition}: holds after rewrite {self.bad} of {self.rewrites}: "
                f"pass {self.pass_name!r} in stage {self.stage!r}{at}"
            )
            lines += [f"  {line}" for line in _changes(self.before, self.after)]
        lines += [f"  note: {note}" for note in self.notes]
        lines += [f"  {what} model: {path}" for what, path in self.files.items()]
        if self.probes:
            tried = len(self.probes)
            lines.append(f"  {tried} conversion{'s were' if tried > 1 else ' was'} tried")
        return "\n".join(lines) + "\n"


def _changes(before: list[str], after: list[str]) -> list[str]:
    """Both texts as one, with what went and what came marked."""
    marked = difflib.ndiff(before, after)
    return [line for line in marked if not line.startswith("?")]


def neighbourhood(replay: Replay) -> tuple[list[str], list[str]]:
    """The operators that the next rewrite touches and those beside them, before and after it, in text form.

    Leaves the replay behind that rewrite.
    """
    graph = replay.graph
    first, number = replay.model, replay.at
    events = replay.forward()
    touched = [event for event in events if event[1] is graph] or events
    if touched:
        graph = touched[0][1]
    names = _items(touched)
    dims: dict[Dim, str] = {}
    after = _lines(graph, names, dims)
    replay.back()
    if replay.model is not first:  # made anew, from a keyframe: the items are others
        events = replay.forward()
        touched = [event for event in events if event[1].name == graph.name]
        names, graph = _items(touched), touched[0][1] if touched else replay.graph
        replay.back()
    before = _lines(graph, names, dims)
    replay.seek(number + 1)
    return before, after


def _items(events: Iterable[Event]) -> dict[Op | Array, None]:
    """The operators that were there before or after, and the arrays whose fields changed."""
    found: dict[Op | Array, None] = {}
    for event in events:
        if event[0] == RETARGET:
            found.update(dict.fromkeys(a for a in (*event[3], *event[4]) if isinstance(a, Array)))
        elif event[0] != UPDATE or event[3] != "name":
            found[event[2]] = None
        if event[0] in (ADD, REMOVE):
            found.update(dict.fromkeys(event[4]))
    return found


def _lines(graph: Graph, items: Iterable[Op | Array], dims: dict[Dim, str]) -> list[str]:
    """The text form of those of the items that are in the graph, and of the operators next to them."""
    ops: dict[Op, None] = {}
    for item in items:
        if item not in graph:
            continue
        near = [item] if isinstance(item, Op) else []
        arrays = [item] if isinstance(item, Array) else [a for a in (*item.inputs, *item.outputs) if a is not None]
        for array in arrays:
            producer = graph.producer(array)
            readers = [] if array.value is not None and isinstance(item, Op) else graph.users(array)[:NEIGHBOURS]
            near += [op for op in (producer, *readers) if op is not None]
        ops.update(dict.fromkeys(near))
    lines: list[str] = []
    shown: dict[Array, None] = {}
    for op in graph.order():
        if op in ops:
            for operand in op.inputs:
                if operand is not None and operand.value is not None and operand not in shown:
                    shown[operand] = None
                    lines.append(constant_text(operand, dims))
            lines.append(op_text(op, dims))
    return lines
