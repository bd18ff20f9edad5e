"""Records a conversion that is taken back to an earlier stage and goes on from there."""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from ..journal import Journal
from ..journal.recorder import Recorder

if TYPE_CHECKING:
    from ...ir import Array, Graph
    from ...options import Options


class RecorderMark(NamedTuple):
    """How far the record has come: numbers of lines and derived constants, the encoder's state, size of a keyframe."""

    lines: int
    derived: int
    encoder: tuple[int, ...]
    renumbered: dict[Graph, int]
    frame_size: int
    since: int
    seconds: float


class WatchRecorder(Recorder):
    """Keeps the lines of the journal in memory until `save` writes them to `options.journal`.

    What is saved is what a conversion that was never taken back would have recorded, but for the times.
    """

    def __init__(self, options: Options) -> None:
        self.lines: list[bytes] = []
        self._derived: list[Array] = []
        super().__init__(options, options.graph_def_file or options.saved_model_dir, self.lines.append)

    def mark(self) -> RecorderMark:
        """The present moment, for `rewind`."""
        assert self._encoder is not None
        return RecorderMark(
            len(self.lines), len(self._derived), self._encoder.mark(), dict(self._renumbered), self._frame_size,
            self._since, time.perf_counter() - self._started,
        )  # fmt: skip

    def rewind(self, mark: RecorderMark) -> None:
        """Forget what was recorded since."""
        assert self._encoder is not None
        del self.lines[mark.lines :], self._derived[mark.derived :]
        self._encoder.rewind(mark.encoder)
        self._renumbered = dict(mark.renumbered)
        self._frame_size, self._since = mark.frame_size, mark.since
        self._started = time.perf_counter() - mark.seconds
        self._ended = False

    @property
    def journal(self) -> Journal:
        """What is recorded now, as a journal of its own."""
        return Journal(list(self.lines))

    def save(self) -> None:
        """Write the journal, and the values of its constants, where the options ask for that; raises FileError."""
        options = self._options
        if options.journal is None:
            return
        if options.journal_values and self._encoder is not None:
            self._save_values(Path(f"{options.journal}.values"))
        self.journal.save(options.journal)

    def _save_values(self, path: Path) -> None:
        from ..journal.blobs import Blobs

        blobs = Blobs(path)
        for array in self._derived:
            blobs.add(array)
        blobs.close()

    def _keep(self, derived: list[Array]) -> None:
        self._derived += derived
        derived.clear()
