"""The built-in observers as a plugin: each is imported when its option asks for it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from ..plugins import Observer, hookimpl

if TYPE_CHECKING:
    from ..options import Options

pytoco_api = 1


@hookimpl
def register_observers(options: Options) -> Iterator[Observer]:
    """The journal that `journal` asks for, those who tell it what they find, and who writes reproducers."""
    if options.journal:
        from .journal.recorder import FileRecorder

        yield FileRecorder(options)
    if options.check:
        from .check import Check

        yield Check.of(options)
    from .reproducing import Reproducing

    yield Reproducing(options)
