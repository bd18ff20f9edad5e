"""Puts a file in place whole or not at all: written beside it, read again and verified, then renamed."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ...compiler.errors import FileError

if TYPE_CHECKING:
    from typing import BinaryIO

THREAD_FROM = 8 << 20
"""Bytes from which a thread writes while the next tiles are computed."""

QUEUE_DEPTH = 4


def write_file(destination: Path, chunks: Iterable[Any], size: int) -> None:
    """Write the chunks, `size` bytes in all, to `destination`.

    Goes through a temporary file in the same folder. Whatever fails, the destination is as it was and the temporary is
    gone. Raises FileError.
    """
    from .verify import verify_file

    if destination.is_dir():
        raise FileError(f"cannot write {destination}: it is a folder", hint="name a file")
    temporary = destination.with_name(f".{destination.name}.{os.getpid()}-{os.urandom(4).hex()}.tmp")
    try:
        with open(temporary, "xb") as stream:
            if size > THREAD_FROM:
                _threaded(stream, chunks)
            else:
                stream.writelines(chunks)
            stream.flush()
            os.fsync(stream.fileno())
        verify_file(temporary)
        temporary.replace(destination)
    except FileError:
        raise
    except OSError as e:
        hint = "the folder does not exist" if not destination.parent.is_dir() else "check the folder and the free space"
        raise FileError(f"cannot write {destination}: {e.strerror or e}", hint=hint) from e
    finally:
        temporary.unlink(missing_ok=True)


def _threaded(stream: BinaryIO, chunks: Iterable[Any]) -> None:
    from queue import Queue
    from threading import Thread

    waiting: Queue[Any] = Queue(QUEUE_DEPTH)
    failures: list[BaseException] = []

    def drain() -> None:
        while (chunk := waiting.get()) is not None:
            if not failures:
                try:
                    stream.write(chunk)
                except BaseException as e:  # noqa: BLE001 - raised again in the caller's thread
                    failures.append(e)

    writer = Thread(target=drain, name="pytoco-writer", daemon=True)
    writer.start()
    try:
        for chunk in chunks:
            if failures:
                break
            waiting.put(chunk)
    finally:
        waiting.put(None)
        writer.join()
    if failures:
        raise failures[0]
