"""Where in the files that somebody is editing an error comes from."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from pathlib import Path
from traceback import walk_tb
from typing import TYPE_CHECKING, Any

from ...plugins import Observer

if TYPE_CHECKING:
    from ...ir import Graph, Op


def lines_of(error: BaseException | None) -> Iterator[tuple[str, int]]:
    """Files and line numbers of an error and of what caused it, the innermost last."""
    while error is not None:
        for frame, line in walk_tb(error.__traceback__):
            yield frame.f_code.co_filename, line
        if isinstance(error, SyntaxError) and error.filename is not None:
            yield error.filename, error.lineno or 0
        error = error.__cause__ or error.__context__


def place_of(error: BaseException | None, files: Collection[Path]) -> str:
    """The innermost line of these files that an error went through, as `name.py, line 7`; "" for none."""
    known = {str(path): path.name for path in files}
    found = ""
    for file, line in lines_of(error):
        if file in known:
            found = f"{known[file]}, line {line}"
    return found


class Faults(Observer):
    """Notes where passes raised, by the name of the pass, each once."""

    def __init__(self, files: Collection[Path]) -> None:
        self.places: dict[str, str] = {}
        self._files = files

    def mark(self) -> dict[str, str]:
        """The present moment, for `rewind`."""
        return dict(self.places)

    def rewind(self, mark: dict[str, str]) -> None:
        """Forget what was noted since."""
        self.places = dict(mark)

    def on_failure(self, rule: Any, op: Op | None, graph: Graph, error: Exception) -> None:
        """Note where it was."""
        place = place_of(error, self._files)
        if place:
            self.places.setdefault(rule.name, place)
