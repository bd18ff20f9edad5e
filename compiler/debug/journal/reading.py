"""Reads journals: whole ones, and what a crash has left of one."""

from __future__ import annotations

import json
import zlib
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from ...errors import FileError, InvalidModelError, UsageError
from .recorder import VERSION, compressed

if TYPE_CHECKING:
    from .replay import Replay

_GZIP = b"\x1f\x8b"
_START = b'{"pytoco_journal":'


def _inflated(data: bytes) -> bytes:
    """All members of a gzip file, the last as far as it goes; raises zlib.error for what is none."""
    parts = []
    while data:
        inflate = zlib.decompressobj(wbits=31)
        parts.append(inflate.decompress(data))
        data = inflate.unused_data
    return b"".join(parts)


class StageMark(NamedTuple):
    """Where a stage begins: `first` is the number of the first rewrite after it, whether there is one or not."""

    name: str
    passes: tuple[str, ...]
    first: int
    seconds: float


class Rewrite:
    """One rewrite: by which pass, in which stage, rooted where, when, and its events as the journal has them.

    `root` is the id of an operator and `where` its name, None and "" for a pass over the whole graph. `seconds` count
    from the beginning of the conversion. `check` is what a numeric check found, None when none ran; `remarks` are what
    the pass said.
    """

    __slots__ = ("_line", "check", "number", "pass_name", "remarks", "root", "seconds", "stage", "where")

    def __init__(self, line: dict[str, Any], stage: str) -> None:
        self._line = line
        self.number: int = line["n"]
        self.pass_name: str = line["pass"]
        self.root: int | None = line["root"]
        self.where: str = line["at"]
        self.seconds: float = line["t"] / 1e6
        self.stage = stage
        self.check: dict[str, Any] | None = None
        self.remarks: list[str] = []

    @property
    def events(self) -> list[list[Any]]:
        """The events, as docs/journal.md describes them."""
        events: list[list[Any]] = self._line["events"]
        return events

    def __repr__(self) -> str:
        return f"<Rewrite {self.number}: {self.pass_name} at {self.where!r}>"


class Journal:
    """A recorded conversion.

    `header` is the first line: format and pytoco version, source, options. `stages` and `rewrites` are in order;
    `lines` are all lines, parsed. `error` is why the conversion failed, "" when it did not or its end is missing, as
    after a crash (`is_complete`).
    """

    def __init__(self, lines: list[bytes], path: Path | None = None) -> None:
        self.path = path
        self._begin(lines)

    def _begin(self, lines: list[bytes]) -> None:
        self._raw = lines
        self._parsed: list[dict[str, Any]] = []
        self._stages: list[StageMark] = []
        self._rewrites: list[Rewrite] = []

    @classmethod
    def open(cls, path: Path | str) -> Journal:
        """The journal in a file. Raises FileError when it cannot be read, InvalidModelError when it is none."""
        path = Path(path)
        try:
            data = path.read_bytes()
        except OSError as error:
            raise FileError(f"cannot read the journal {path}: {error.strerror}") from error
        if data.startswith(_GZIP):
            try:
                data = _inflated(data)
            except zlib.error as error:
                raise InvalidModelError(f"{path} is damaged: {error}", hint="record the conversion again") from None
        if not data.startswith(_START):
            raise InvalidModelError(f"{path} is no journal", hint="make one with --journal FILE")
        journal = cls(data.split(b"\n")[:-1], path)  # what is behind the last newline was cut off
        journal.lines  # noqa: B018 - what cannot be parsed is said now
        return journal

    @staticmethod
    def is_journal(path: Path | str) -> bool:
        """Whether the file at `path` begins like a journal."""
        try:
            with Path(path).open("rb") as file:
                head = file.read(4096)
        except OSError:
            return False
        if head.startswith(_GZIP):
            try:
                head = zlib.decompressobj(wbits=31).decompress(head, 64)
            except zlib.error:
                return False
        return head.startswith(_START)

    def restart(self) -> list[bytes]:
        """Forget everything, and the list into which the lines of another conversion are to go."""
        self._begin([])
        return self._raw

    def save(self, path: Path | str) -> int:
        """Write the journal to a file and return its size in bytes; raises FileError."""
        from ...files import atomic_write

        return atomic_write(path, (compressed(b"".join(line.rstrip(b"\n") + b"\n" for line in self._raw)),))

    @property
    def lines(self) -> Sequence[dict[str, Any]]:
        """All lines."""
        self._parse()
        return self._parsed

    @property
    def header(self) -> dict[str, Any]:
        """The first line; raises UsageError for a journal into which nothing was recorded."""
        self._parse()
        if not self._parsed:
            raise UsageError("nothing was recorded", hint="convert a model inside `with pytoco.record()`")
        return self._parsed[0]

    @property
    def stages(self) -> Sequence[StageMark]:
        """The stages that were begun."""
        self._parse()
        return self._stages

    @property
    def rewrites(self) -> Sequence[Rewrite]:
        """The rewrites; the first has number 1."""
        self._parse()
        return self._rewrites

    @property
    def error(self) -> str:
        """Why the conversion failed."""
        return next((line["error"] for line in self.lines[-2:] if "type" in line), "")

    @property
    def is_complete(self) -> bool:
        """Whether the end of the conversion, with or without a result, was recorded."""
        return bool(self.lines) and "end" in self.lines[-1]

    def replay(self) -> Replay:
        """The model, to be taken from import to any rewrite and back."""
        from .replay import Replay

        return Replay(self)

    def _parse(self) -> None:
        """Parse the lines that have come since this was last asked."""
        for raw in self._raw[len(self._parsed) :]:
            try:
                line = json.loads(raw)
                self._take(line)
            except (ValueError, KeyError, TypeError) as error:
                name = self.path or "the journal"
                number = len(self._parsed) + 1
                hint = "record the conversion again"
                raise InvalidModelError(f"{name}, line {number}, is damaged: {error}", hint=hint) from None
            self._parsed.append(line)

    def _take(self, line: dict[str, Any]) -> None:
        if "n" in line:
            if line["n"] != len(self._rewrites) + 1:
                raise ValueError(f"rewrite {line['n']} follows rewrite {len(self._rewrites)}")
            self._rewrites.append(Rewrite(line, self._stages[-1].name if self._stages else ""))
        elif "stage" in line:
            first = len(self._rewrites) + 1
            self._stages.append(StageMark(line["stage"], tuple(line["passes"]), first, line["t"] / 1e6))
        elif "remark" in line:
            if self._rewrites:
                self._rewrites[-1].remarks.append(line["remark"])
        elif "note" in line:
            number = line["note"].get("check")
            if isinstance(number, int) and 0 < number <= len(self._rewrites):
                self._rewrites[number - 1].check = line["note"]
        elif "pytoco_journal" in line and line["pytoco_journal"] > VERSION:
            raise ValueError(f"it has format {line['pytoco_journal']}, and this pytoco knows up to {VERSION}")
