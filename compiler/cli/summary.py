"""What a conversion did, as text for a terminal."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from types import TracebackType
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from threading import Event

    from ..convert import Result


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
    if summary.min_runtime:
        lines.append(f"  runs on TensorFlow Lite {summary.min_runtime} and later")
    return "\n".join(lines) + "\n"


class Progress:
    """While open, a line on a terminal says how long `what` has been going on; nothing where no one watches."""

    def __init__(self, what: str, *, patience: float = 1.0) -> None:
        self._what = what
        self._patience = patience
        self._watched = sys.stderr.isatty()
        self._shown = False

    def _show(self, stop: Event) -> None:
        waited = self._patience
        while not stop.wait(self._patience):
            sys.stderr.write(f"\r{self._what}: {waited:.0f} s")
            sys.stderr.flush()
            self._shown = True
            waited += self._patience

    def __enter__(self) -> Self:
        if self._watched:
            from threading import Event, Thread

            self._stop = Event()
            self._thread = Thread(target=self._show, args=(self._stop,), daemon=True)
            self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._watched:
            self._stop.set()
            self._thread.join()
            if self._shown:
                sys.stderr.write("\r\x1b[K")
                sys.stderr.flush()
