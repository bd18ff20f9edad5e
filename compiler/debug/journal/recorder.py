"""Writes the journal: an observer that makes every rewrite a line at once, so that a crash loses none before it."""

from __future__ import annotations

import time
import zlib
from collections.abc import Callable, Sequence
from json.encoder import encode_basestring_ascii as quoted
from pathlib import Path
from threading import Thread
from typing import TYPE_CHECKING, Any

from ...errors import FileError
from ...files import atomic_write
from ...plugins.descriptors import Observer
from .encoding import Encoder, encode, plain

if TYPE_CHECKING:
    from io import BufferedRandom

    from ...ir import Array, Graph, Model, Op
    from ...ir.events import Event
    from ...options import Options
    from ...plugins.descriptors import WriteReport
    from .blobs import Blobs

VERSION = 1
"""Of the format; a reader takes this and every older one."""

_PLAIN = (int, float, str)
"""Types of options that are told as they are; of other options of plugins nothing is told, of pytoco's own the text."""


class Recorder(Observer):
    """Records one conversion, line by line, into `write`; each line ends in a newline.

    A keyframe, the whole model, is written again whenever the rewrites since the last one have taken twice its size, so
    that it costs a bounded part of the file and any moment is near one.
    """

    def __init__(self, options: Options, source: Any, write: Callable[[bytes], object]) -> None:
        self._options = options
        self._source = source
        self._write = write
        self._started = time.perf_counter()
        self._encoder: Encoder | None = None
        self._renumbered: dict[Graph, int] = {}
        self._frame_size = 0
        self._since = 0
        self._ended = False

    def _line(self, fact: dict[str, Any]) -> int:
        return self._text(encode(fact))

    def _text(self, line: str) -> int:
        data = f"{line}\n".encode()
        self._write(data)
        return len(data)

    def _time(self) -> int:
        return round((time.perf_counter() - self._started) * 1e6)

    def _header(self, model: Model | None = None) -> None:
        from importlib.metadata import version

        options = self._options
        told = {k: v for k, v in options.said().items() if k not in options.extra or isinstance(v, _PLAIN)}
        given = {k: v if isinstance(v, _PLAIN) else str(v) for k, v in told.items()}
        source = str(self._source) if isinstance(self._source, Path | str) else None
        if source is None and model is not None and model.files:
            source = model.files[0][0]
        self._line({"pytoco_journal": VERSION, "version": version("pytoco"), "source": source, "options": given})

    def on_import(self, model: Model) -> None:
        """Write what the frontend made."""
        self._header(model)
        self._encoder = Encoder(model, model.files)
        self._line({"files": [{"path": path, "size": len(data)} for path, data in model.files]})
        model.hearers.append(self._heard)
        self._renumbered = {g: g.renumbered for g in model.graphs.values()}
        self._frame(0)
        self._keep(self._encoder.derived)

    def _keep(self, derived: list[Array]) -> None:
        """Do what is to be done about the values of constants that have been recorded by fingerprint."""
        derived.clear()

    def _heard(self, fact: dict[str, Any]) -> None:
        self._line({"note": plain_fact(fact)})

    def _frame(self, number: int) -> None:
        assert self._encoder is not None
        model = self._encoder.model
        self._encoder.new_graphs()
        signatures = encode(plain(model.signatures))
        graphs = self._encoder.frame()
        self._frame_size = self._text(f'{{"frame":{number},"graphs":{graphs},"signatures":{signatures}}}')
        self._since = 0

    def _before_line(self) -> None:
        """What happened to the model without an event: new graphs, renewed ranks."""
        assert self._encoder is not None
        model = self._encoder.model
        if len(model.graphs) != len(self._renumbered):
            added = self._encoder.new_graphs()
            if added:
                self._line({"graphs": added})
            self._renumbered = {g: self._renumbered.get(g, 0) for g in model.graphs.values()}
        changed = []
        for graph, count in self._renumbered.items():
            if graph.renumbered != count:
                self._renumbered[graph] = graph.renumbered
                changed.append(self._encoder.graph(graph))
        if changed:
            self._line({"renumber": changed})

    def on_stage(self, stage: str, passes: Sequence[Any]) -> None:
        """Write that a stage begins."""
        self._before_line()
        self._line({"stage": stage, "passes": [p.name for p in passes], "t": self._time()})

    def after_rewrite(self, model: Model, pass_name: str, op: Op | None, number: int, events: list[Event]) -> None:
        """Write one rewrite."""
        encoder = self._encoder
        if encoder is None:
            return
        self._before_line()
        root, where = (op.id, op.name) if op is not None else ("null", "")
        head = f'{{"n":{number},"pass":{quoted(pass_name)},"root":{root},"at":{quoted(where)},"t":'
        now = f"{self._time()}"  # is not counted: keyframes are to come at the same places every time
        self._since += self._text(f'{head}{now},"events":{encoder.events(events)}}}') - len(now)
        if encoder.derived:
            self._keep(encoder.derived)
        if self._since > 2 * self._frame_size:
            self._frame(number)

    def on_failure(self, rule: Any, op: Op | None, graph: Graph, error: Exception) -> None:
        """Write that a pass raised and was undone."""
        self._line({"failed": rule.name, "op": op and op.id, "error": str(error) or type(error).__name__})

    def on_remark(self, pass_name: str, op: Op | None, text: str) -> None:
        """Write what a pass has to say."""
        self._line({"remark": text, "pass": pass_name, "op": op and op.id})

    def on_finish(self, model: Model) -> None:
        """Write ranks that the last stage has renewed."""
        self._before_line()

    def on_export(self, model: Model, report: WriteReport) -> None:
        """Write what the backend made, and the end."""
        path = None if report.path is None else str(report.path)
        self._line({"export": {"operators": report.operators, "bytes": report.size, "path": path}})
        self._end()

    def on_error(self, error: BaseException) -> None:
        """Write why there is no result, and the end."""
        if not self._ended:
            if self._encoder is None:
                self._header()
            self._line({"error": str(error) or type(error).__name__, "type": type(error).__name__})
            self._end()

    def _end(self) -> None:
        self._ended = True
        self._line({"end": self._time()})


