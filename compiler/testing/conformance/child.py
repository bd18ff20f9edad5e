"""The child process of a conformance run: writes or loads everything, and tells what it was up to meanwhile.

It answers in JSON lines. What the code under test prints, whom it wants to talk to, and what it would run is noted;
connections and programs are refused.
"""

from __future__ import annotations

import hashlib
import json
import os
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

from ...errors import PytocoError
from ...ir.text import print_model
from ...ir.verify import verify
from .checks import is_typed, told
from .subject import FRONTEND, BackendSubject, FrontendSubject

NETWORK = ("socket.connect", "socket.bind", "socket.sendto", "socket.getaddrinfo", "socket.gethostbyname")
PROGRAMS = ("subprocess.Popen", "os.system", "os.exec", "os.posix_spawn", "os.spawn", "os.fork", "pickle.find_class")
CODE = ("exec", "compile", "import", "marshal.loads", "ctypes.dlopen")
"""Audit events (PEP 578) of talking to others, of starting programs, and of code that comes into being."""


class Watch:
    """Notes what happens, from its making to the end of the process."""

    def __init__(self) -> None:
        self.network: list[str] = []
        self.programs: list[str] = []
        self.code: list[str] = []
        self.is_warm = False
        sys.addaudithook(self._heard)

    def _heard(self, event: str, arguments: tuple[Any, ...]) -> None:
        if event in NETWORK:
            self.network.append(event)
            raise ConnectionRefusedError(f"{event}: there is no network in a check of conformance")
        if event in PROGRAMS:
            self.programs.append(f"{event} {str(arguments[:2])[:80]}")
            if not event.startswith("pickle"):
                raise PermissionError(f"{event}: no program is started in a check of conformance")
        if self.is_warm and event in CODE:
            self.code.append(f"{event} {str(arguments[:1])[:80]}")


@contextmanager
def _output_kept() -> Iterator[IO[bytes]]:
    """Standard output goes to a file inside, whoever writes to it and how."""
    with tempfile.TemporaryFile() as kept:
        sys.stdout.flush()
        saved = os.dup(1)
        os.dup2(kept.fileno(), 1)
        try:
            yield kept
        finally:
            sys.stdout.flush()
            os.dup2(saved, 1)
            os.close(saved)


def serve(request: dict[str, Any]) -> None:
    """Do what a request asks, and tell it line by line on what was standard output."""
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")

    def tell(**facts: Any) -> None:
        answers.write(json.dumps(facts) + "\n")
        answers.flush()

    watch = Watch()
    with _output_kept() as kept:
        for line in _TASKS[request["task"]](request, watch):
            tell(**line)
        sys.stdout.flush()
        kept.seek(0)
        printed = kept.read(400).decode(errors="replace")
    tell(
        printed=printed,
        tensorflow="tensorflow" in sys.modules,
        network=watch.network,
        programs=watch.programs,
        code=watch.code,
    )
    tell(done=True)


def subject_of(request: dict[str, Any]) -> BackendSubject | FrontendSubject:
    """The subject that a request speaks of."""
    common = {key: request[key] for key in ("plugins", "plugins_file", "options")}
    if request["kind"] == FRONTEND:
        return FrontendSubject(request["name"], samples=request["samples"], **common)
    return BackendSubject(request["name"], **common)


def _write(request: dict[str, Any], watch: Watch) -> Iterator[dict[str, Any]]:
    subject = subject_of(request)
    assert isinstance(subject, BackendSubject)
    digests: dict[str, str] = {}
    for name in subject.names():
        yield {"at": f"model {name!r}"}
        try:
            content = subject.content(subject.prepared(name))
        except PytocoError:
            content = None
        except Exception as error:  # noqa: BLE001 - another check tells of it
            digests[name] = told(error)
            continue
        digests[name] = "refused" if content is None else hashlib.sha256(content).hexdigest()
    yield {"digests": digests}


def _load(request: dict[str, Any], watch: Watch) -> Iterator[dict[str, Any]]:
    subject = subject_of(request)
    assert isinstance(subject, FrontendSubject)
    texts: dict[str, str] = {}
    for path in subject.samples:
        yield {"at": f"sample {path.name!r}"}
        try:
            texts[str(path)] = print_model(subject.load(path))
            watch.is_warm = True  # everything is imported that this takes
            subject.load(path)
        except Exception as error:  # noqa: BLE001 - another check tells of it
            texts[str(path)] = told(error)
        finally:
            watch.is_warm = False
    yield {"texts": texts}


def _damage(request: dict[str, Any], watch: Watch) -> Iterator[dict[str, Any]]:
    """Load each damaged file; `cases` are [what, root, file, offset, bit]: cut off there, or that bit flipped."""
    subject = subject_of(request)
    assert isinstance(subject, FrontendSubject)
    for what, root, file, offset, bit in request["cases"]:
        yield {"at": what}
        whole = Path(file).read_bytes()
        damaged = bytearray(whole)
        if bit is None:
            del damaged[offset:]
        else:
            damaged[offset] ^= 1 << bit
        Path(file).write_bytes(damaged)
        try:
            verify(subject.load(Path(root)))
        except MemoryError:
            pass  # a conversion makes an error for users of it
        except Exception as error:  # noqa: BLE001 - that is what is looked for
            if not is_typed(error):
                yield {"fault": f"{what}: {told(error)[:300]}"}
        finally:
            Path(file).write_bytes(whole)


_TASKS = {"write": _write, "load": _load, "damage": _damage}
