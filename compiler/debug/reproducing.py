"""Writes a reproducer whenever a pass raises or a fault of pytoco's own ends a conversion, and says where it is."""

from __future__ import annotations

import os
from contextlib import suppress
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..errors import InternalError, NoFixedPoint, PassError
from ..plugins.descriptors import Observer
from ..recording import unrecorded

if TYPE_CHECKING:
    from ..ir import Graph, Model, Op
    from ..options import Options
    from .reproducer_text import Reproducer

VARIABLE = "PYTOCO_REPRODUCERS"
"""Names the folder for reproducers, or says `off`; without it they go into the system's temporary folder."""

FOLDER = "pytoco-reproducers"

MOST = 3
"""Reproducers written in one conversion, each for another pass."""


class Reproducing(Observer):
    """Costs nothing until something fails; never fails itself."""

    def __init__(self, options: Options) -> None:
        self._options = options
        self._model: Model | None = None
        self._passes: dict[str, Path | None] = {}

    def on_import(self, model: Model) -> None:
        """Keep the model for later."""
        self._model = model

    def mark(self) -> dict[str, Path | None]:
        """The present moment, for `rewind`."""
        return dict(self._passes)

    def rewind(self, mark: dict[str, Path | None]) -> None:
        """Be as at that moment: what has failed since may be written again."""
        self._passes = dict(mark)

    def on_failure(self, rule: Any, op: Op | None, graph: Graph, error: Exception) -> None:
        """Write what the pass raised at, and add the file to the error's notes."""
        if rule.name in self._passes or len(self._passes) >= MOST:
            return
        self._passes[rule.name] = None  # also when the following fails
        with suppress(Exception), unrecorded():
            from .reproducer import of_failure
            from .reproducer_text import setting_of

            path = save(of_failure(rule, op, graph, error, setting_of(self._options)))
            if path is not None:
                error.add_note(f"reproducer: {path}")

    def on_error(self, error: BaseException) -> None:
        """Write what never came to rest or could not be exported, and add the file to the error's hint."""
        if self._model is None or not isinstance(error, InternalError) or isinstance(error, PassError):
            return
        with suppress(Exception), unrecorded():
            from .reproducer import of_endless, of_export
            from .reproducer_text import setting_of

            setting = setting_of(self._options)
            if isinstance(error, NoFixedPoint):
                graphs = self._model.graphs.values()
                graph = next((g for g in graphs if g.find(error.op) is not None), self._model.main)
                made = of_endless(error, graph, setting)
            else:
                made = of_export(self._model, setting)
            path = save(made)
            if path is not None:
                error.hint = f"{error.hint}; reproducer: {path}" if error.hint else f"reproducer: {path}"


def save(made: Reproducer | None) -> Path | None:
    """Write a reproducer under a name that is not taken, once; None when there is nothing, or nowhere, to write."""
    chosen = os.environ.get(VARIABLE, "")
    if made is None or chosen.lower() in ("off", "0", "no"):
        return None
    import tempfile  # costs more than it should, and most conversions do not fail

    folder = Path(chosen or Path(tempfile.gettempdir()) / FOLDER)
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError:
        return None
    data = made.text.encode("utf-8", "backslashreplace")
    for number in count(1):
        path = folder / f"{made.name[:100]}_{number}.py"
        try:
            with path.open("xb") as file:
                file.write(data)
        except FileExistsError:
            if not path.is_file() or path.read_bytes() != data:
                continue
        except OSError:
            return None
        return path
    return None
