"""The results of plugins' backends, whole or not at all: written beside their place and moved there when all is well.

Built-in backends write atomically themselves (see `files`). Nobody can ask that of a plugin: its backend is given a
path of the same file name in a temporary folder beside the real one. What lies there when `write` has returned is moved
to its place, the result itself last; when it raises, all of it is removed and what was there before stays.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .errors import FileError, PluginError, PytocoError
from .isolation import called, glimpse, named

if TYPE_CHECKING:
    from .ir import Model
    from .plugins import Backend, WriteReport
    from .plugins.registry import Registry


def write(
    backend: Backend, model: Model, destination: Path | None, given: Mapping[str, Any], registry: Registry
) -> WriteReport:
    """Let a backend write `model`; with None for `destination` the result is in the report.

    A symbolic link at `destination` keeps pointing where it did; a device or a pipe is written directly. Raises what
    the backend raises; of a plugin's backend as `isolation.called` does, and PluginError where it gives no report or
    writes nothing.
    """
    who = named("backend", backend.name, registry)
    if not who:
        return backend.write(model, destination, given)
    if destination is None:
        report = _report(called(who, backend.write, model, None, given), who)
        if not isinstance(report.data, bytes | bytearray | memoryview):
            raise PluginError(f"{who} gave {glimpse(report.data)} as the content of a file, not bytes")
        return report
    if destination.exists() and not destination.is_file():
        return _report(called(who, backend.write, model, destination, given), who)
    return _staged(backend, who, model, destination, given)


def _report(report: Any, who: str) -> WriteReport:
    from .plugins import WriteReport

    if not isinstance(report, WriteReport):
        raise PluginError(f"{who} gave {glimpse(report)}, not a WriteReport")
    return report


def _staged(backend: Backend, who: str, model: Model, destination: Path, given: Mapping[str, Any]) -> WriteReport:
    from shutil import rmtree
    from tempfile import mkdtemp

    place = Path(os.path.realpath(destination))
    try:
        folder = Path(mkdtemp(prefix=".pytoco-", dir=place.parent))
    except OSError as error:
        raise _cannot_write(destination, error) from error
    try:
        result = folder / destination.name
        try:
            report = _report(called(who, backend.write, model, result, given), who)
        except PytocoError as error:  # users know the place of the result, not that of the work
            error.message = error.message.replace(f"{folder}{os.sep}", f"{destination.parent}{os.sep}")
            raise
        if not os.path.lexists(result):
            raise PluginError(f"{who} wrote no {destination.name}", hint="`write` has to write its destination")
        report.size = report.size or _size(result)
        try:
            _move_all(folder, result, destination)
        except OSError as error:
            raise error if isinstance(error, FileError) else _cannot_write(destination, error) from error
    finally:
        rmtree(folder, ignore_errors=True)
    report.path = destination
    return report


def _move_all(folder: Path, result: Path, destination: Path) -> None:
    """Move what lies in `folder` beside `destination`, and `result` to it, after a look at whether that can be done."""
    moves = [(source, destination.parent / source.relative_to(folder)) for source in _files(folder, result)]
    moves += [(result, destination)]
    for _, target in moves:
        if target.is_dir():
            raise FileError(f"cannot write {target}: it is a folder")
        if target.parent.exists() and not target.parent.is_dir():
            raise FileError(f"cannot write {target}: {target.parent} is not a folder")
    for source, target in moves:
        target.parent.mkdir(parents=True, exist_ok=True)
        _move(source, Path(os.path.realpath(target)))


def _files(folder: Path, result: Path) -> Iterator[Path]:
    """All files in the folder and below, in order of their names, but for the result."""
    for path, folders, files in os.walk(folder):
        folders.sort()
        if result.name in folders and Path(path) == folder:
            folders.remove(result.name)
        for name in sorted(files):
            if Path(path, name) != result:
                yield Path(path, name)


def _move(source: Path, target: Path) -> None:
    """Put a file, or a new folder, in place of `target`, with the permissions that were there."""
    from errno import EXDEV

    if target.is_file():
        source.chmod(stat.S_IMODE(target.stat().st_mode))
    try:
        source.replace(target)
    except OSError as error:
        if error.errno != EXDEV:
            raise
        from .files import atomic_write

        with source.open("rb") as file:  # beside a link that leads to another file system
            atomic_write(target, iter(lambda: file.read(1 << 20), b""))


def _size(result: Path) -> int:
    files = [result] if result.is_file() else result.rglob("*")
    return sum(file.stat().st_size for file in files if file.is_file())


def _cannot_write(destination: Path, error: OSError) -> FileError:
    there = destination.parent.is_dir()
    hint = "check the folder and the space in it" if there else f"the folder {destination.parent} does not exist"
    return FileError(f"cannot write {destination}: {error.strerror or error}", hint=hint)
