"""Models and frames by what a user writes: a file of any format, a journal, either with `@NUMBER` or `@end` behind."""

from __future__ import annotations

import re
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..errors import PytocoError, UsageError
from ..plugins.registry import open_registry
from .journal import Journal, record
from .moment import END

if TYPE_CHECKING:
    from ..ir import Model
    from ..plugins.registry import Registry

_FRAME = re.compile(rf"(.+)@(\d+|{END})")


def split_frame(text: str) -> tuple[str, int | str | None]:
    """A path and the number, or END, behind its last `@`; None without any; a file of just that name comes first."""
    found = None if Path(text).exists() else _FRAME.fullmatch(text)
    if found is None:
        return text, None
    return found[1], END if found[2] == END else int(found[2])


def open_journal(path: str, registry: Registry, fields: dict[str, Any] | None = None) -> Journal:
    """The journal in a file, or that of converting the model there, with `fields` of `Options`.

    A conversion that fails has a journal, too, as long as the model could be read. Raises PytocoError.
    """
    from ..paths import check_input

    check_input(path, folder=Path(path).is_dir())
    from ..convert import convert_model, register_ops

    if Journal.is_journal(path):
        register_ops(registry)  # attributes and labels of operators of plugins
        return Journal.open(path)
    from ..options import Options

    with record() as journal:
        try:
            convert_model(Options(**(fields or {})), path, registry=registry)
        except PytocoError:
            if not any("frame" in line for line in journal.lines):
                raise
    return journal


def read_model(text: str, registry: Registry | None = None, fields: dict[str, Any] | None = None) -> Model:
    """The model that `PATH`, `JOURNAL`, `JOURNAL@NUMBER` or `PATH@NUMBER` stands for.

    A path alone is what its frontend reads, or the end of a journal; with a number it is the model after that rewrite,
    recorded or of a conversion made now, and with `@end` the one at the end. Raises PytocoError.
    """
    from ..paths import check_input

    registry = registry or open_registry()
    path, number = split_frame(text)
    check_input(path, folder=Path(path).is_dir())
    if number is None and not Journal.is_journal(path):
        return _imported(path, registry, fields or {})
    replay = open_journal(path, registry, fields).replay()
    return replay.seek(number) if isinstance(number, int) else replay.finish()


def _imported(path: str, registry: Registry, fields: dict[str, Any]) -> Model:
    """The model as a conversion begins with it; with unknown extents where a conversion would have to be told them."""
    from ..convert import import_model, register_ops
    from ..options import Options

    register_ops(registry)
    try:
        return import_model(Options(**fields), Path(path), registry)
    except PytocoError:
        with suppress(PytocoError):
            return import_model(Options(**{**fields, "keep_dynamic_shapes": True}), Path(path), registry)
        raise


def range_of(text: str, last: int) -> range:
    """Frames that `120..140`, `120..`, `..140`, `120`, `end` or the empty text (all) stand for, from 0 to `last`.

    Raises UsageError for anything else, and for frames that there are not.
    """
    found = re.fullmatch(r"(\d*)(\.\.)?(\d*)", str(last) if text.strip() == END else text.strip())
    if found is None:
        raise UsageError(f"{text!r} is no range of frames", hint="write 120..140, 120.., ..140, 120 or end")
    first = int(found[1] or 0)
    until = int(found[3]) if found[3] else first if found[1] and not found[2] else last
    if first > until or until > last:
        raise UsageError(f"there are no frames {text}", hint=f"there are 0 (as imported) to {last}")
    return range(first, until + 1)
