"""Checks of file arguments before any work is done, so that a typing error costs no conversion."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .errors import FileError, UsageError

if TYPE_CHECKING:
    from .options import Options


def check_input(path: str, *, folder: bool = False) -> None:
    """Raise `FileError` unless `path` is a readable file, or with `folder` a folder."""
    place = Path(path)
    if not place.exists():
        raise FileError(f"{path}: no such file or folder", hint="check the spelling")
    if folder != place.is_dir():
        raise FileError(f"{path} is {'not a folder' if folder else 'a folder, not a file'}")
    if not folder and not place.is_file():  # opening a pipe would wait for its writer
        raise FileError(f"{path} is not a regular file", hint="copy the model to a regular file and give that")
    if not os.access(place, os.R_OK):
        raise FileError(f"{path} cannot be read: permission denied")


def check_output(path: str, sources: list[str]) -> None:
    """Raise unless a file can be written at `path` that is none of `sources`.

    `FileError` for a folder that is missing or cannot be written, `UsageError` for one of the sources.
    """
    place = Path(path)
    if place.is_dir():
        raise FileError(f"{path} is a folder", hint="give the name of a file")
    folder = place.parent
    if not folder.is_dir():
        what = "is not a folder" if folder.exists() else "does not exist"
        raise FileError(f"cannot write {path}: {folder} {what}", hint="create the folder first")
    if not os.access(folder, os.W_OK | os.X_OK) or (place.exists() and not os.access(place, os.W_OK)):
        raise FileError(f"cannot write {path}: permission denied")
    for source in sources:
        if place.exists() and Path(source).exists() and place.samefile(source):
            raise UsageError(f"{path} is both the model and the result", hint="give the result another name")


def check_dump_folder(path: str) -> None:
    """Raise `FileError` unless `path` is a folder that can be written."""
    if not Path(path).is_dir():
        raise FileError(f"{path} is not a folder", hint="create it first")
    if not os.access(path, os.W_OK | os.X_OK):
        raise FileError(f"{path} cannot be written: permission denied")


def check_destinations(options: Options, source: Any) -> None:
    """Raise unless everything that `options` ask to be written can be, and overwrites neither model nor result."""
    sources = [str(source)] if isinstance(source, Path) else []
    if options.output_file is not None:
        check_output(options.output_file, sources)
    if options.journal is not None:
        check_output(options.journal, sources)
        if options.output_file is not None and Path(options.journal).resolve() == Path(options.output_file).resolve():
            raise UsageError(f"{options.journal} is both the result and the journal", hint="give one another name")
    if options.dump_graphviz_dir is not None:
        check_dump_folder(options.dump_graphviz_dir)
