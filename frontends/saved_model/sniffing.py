"""Whether a path is a SavedModel: a folder with a saved_model file in it, or that file itself."""

from __future__ import annotations

from pathlib import Path

from .files import BINARY, CHUNKED, TEXT

_FILES = (BINARY, TEXT, CHUNKED)


def sniff(path: Path, head: bytes) -> bool | str:
    """True for a SavedModel, by its folder or by the file in it; otherwise what is missing."""
    if head:
        from ..graphdef.sniffing import sniff_head

        return path.name == CHUNKED or (path.name in _FILES and sniff_head(head).kind.startswith("saved_model"))
    return any((path / name).exists() for name in _FILES) or f"it is a folder without {BINARY}"