class FileRecorder(Recorder):
    """Records into the file `options.journal`: plain lines while the conversion runs, compressed in the end.

    With `options.journal_values`, derived constants go into the file of the same name with `.values` behind it.
    Raises FileError when the file cannot be written.
    """

    def __init__(self, options: Options) -> None:
        assert options.journal is not None
        self._path = Path(options.journal)
        try:
            self._file: BufferedRandom = self._path.open("w+b", buffering=0)  # type: ignore[assignment]
        except OSError as error:
            raise FileError(f"cannot write the journal {self._path}: {error.strerror}") from error
        super().__init__(options, options.graph_def_file or options.saved_model_dir, self._file.write)
        self._blobs: Blobs | None = None
        self._packing: Thread | None = None
        self._packed = 0, b""

    def on_import(self, model: Model) -> None:
        """Open the file of values, too, where there is to be one."""
        if self._options.journal_values:
            from .blobs import Blobs

            self._blobs = Blobs(Path(f"{self._path}.values"))
        super().on_import(model)

    def _keep(self, derived: list[Array]) -> None:
        if self._blobs is not None:
            for array in derived:
                self._blobs.add(array)
        derived.clear()

    def on_finish(self, model: Model) -> None:
        """Begin to compress what there is, while the backend writes."""
        super().on_finish(model)
        self._file.seek(0)
        done = self._file.read()

        def pack() -> None:
            self._packed = len(done), compressed(done)

        self._packing = Thread(target=pack)
        self._packing.start()

    def _end(self) -> None:
        super()._end()
        if self._blobs is not None:
            self._blobs.close()
        size, packed = 0, b""
        if self._packing is not None:
            self._packing.join()
            size, packed = self._packed
        with self._file:
            self._file.seek(size)
            rest = self._file.read()
        atomic_write(self._path, (packed, compressed(rest)))


def compressed(lines: bytes) -> bytes:
    """The lines as a gzip file without a time or a name in it, so that equal lines give equal files."""
    made = zlib.compressobj(1, wbits=31)
    return made.compress(lines) + made.flush()


def plain_fact(fact: dict[str, Any]) -> dict[str, Any]:
    """A fact with values that JSON can hold."""
    return {key: plain_fact(value) if isinstance(value, dict) else plain(value) for key, value in fact.items()}
