"""The drawings that `--dump_graphviz_dir` and `--dump_graphviz_video` ask for, written while a conversion runs."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ...compiler.constants import FileFormat
from ...compiler.debug.arena import plan_arena
from ...compiler.debug.frames import frame_name, frame_title
from ...compiler.errors import FileError
from ...compiler.files import atomic_write
from ...compiler.ir.subgraphs import live_graphs
from ...compiler.paths import check_dump_folder
from ...compiler.plugins import Observer
from .dot import Drawing, bounds_of

if TYPE_CHECKING:
    from ...compiler.ir import Model, Op
    from ...compiler.options import Options

_OWN_FILE = re.compile(r"toco_(AT_IMPORT|AFTER_TRANSFORMATIONS|AFTER_ALLOCATION|video_\d{5,})\.dot")


class GraphvizDump(Observer):
    """Writes drawings into the folder `options.dump_graphviz_dir`.

    - `toco_AT_IMPORT.dot`: what the frontend made; it stays when the conversion fails later.
    - `toco_AFTER_TRANSFORMATIONS.dot`: what the backend gets.
    - `toco_AFTER_ALLOCATION.dot`: the same with the place of each activation in a runtime's memory, for TFLite output.
    - with `dump_graphviz_video`, `toco_video_00000.dot` as imported, then one file for each rewrite, by its number.

    Drawings of an earlier conversion in that folder are removed first, so that all that lie there belong together.
    Raises FileError when there is no such folder or it cannot be written, from the constructor on; UsageError when the
    imported graph lacks `graphviz_first_array` or `graphviz_last_array`. When a rewrite takes one of them away, the
    drawings from there on show everything.
    """

    def __init__(self, options: Options) -> None:
        assert options.dump_graphviz_dir is not None
        check_dump_folder(options.dump_graphviz_dir)
        self._folder = Path(options.dump_graphviz_dir)
        self._options = options
        self._drawing: Drawing | None = None

    def on_import(self, model: Model) -> None:
        """Draw the model as it was imported, and follow its changes from here on."""
        self._remove_earlier()
        self._drawing = drawing = Drawing(model, bounds_of(self._options.given(), model))
        model.listeners.append(drawing.update)
        self._write("toco_AT_IMPORT", "AT IMPORT")
        if self._options.dump_graphviz_video:
            self._write(frame_name(0), frame_title(0))

    def after_rewrite(self, model: Model, pass_name: str, op: Op | None, number: int, events: list[Any]) -> None:
        """Draw one frame of the video."""
        if self._options.dump_graphviz_video:
            self._write(frame_name(number), frame_title(number, pass_name, "" if op is None else op.name))

    def on_finish(self, model: Model) -> None:
        """Draw the model as the backend gets it."""
        self._write("toco_AFTER_TRANSFORMATIONS", "AFTER TRANSFORMATIONS")
        if self._drawing is not None and self._options.output_format is FileFormat.TFLITE:
            plans = [plan_arena(graph) for graph in live_graphs(model).values()]
            lines = {a: f"Transient Alloc: [{s}, {e})" for plan in plans for a, (s, e) in plan.places.items()}
            self._drawing.annotate(lines)
            self._write("toco_AFTER_ALLOCATION", f"AFTER ALLOCATION: {sum(p.size for p in plans):,} transient bytes")

    def _write(self, stem: str, title: str) -> None:
        if self._drawing is not None:
            atomic_write(self._folder / f"{stem}.dot", (self._drawing.render(title),))

    def _remove_earlier(self) -> None:
        try:
            for name in sorted(os.listdir(self._folder)):
                if _OWN_FILE.fullmatch(name):
                    (self._folder / name).unlink()
        except OSError as error:
            raise FileError(f"cannot remove an earlier drawing: {error.strerror}: {error.filename}") from error
