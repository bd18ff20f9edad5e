"""Where a conversion finds those who record it: `with pytoco.record() as journal: ...` puts them here."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .options import Options
    from .plugins.descriptors import Observer

ACTIVE: ContextVar[tuple[Callable[[Options, Any], Observer], ...]] = ContextVar("pytoco_recorders", default=())
"""Makers of observers for each conversion that begins in this context, from its options and source."""


@contextmanager
def unrecorded() -> Iterator[None]:
    """What runs inside is no conversion of the caller's: nobody records it."""
    token = ACTIVE.set(())
    try:
        yield
    finally:
        ACTIVE.reset(token)


def recorders(options: Options, source: Any) -> Sequence[Observer]:
    """The observers of those who record conversions at present."""
    return [make(options, source) for make in ACTIVE.get()]
