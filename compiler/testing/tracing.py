"""The journals of everything that ran in one test, as text."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..debug.diff import diff_models
from ..debug.diff_text import diff_text
from ..debug.journal import Journal, Recorder
from ..driver import Pass, explain
from ..ir.events import describe

if TYPE_CHECKING:
    from ..debug.journal import Replay, Rewrite
    from ..ir import Model
    from ..options import Options

RUNS = 4
"""Of many conversions in one test, so many of the last are shown."""

LARGE = 3_000
"""Operators from which on a rewrite is shown by what it did, not by comparing the models before and after."""

REASONS = 12
"""Why no pass has applied is told of so many operators, and for a few passes only."""

PASSES = 8


class _Run(Recorder):
    """One run that is recorded in memory, with the model and the passes for questions afterwards."""

    def __init__(self, options: Options, source: Any) -> None:
        self.journal = Journal([])
        self.title = str(source) if isinstance(source, str | Path) else ""
        self.model: Model | None = None
        self.passes: list[Any] = []
        super().__init__(options, source, self.journal.restart().append)

    def on_import(self, model: Model) -> None:
        """Keep the model."""
        self.model = model
        super().on_import(model)

    def on_stage(self, stage: str, passes: Sequence[Any]) -> None:
        """Keep the passes."""
        self.passes += passes
        super().on_stage(stage, passes)


class Trace:
    """What ran while a test did; `begin` is for `recording.ACTIVE`."""

    def __init__(self) -> None:
        self._runs: list[_Run] = []

    def begin(self, options: Options, source: Any) -> _Run:
        """Record one more run."""
        self._runs.append(_Run(options, source))
        return self._runs[-1]

    def text(self, most: int | None) -> str:
        """The last runs, with no more than `most` rewrites altogether, of None all of everything.

        The empty text where nothing ran. Raises nothing: a journal that cannot be read says so.
        """
        parts: list[str] = []
        runs = list(enumerate(self._runs, 1))
        shown = runs if most is None else runs[-RUNS:]
        for number, run in reversed(shown):
            try:
                lines, used = _run_lines(run, most)
            except Exception as error:  # noqa: BLE001 - the report of a test must not fail with it
                lines, used = [f"the journal cannot be shown: {type(error).__name__}: {error}"], 0
            if most is not None:
                most -= used
            what = f" of {run.title}" if run.title else ""
            count = len(run.journal.rewrites)
            head = f"run {number} of {len(runs)}{what}: {count} rewrite{'' if count == 1 else 's'}"
            parts.append("\n".join([head, *(f"  {line}".rstrip() for line in lines)]))
        if len(shown) < len(runs):
            parts.append(f"{len(runs) - len(shown)} earlier runs are not shown (--pytoco-trace=all shows them)")
        return "\n".join(reversed(parts))


def _run_lines(run: _Run, most: int | None) -> tuple[list[str], int]:
    """The lines of one run, and how many of its rewrites they show."""
    rewrites = run.journal.rewrites
    first = 0 if most is None else max(0, len(rewrites) - most)
    lines = []
    if first:
        lines.append(f"{first} earlier rewrites are not shown (--pytoco-trace=all shows them)")
    if first < len(rewrites):
        before, after = run.journal.replay(), run.journal.replay()
        before.seek(first)
        after.seek(first)
        for rewrite in rewrites[first:]:
            lines += _rewrite_lines(rewrite, before, after)
            before.forward()
    elif not rewrites:
        lines += _reasons(run)
    remarks = _facts(run.journal, "remark")
    lines += [f"remark of {fact['pass']}: {fact['remark']}" for fact in remarks[-REASONS:]]
    lines += [f"{fact['failed']} raised and was undone: {fact['error']}" for fact in _facts(run.journal, "failed")]
    if run.journal.error:
        lines.append(f"ended with: {run.journal.error}")
    return lines, len(rewrites) - first


def _rewrite_lines(rewrite: Rewrite, before: Replay, after: Replay) -> Iterator[str]:
    """One rewrite: what it was, and what changed; `after` goes one further, `before` stays behind it."""
    where = f" at {rewrite.where!r}" if rewrite.where else ""
    yield f"{rewrite.number} {rewrite.stage}: {rewrite.pass_name}{where}"
    events = after.forward()
    if sum(len(graph) for graph in after.model.graphs.values()) > LARGE:
        yield from (f"    {describe(event)}" for event in events)
    else:
        text = diff_text(diff_models(before.model, after.model), "", "")
        yield from (f"    {line}" for line in text.splitlines()[2:] if not line.startswith("@@ graph main:"))
    if rewrite.check is not None and rewrite.check.get("status") not in (None, "ok"):
        yield f"    check: {rewrite.check}"


def _reasons(run: _Run) -> Iterator[str]:
    """Why nothing was rewritten, operator by operator; nothing for a whole pipeline."""
    rules = [rule for rule in run.passes if isinstance(rule, Pass)]
    if run.model is None or len(rules) > PASSES:
        return
    tries = (
        f"{rule.name} at {op}: {explain(rule, op, graph).reason or 'matches now'}"
        for graph in run.model.graphs.values()
        for op in graph.order()
        for rule in rules
        if not rule.roots or op.kind in rule.roots
    )
    told = list(islice(tries, REASONS + 1))
    yield from told[:REASONS]
    if len(told) > REASONS:
        yield "and so on"
    elif not told:
        names = ", ".join(f"{rule.name} ({', '.join(rule.roots)})" for rule in rules)
        yield f"no operator is of a kind at which the passes start: {names}" if names else "no pass was run"


def _facts(journal: Journal, key: str) -> list[dict[str, Any]]:
    return [line for line in journal.lines if key in line]
