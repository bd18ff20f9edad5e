"""Writing result files whole or not at all."""

from __future__ import annotations

import os
import stat
from collections.abc import Callable, Iterable
from contextlib import suppress
from itertools import count
from pathlib import Path
from typing import TypeAlias

from .errors import FileError

Chunk: TypeAlias = bytes | bytearray | memoryview

_numbers = count()


def atomic_write(path: Path | str, chunks: Iterable[Chunk], check: Callable[[Path], None] | None = None) -> int:
    """Write `chunks` to `path` and return the number of bytes.

    They go to a temporary file in the same folder, which takes the place of `path` when all is written, so that nobody
    ever meets half a file and a failure leaves what was there before. `check` may read the temporary file first; what
    it raises, or `chunks` raise, goes on. A symbolic link keeps pointing where it did; a device or a pipe is written
    directly. Raises FileError when the file cannot be written.
    """
    target = Path(os.path.realpath(path))
    try:
        try:
            mode = target.stat().st_mode
        except FileNotFoundError:
            mode = None
        if mode is not None and not stat.S_ISREG(mode):
            with target.open("wb") as file:
                return _write(file.write, chunks)
        temporary = target.parent / f".pytoco-{os.getpid()}-{next(_numbers)}.tmp"
        try:
            with temporary.open("xb") as file:
                size = _write(file.write, chunks)
            if check is not None:
                check(temporary)
            if mode is not None:
                temporary.chmod(stat.S_IMODE(mode))
            temporary.replace(target)
        except BaseException:
            with suppress(OSError):
                temporary.unlink()
            raise
        return size
    except OSError as error:
        if isinstance(error, FileError):
            raise
        reason = error.strerror or str(error)
        raise FileError(f"cannot write {path}: {reason}", hint="check the folder and the space in it") from error


def _write(write: Callable[[Chunk], int], chunks: Iterable[Chunk]) -> int:
    size = 0
    for chunk in chunks:
        write(chunk)
        size += chunk.nbytes if isinstance(chunk, memoryview) else len(chunk)
    return size
