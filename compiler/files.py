"""Writing result files whole or not at all."""

from __future__ import annotations

import os
import stat
from collections.abc import Callable, Iterable
from contextlib import suppress
from itertools import count
from pathlib import Path
from typing import BinaryIO, TypeAlias

from .errors import FileError

Chunk: TypeAlias = bytes | bytearray | memoryview

_numbers = count()


def write_chunks(stream: BinaryIO, chunks: Iterable[Chunk]) -> int:
    """Write the chunks one after the other and return the number of bytes."""
    size = 0
    for chunk in chunks:
        stream.write(chunk)
        size += chunk.nbytes if isinstance(chunk, memoryview) else len(chunk)
    return size


def atomic_write(
    path: Path | str,
    chunks: Iterable[Chunk],
    check: Callable[[Path], object] | None = None,
    write: Callable[[BinaryIO, Iterable[Chunk]], int] = write_chunks,
) -> int:
    """Write `chunks` to `path` and return the number of bytes.

    They go to a temporary file in the same folder, which takes the place of `path` when all is written, so that nobody
    ever meets half a file and a failure leaves what was there before. `check` may read the temporary file first; what
    it raises, or `chunks` raise, goes on. A symbolic link keeps pointing where it did; a device or a pipe is written
    directly. `write` puts the chunks into the open file. Raises FileError when the file cannot be written.
    """
    target = Path(os.path.realpath(path))
    try:
        try:
            mode = target.stat().st_mode
        except FileNotFoundError:
            mode = None
        if mode is not None and not stat.S_ISREG(mode):
            with target.open("wb") as file:
                return write(file, chunks)
        temporary = target.parent / f".pytoco-{os.getpid()}-{next(_numbers)}.tmp"
        try:
            with temporary.open("xb") as file:
                size = write(file, chunks)
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
        there = target.parent.is_dir()
        hint = "check the folder and the space in it" if there else f"the folder {target.parent} does not exist"
        raise FileError(f"cannot write {path}: {reason}", hint=hint) from error
