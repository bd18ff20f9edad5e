"""`pytoco.record()`: a journal in memory of the conversions inside a `with` block."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from ...recording import ACTIVE
from .reading import Journal
from .recorder import Recorder

if TYPE_CHECKING:
    from ...options import Options


@contextmanager
def record() -> Iterator[Journal]:
    """Record what is converted inside; the journal that it gives is the one of the last conversion.

        with pytoco.record() as journal:
            pytoco.convert("model.pb", "model.tflite")
        print(len(journal.rewrites))

    The journal may be asked while the block is open, and keeps what there was when a conversion failed.
    """
    journal = Journal([])

    def begin(options: Options, source: Any) -> Recorder:
        lines = journal.restart()
        return Recorder(options, source, lines.append)

    token = ACTIVE.set((*ACTIVE.get(), begin))
    try:
        yield journal
    finally:
        ACTIVE.reset(token)
