"""What blame found, as text for people and as values for JSON."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from .blame_search import Blame, Blamer, Fate

MOST_ITEMS = 6
"""Operators and constants that a line lists."""


def blame_data(blamer: Blamer, found: Sequence[Blame]) -> dict[str, Any]:
    """`{tensor: {"kind", "label", "sources": [node names], "rewrites": [steps]}}`, a step as `Blamer.step` gives it."""
    return {
        b.tensor: {
            "kind": b.kind,
            "label": list(b.label),
            "sources": list(b.sources),
            "rewrites": [blamer.step(n) for n in b.rewrites],
        }
        for b in found
    }


def fate_data(blamer: Blamer, found: Sequence[Fate]) -> dict[str, Any]:
    """`{source node: {"ends": [tensor names], "removed": [steps], "instead": [tensor names], "rewrites": [steps]}}`."""
    return {
        f.source: {
            "ends": list(f.ends),
            "removed": [blamer.step(n) for n in f.removed],
            "instead": list(f.instead),
            "rewrites": [blamer.step(n) for n in f.rewrites],
        }
        for f in found
    }


def blame_text(blamer: Blamer, found: Sequence[Blame]) -> str:
    """A paragraph a tensor: its source nodes, then the rewrites in order, in detail when it is the only one."""
    lines: list[str] = []
    for b in found:
        lines += [
            "",
            f"{b.tensor}  ({', '.join((b.kind, *b.label))})",
            *(f"  from {name}" for name in b.sources or ("nothing of the source",)),
        ]
        lines += _steps(blamer, b.rewrites, brief=len(found) > 1)
    return "\n".join(lines[1:]) + "\n"


def fate_text(blamer: Blamer, found: Sequence[Fate]) -> str:
    """A paragraph a source node: where it ended, then the rewrites in order, in detail when it is the only one."""
    lines: list[str] = []
    for f in found:
        lines += ["", f.source, *(f"  is in {name}" for name in f.ends)]
        for number in f.removed:
            lines.append(f"  was removed by rewrite {number}, {blamer.step(number)['pass']}")
        lines += [f"  its readers read {name}" for name in f.instead]
        lines += ["  is as it was imported"] if not f.rewrites else _steps(blamer, f.rewrites, brief=len(found) > 1)
    return "\n".join(lines[1:]) + "\n"


def _steps(blamer: Blamer, numbers: Sequence[int], *, brief: bool) -> list[str]:
    steps = [blamer.step(number) for number in numbers]
    if brief:
        return ["  by " + ", ".join(f"{step['pass']} ({step['number']})" for step in steps)] if steps else []
    lines = []
    for step in steps:
        place = f" at {step['at']}" if step["at"] else ""
        lines.append(f"  rewrite {step['number']}: {step['pass']} ({step['stage']}){place}")
        for what in ("took", "changed", "made"):
            items = step[what]
            shown = (
                items if len(items) <= MOST_ITEMS else [*items[: MOST_ITEMS - 1], f"{len(items) - MOST_ITEMS + 1} more"]
            )
            lines += [f"    {what} {', '.join(shown)}"] if items else []
    return lines
