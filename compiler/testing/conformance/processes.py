"""Asks a child process to write or load everything: with another hash seed, no network, and its output watched."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from queue import Empty, Queue
from threading import Thread
from typing import IO, TYPE_CHECKING, Any

from .checks import Fault

if TYPE_CHECKING:
    from .subject import Subject

PATIENCE = 30.0
"""Seconds between two lines of a child process."""

_START = "import json,sys; request=json.loads(sys.stdin.readline()); sys.path[:]=request['path']; "


def ask(subject: Subject, task: str, **more: Any) -> dict[str, Any]:
    """Everything that the child process tells of a task, as one mapping. Raises Fault where it hangs or dies."""
    facts: dict[str, Any] = {}
    for line in lines_of(subject, task, **more):
        facts.update(line)
    return facts


def lines_of(subject: Subject, task: str, **more: Any) -> Iterator[dict[str, Any]]:
    """The lines that the child process tells, one by one. Raises Fault where none comes for long, or it dies.

    A line `{"at": text}` says what begins; the fault names the last of them.
    """
    module = f"{__package__}.child"
    environment = {**os.environ, "PYTHONHASHSEED": "4242", "PYTOCO_REPRODUCERS": "off"}
    process = subprocess.Popen(
        [
            sys.executable,
            "-c",
            f"{_START}from importlib import import_module; import_module({module!r}).serve(request)",
        ],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env=environment,
    )
    assert process.stdin is not None
    assert process.stdout is not None
    queue: Queue[bytes] = Queue()
    Thread(target=_read, args=(process.stdout, queue), daemon=True).start()
    request = {**subject.request(), "task": task, "path": sys.path, **more}
    at = "the start"
    try:
        with suppress(OSError):
            process.stdin.write(json.dumps(request).encode() + b"\n")
            process.stdin.flush()
        while True:
            try:
                raw = queue.get(timeout=PATIENCE)
            except Empty:
                raise Fault(f"nothing happens for {PATIENCE:g} s at {at}") from None
            if not raw:
                raise Fault(f"the process died with status {process.wait()} at {at}")
            line = json.loads(raw)
            if "done" in line:
                return
            at = line.pop("at", at)
            if line:
                yield line
    finally:
        process.kill()
        process.wait()
        for stream in (process.stdin, process.stdout):
            with suppress(OSError):
                stream.close()


def _read(stream: IO[bytes], queue: Queue[bytes]) -> None:
    with suppress(ValueError, OSError):
        for line in stream:
            queue.put(line)
    queue.put(b"")
