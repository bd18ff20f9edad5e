"""What a step of `pytoco convert --watch` tells, as text for a terminal, and as JSON."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..debug.diff_text import diff_data, diff_text
from .summary import size_text, summary_data

if TYPE_CHECKING:
    from ..debug.watch.changes import Changes, Divergence, RewriteName
    from ..debug.watch.step import Step

SHOWN = 12
"""Lines of a difference of two models, warnings, and files that are written out."""


def path_text(path: Path) -> str:
    """A path as seen from the working directory, where that is shorter."""
    try:
        near = os.path.relpath(path)
    except ValueError:  # another drive
        return str(path)
    return min(near, str(path), key=len)


def listed(texts: Iterable[str]) -> str:
    """`a`, `a and b`, `a, b and c`, `a, b and 7 more`."""
    *first, last = found if len(found := list(texts)) <= SHOWN else [*found[:SHOWN], f"{len(found) - SHOWN} more"]
    return f"{', '.join(first)} and {last}" if first else last


def headline(step: Step) -> str:
    """What was changed, and from where on the conversion was made again."""
    cause = f"{listed(map(path_text, step.changed))}: " if step.changed else ""
    if step.stage is None:
        what = "not converted" if step.error is not None else "nothing changed"
    else:
        where = f"back to stage {step.stage!r}" if step.stage else "from the beginning"
        what = f"{where} ({step.reason})"
    return f"{cause}{what}, {step.seconds:.2f} s"


def changes_text(step: Step) -> str:
    """What a step without an error has changed, a line each, but for warnings that are among its notices."""
    if step.changes is None:
        return ""
    lines = ["nothing changed in the result"] if step.changes.is_none else _lines(step.changes, step)
    return "".join(f"  {line}\n" for line in lines)


def _lines(changes: Changes, step: Step) -> Iterator[str]:
    width = max([len(name) for name in (*changes.passes, *changes.operators)] + [9])
    for what, counts in (("rewrites", changes.passes), ("operators", changes.operators)):
        if counts:
            yield f"{what:<{width}}  before  after"
            yield from (f"{name:<{width}}  {old or '.':>6}  {new or '.':>5}" for name, (old, new) in counts.items())
    before, after = changes.size
    if before != after:
        yield f"size: {size_text(before)} -> {size_text(after)} ({after - before:+} B)"
    if changes.divergence is not None:
        yield _divergence_text(changes.divergence)
    if changes.difference is not None:
        lines = diff_text(changes.difference, "before", "after").splitlines()[2:]
        yield from lines[:SHOWN]
        if len(lines) > SHOWN:
            yield f"... and {len(lines) - SHOWN} lines more; `pytoco diff` shows all"
    new = [text for text in changes.new_warnings if text not in step.notices]
    for what, warnings in (("new warning", new), ("no more", changes.gone_warnings)):
        yield from (f"{what}: {text}" for text in warnings[:SHOWN])
        if len(warnings) > SHOWN:
            yield f"{what}: {len(warnings) - SHOWN} more"
    yield from (f"pass {name!r} raised in {place}" for name, place in step.places.items())


def _divergence_text(divergence: Divergence) -> str:
    number, before, after = divergence
    if after is None:
        return f"rewrite {number} is the first that differs: it was {_rewrite_text(before)}, and is gone"
    was = "it is new" if before is None else f"it was {_rewrite_text(before)}"
    if before == after:
        was = "it changes something else"
    return f"rewrite {number} is the first that differs: {_rewrite_text(after)}; {was}"


def _rewrite_text(rewrite: RewriteName | None) -> str:
    assert rewrite is not None
    return rewrite.pass_name + (f" at {rewrite.where!r}" if rewrite.where else "")


def error_text(step: Step) -> str:
    """The error of a step, with the line that it comes from."""
    place = step.places.get("", "")
    text = str(step.error)
    return f"{text} [{place}]" if place and place not in text else text


def step_data(step: Step, name: str) -> dict[str, Any]:
    """Everything about a step as JSON-ready values; the result is written as `name`.

    `status` is "converted", "same" or "failed"; `stage` is "" for the beginning and null where nothing was to be done.
    """
    error, changes = step.error, step.changes
    data: dict[str, Any] = {
        "step": step.number,
        "status": "failed" if error is not None else "same" if step.is_same else "converted",
        "changed": [str(path) for path in step.changed],
        "stage": step.stage,
        "reason": step.reason,
        "seconds": step.seconds,
        "places": step.places,
        "notices": step.notices,
        "error": None if error is None else {"type": type(error).__name__, "message": str(error)},
        "changes": None,
    }
    if changes is not None:
        divergence = changes.divergence
        data["changes"] = {
            "passes": changes.passes,
            "operators": changes.operators,
            "size": changes.size,
            "new_warnings": changes.new_warnings,
            "gone_warnings": changes.gone_warnings,
            "first_other_rewrite": divergence
            and {
                "number": divergence.number,
                "before": divergence.before and divergence.before._asdict(),
                "after": divergence.after and divergence.after._asdict(),
            },
            "difference": changes.difference and diff_data(changes.difference),
        }
    data["summary"] = None if error is not None or step.result is None else summary_data(step.result, name)
    return data
