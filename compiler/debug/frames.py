"""Frames of a conversion's video, drawn from its journal when they are wanted."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from ..errors import UnsupportedError
from ..files import atomic_write
from ..paths import check_dump_folder
from ..plugins.registry import open_registry

if TYPE_CHECKING:
    from ..plugins.descriptors import Backend
    from ..plugins.registry import Registry
    from .journal import Journal


class Written(NamedTuple):
    """The files of some frames, in order, and their size in bytes altogether."""

    paths: list[Path]
    size: int


def frame_name(number: int) -> str:
    """The name of a frame's file without its suffix, as TOCO's `--dump_graphviz_video` has it."""
    return f"toco_video_{number:05d}"


def frame_title(number: int, pass_name: str = "", where: str = "") -> str:
    """What a frame says above the drawing: the rewrite, its pass and place; 0 is the model as imported."""
    if not number:
        return "0: as imported"
    return f"{number}: {pass_name}{f' at {where}' if where else ''}"


def write_frames(
    journal: Journal,
    numbers: range,
    folder: Path | str,
    registry: Registry | None = None,
    given: Mapping[str, Any] | None = None,
) -> Written:
    """Draw the model after each of these rewrites into `folder`: the files that the live video would have had.

    `given` may have `graphviz_first_array` and `graphviz_last_array`. Raises FileError, UsageError for arrays that the
    imported model does not have, UnsupportedError where no backend draws.
    """
    check_dump_folder(str(folder))
    backend = _backend(registry or open_registry())
    assert backend.drawing is not None
    replay = journal.replay()
    given = dict(given or {})
    if given:
        backend.drawing(replay.model, given)  # refuses names that are not there; later ones may have gone
        given["allow_nonexistent_arrays"] = True
    drawing = backend.drawing(replay.seek(numbers.start), given)
    paths: list[Path] = []
    size = 0
    for number in numbers:
        if number > numbers.start:
            drawing.update(replay.forward())
        rewrite = journal.rewrites[number - 1] if number else None
        title = frame_title(number) if rewrite is None else frame_title(number, rewrite.pass_name, rewrite.where)
        paths.append(Path(folder, f"{frame_name(number)}{backend.suffix}"))
        size += atomic_write(paths[-1], (drawing.render(title),))
    return Written(paths, size)


def _backend(registry: Registry) -> Backend:
    for backend in registry.backends().values():
        if backend.drawing is not None:
            return backend
    raise UnsupportedError("no backend draws models", hint="enable the plugin builtin-backends")
