"""The journal: every rewrite of a conversion in one compact file, and the model at any moment of it.

`recorder` writes it, `record` offers it to Python, `Journal` reads it, `Replay` goes through it. docs/journal.md
describes the format.
"""

from __future__ import annotations

from .reading import Journal, Rewrite, StageMark
from .recorder import VERSION, FileRecorder, Recorder
from .recording import record
from .replay import Replay

__all__ = ["VERSION", "FileRecorder", "Journal", "Recorder", "Replay", "Rewrite", "StageMark", "record"]
