"""What a conversion does and did, as text for a terminal, and as JSON."""

from __future__ import annotations

import sys
import time
from collections.abc import Mapping, Sequence
from shutil import get_terminal_size
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

from ..plugins import Observer
from .timing import timing_data

if TYPE_CHECKING:
    from threading import Event

    from ..convert import Result
    from ..ir import Model, Op


BAR = 20
"""Columns of a progress bar."""


def size_text(size: int) -> str:
    """`size` bytes for people: `912 B`, `3.4 KiB`, `12.0 MiB`."""
    if size < 1024:
        return f"{size} B"
    amount = float(size)
    for unit in ("KiB", "MiB", "GiB"):
        amount /= 1024
        if amount < 1024 or unit == "GiB":
            break
    return f"{amount:.1f} {unit}"


def count_lines(before: Mapping[str, int], after: Mapping[str, int]) -> list[str]:
    """A table of operators by kind: how many before and after, most first."""
    kinds = sorted({**before, **after}, key=lambda kind: (-after.get(kind, 0), -before.get(kind, 0), kind))
    width = max([len(kind) for kind in kinds] + [9])
    lines = [f"  {'operators':<{width}}  before  after"]
    lines += [f"  {kind:<{width}}  {before.get(kind, 0) or '.':>6}  {after.get(kind, 0) or '.':>5}" for kind in kinds]
    lines.append(f"  {'all':<{width}}  {sum(before.values()):>6}  {sum(after.values()):>5}")
    return lines


def summary_text(result: Result, name: str) -> str:
    """The summary of `result`, named `name`: sizes, time, operators, passes that fired. Warnings are not in it."""
    summary = result.summary
    lines = [
        f"{name}: {size_text(summary.bytes_out)} from {size_text(summary.bytes_in)} in {summary.seconds:.2f} s",
        *count_lines(summary.ops_before, summary.ops_after),
    ]
    if summary.passes:
        fired = sorted(summary.passes.items(), key=lambda item: (-item[1], item[0]))
        lines += ["  passes that fired", *(f"    {count:>6}  {name}" for name, count in fired)]
    if summary.check is not None:
        lines += summary.check.lines()
    if summary.min_runtime:
        lines.append(f"  runs on TensorFlow Lite {summary.min_runtime} and later")
    return "\n".join(lines) + "\n"


def summary_data(result: Result, name: str) -> dict[str, Any]:
    """Everything that the summary of `result`, written as `name`, says, as JSON-ready values; times in seconds."""
    summary = result.summary
    plain = (
        *("inputs", "outputs", "ops_before", "ops_after", "operators", "passes", "bytes_in", "bytes_out"),
        *("min_runtime", "warnings", "notes", "remarks", "float_operators", "seconds"),
    )
    data: dict[str, Any] = {"output": name, **{field: getattr(summary, field) for field in plain}}
    if summary.check is not None:
        data["check"] = summary.check.as_json()
    return {**data, "phases": timing_data(summary)}


class Progress(Observer):
    """While open, a line on a terminal says how long `what` has been going on, and what it has come to.

    Pass it to the conversion as an observer when `is_watched`; where no one watches it does nothing.
    """

    def __init__(self, what: str, *, patience: float = 1.0) -> None:
        self._what = what
        self._patience = patience
        self._shown = False
        self._doing = "importing"
        self._number = 0
        self.is_watched = sys.stderr.isatty()

    def mark(self) -> int:
        """The present moment, for `rewind`."""
        return self._number

    def rewind(self, mark: int) -> None:
        """Go on from an earlier moment."""
        self._number = mark

    def on_stage(self, stage: str, passes: Sequence[Any]) -> None:
        """The stage from now on."""
        self._doing = stage

    def after_rewrite(self, model: Model, pass_name: str, op: Op | None, number: int, events: list[Any]) -> None:
        """Count a rewrite."""
        self._number = number
        self._last = pass_name

    def on_progress(self, what: str, done: int, total: int | None) -> None:
        """What a pass is busy with, as a bar where it is known how long that takes."""
        bar = ""
        if total:
            full = BAR * min(done, total) // total
            bar = f" [{'#' * full}{'.' * (BAR - full)}]"
        self._doing = f"{what}{bar} {done}{f' of {total}' if total else ''}"

    def on_finish(self, model: Model) -> None:
        """Writing is what is left."""
        self._doing = "writing"

    def text(self, seconds: float) -> str:
        """The line after so many seconds."""
        done = f", {self._number} rewrites, the last by {self._last}" if self._number else ""
        return f"{self._what}: {seconds:.0f} s, {self._doing}{done}"

    def _show(self, stop: Event) -> None:
        begun = time.monotonic()
        while not stop.wait(self._patience):
            text = self.text(time.monotonic() - begun)
            sys.stderr.write(f"\r\x1b[K{text[: get_terminal_size().columns - 1]}")
            sys.stderr.flush()
            self._shown = True

    def __enter__(self) -> Self:
        if self.is_watched:
            from threading import Event, Thread

            self._stop = Event()
            self._thread = Thread(target=self._show, args=(self._stop,), daemon=True)
            self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self.is_watched:
            self._stop.set()
            self._thread.join()
            if self._shown:
                sys.stderr.write("\r\x1b[K")
                sys.stderr.flush()
