"""A model file as memory: small ones are read whole, big ones mapped."""

from __future__ import annotations

import os
from pathlib import Path

from ...compiler.errors import FileError

MAP_FROM = 1 << 20
"""Bytes from which a file is mapped instead of read; a small file read whole cannot change under our hands."""


def mapped(path: Path) -> memoryview:
    """The bytes of the file at `path`. Raises FileError when it cannot be read."""
    try:
        with path.open("rb") as file:
            if os.fstat(file.fileno()).st_size < MAP_FROM:
                return memoryview(file.read())
            import mmap

            return memoryview(mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ))
    except (OSError, ValueError) as error:
        raise FileError(f"cannot read {str(path)!r}: {error}", hint="check the path and its permissions") from error
