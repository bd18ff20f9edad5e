"""Puts a file in place whole or not at all, read again and verified before it counts; large ones through a thread."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any, BinaryIO

from ...compiler.files import atomic_write

THREAD_FROM = 8 << 20
"""Bytes from which a thread writes while the next tiles are computed."""

QUEUE_DEPTH = 4


def write_file(destination: Path, chunks: Iterable[Any], size: int) -> None:
    """Write the chunks, `size` bytes in all, to `destination`, by way of `atomic_write`. Raises FileError."""
    from .verify import verify_file

    def write(stream: BinaryIO, chunks: Iterable[Any]) -> int:
        if size > THREAD_FROM:
            _threaded(stream, chunks)
        else:
            stream.writelines(chunks)
        stream.flush()
        return size

    atomic_write(destination, chunks, verify_file, write)


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
