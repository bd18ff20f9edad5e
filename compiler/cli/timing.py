"""Where the time of a conversion went: what `--timing` prints, and the same for JSON."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ..convert import Summary
    from ..driver.timing import PassTiming

WORTH_A_LINE = 0.05
"""Share of its stage's time from which a pass that rewrote nothing gets a line."""


def timing_data(summary: Summary) -> list[dict[str, Any]]:
    """One item a phase (import, stages, export) with its seconds; a stage has its passes, the slowest first."""
    return [
        {
            "name": phase,
            "seconds": seconds,
            "passes": [
                {
                    "name": name,
                    "attempted": timing.attempted,
                    "matched": timing.matched,
                    "rewritten": timing.rewritten,
                    "match_seconds": timing.match_seconds,
                    "rewrite_seconds": timing.rewrite_seconds,
                }
                for name, timing in _slowest_first(summary, phase)
            ],
        }
        for phase, seconds in summary.phases.items()
    ]


def timing_text(summary: Summary) -> str:
    """A tree of phases and, where passes were timed, those that rewrote or took long; the others in one line.

    The driver's time is the rest of a stage: importing its passes, choosing what to try, and checking what changed.
    """
    lines = [f"  {'milliseconds':<46} attempts  matches  rewrites"]
    for phase, seconds in summary.phases.items():
        passes = _slowest_first(summary, phase)
        lines.append(f"  {seconds * 1000:>8.1f}  {phase}")
        lines += _pass_lines(passes, seconds)
    return "\n".join(line.rstrip() for line in lines) + "\n"


def _slowest_first(summary: Summary, stage: str) -> list[tuple[str, PassTiming]]:
    found = [(name, timing) for (home, name), timing in summary.timings.items() if home == stage]
    return sorted(found, key=lambda item: -_seconds(item[1]))


def _seconds(timing: PassTiming) -> float:
    return timing.match_seconds + timing.rewrite_seconds


def _pass_lines(passes: list[tuple[str, PassTiming]], whole: float) -> Iterator[str]:
    shown = [(n, t) for n, t in passes if t.rewritten or _seconds(t) >= WORTH_A_LINE * whole]
    others = [timing for _, timing in passes if not timing.rewritten and _seconds(timing) < WORTH_A_LINE * whole]
    for name, timing in shown:
        yield _line(name, _seconds(timing), timing.attempted, timing.matched, timing.rewritten)
    if others:
        attempted, matched = (sum(getattr(t, what) for t in others) for what in ("attempted", "matched"))
        yield _line(f"({len(others)} that changed nothing)", sum(map(_seconds, others)), attempted, matched, 0)
    if passes:
        yield _line("the driver", whole - sum(_seconds(timing) for _, timing in passes), 0, 0, 0)


def _line(name: str, seconds: float, attempted: int, matched: int, rewritten: int) -> str:
    counts = f"{attempted or '.':>8}  {matched or '.':>7}  {rewritten or '.':>8}"
    return f"  {seconds * 1000:>12.2f}  {name:<40.40} {counts}"
