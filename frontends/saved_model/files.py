"""The files of a SavedModel: which of them there are, and that none of them leads out of the model's folder."""

from __future__ import annotations

import os
from pathlib import Path
from typing import NoReturn

from ...compiler.errors import FileError, InvalidModelError, UnsupportedError
from ..graphdef.mapping import mapped

BINARY, TEXT, CHUNKED = "saved_model.pb", "saved_model.pbtxt", "saved_model.cpb"
VARIABLES = ("variables", "variables")
"""Folder and file name prefix of the checkpoint, as TensorFlow's loaders expect them."""

_SHOWN = 5
_UNCHUNK = (
    'save it again as one file: python -c "import tensorflow as tf; m = tf.saved_model.load({!r}); '
    "tf.saved_model.save(m, 'unchunked', signatures=m.signatures)\""
)


def folder_of(source: Path) -> Path:
    """The model's folder, given it or the saved_model.pb in it."""
    return source.parent if source.name in (BINARY, TEXT, CHUNKED) and not source.is_dir() else source


def graph_file(folder: Path) -> Path:
    """The file in `folder` that holds the graphs.

    Raises FileError for a folder that is none, UnsupportedError for a chunked model, InvalidModelError where there is
    no SavedModel or its file leads out of the folder.
    """
    names = _names(folder)
    for name in (BINARY, TEXT):
        if name in names:
            return inside(folder, name)
    if CHUNKED in names:
        raise UnsupportedError(
            f"{str(folder)!r} holds a chunked SavedModel ({CHUNKED}), which pytoco does not read",
            hint=_UNCHUNK.format(str(folder)),
        )
    return _refuse(folder, names)


def _names(folder: Path) -> list[str]:
    try:
        return sorted(os.listdir(folder))
    except (OSError, ValueError) as error:
        raise _unreadable(folder, error) from error


def _unreadable(path: Path, error: Exception) -> FileError:
    reason = getattr(error, "strerror", None) or error
    return FileError(f"cannot read {str(path)!r}: {reason}", hint="check the path and its permissions")


def _refuse(folder: Path, names: list[str]) -> NoReturn:
    below = [name for name in names if any((folder / name / file).is_file() for file in (BINARY, TEXT, CHUNKED))]
    hint = "give the folder that TensorFlow wrote, the one with saved_model.pb and variables/ in it"
    if below:
        hint = f"there is one in {', '.join(repr(str(folder / name)) for name in below[:_SHOWN])}"
    elif any(name.endswith((".index", ".meta")) or name == "checkpoint" for name in names):
        hint = "it looks like the folder of a checkpoint, which has no graph for inference: export a SavedModel"
    raise InvalidModelError(f"{str(folder)!r} is no SavedModel: it has no {BINARY} or {TEXT}", hint=hint)


def inside(folder: Path, *parts: str) -> Path:
    """The file `parts` of `folder`, links followed.

    Raises InvalidModelError when it lies outside the folder and FileError when it is not there.
    """
    place = folder.joinpath(*parts)
    try:
        root, found = folder.resolve(strict=True), place.resolve(strict=True)
    except (OSError, ValueError, RuntimeError) as error:
        raise _unreadable(place, error) from error
    if not found.is_relative_to(root):
        raise InvalidModelError(
            f"{str(place)!r} leads out of the model's folder, to {str(found)!r}; pytoco reads nothing from outside",
            hint=f"copy the folder with its links followed: cp -rL {str(folder)!r} COPY",
        )
    return found


def variables_prefix(folder: Path) -> Path:
    """What the names of the checkpoint's files begin with.

    They need not exist; raises InvalidModelError for one that leads out of the model's folder.
    """
    prefix = folder.joinpath(*VARIABLES)
    if os.path.lexists(prefix.parent):
        below = inside(folder, VARIABLES[0])
        for name in _names(below):
            if name.startswith(f"{prefix.name}."):
                inside(folder, VARIABLES[0], name)
    return prefix


def contents(path: Path) -> memoryview:
    """The bytes of a file of the model, mapped when it is big."""
    return mapped(path)
