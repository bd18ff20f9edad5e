"""Writes a model as a TFLite file: a small header built in memory, then the constants streamed behind it.

Two layouts come from the same code. In the *classic* one, which every TFLite runtime reads, the header is an ordinary
flatbuffer whose buffer tables refer to the byte vectors behind it; those offsets have 31 bits, so beyond about 1.9 GB
the *outside* layout is used, where a buffer table names offset and size in the file (runtimes from 2.14 on).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from struct import pack_into
from typing import TYPE_CHECKING, Any

from ...compiler.errors import UnsupportedError, UsageError
from ...compiler.plugins.descriptors import WriteReport
from .constants import pieces, size_of
from .exporters import Exporters
from .header import Header
from .lowering import Lowering
from .sources import SOURCE_NODES, source_nodes
from .versions import min_runtime

if TYPE_CHECKING:
    from ...compiler.ir import Model

CLASSIC_LIMIT = 1_900_000_000
"""Bytes of a file up to which constants lie inside the flatbuffer; its offsets end at 2^31 - 1."""

ALIGNMENT = 16
TAIL = bytes(16)
"""Zero bytes after the last constant: XNNPACK's kernels read a little past the end of weights."""

LAYOUTS = ("auto", "classic", "outside")


class Planned:
    """A file decided upon but not written: `header` is final, each content comes with its padding before it."""

    __slots__ = ("contents", "header", "layout", "notes", "operators", "runtime", "size")

    def __init__(self, model: Model, options: Mapping[str, Any]) -> None:
        layout = options.get("tflite_layout", "auto")
        if layout not in LAYOUTS:
            raise UsageError(f"unknown TFLite layout {layout!r}", hint=f"one of {', '.join(LAYOUTS)}")
        exporters = Exporters(options.get("exporters"))
        sets = options.get("target_ops", ())
        lowering = Lowering(exporters, bool(options.get("allow_custom_ops")), "SELECT_TF_OPS" in sets)
        header = Header(model, lowering)
        self.notes = list(_notes(lowering))
        self.contents = header.pool.contents
        self.operators = header.operator_counts()
        self.runtime = min_runtime(header.codes())
        if self.runtime:
            header.add_metadata("min_runtime_version", self.runtime.encode().ljust(16, b"\0"))
        if options.get("source_metadata") and SOURCE_NODES not in model.metadata:
            header.add_metadata(SOURCE_NODES, source_nodes(model))
        payload = sum(size_of(c) + ALIGNMENT + 4 for c in self.contents)
        outside = layout == "outside" or (layout == "auto" and payload + header.estimate() > CLASSIC_LIMIT)
        self.header = header.finish(outside)
        position = len(self.header)
        for content, slot in zip(self.contents, header.slots, strict=True):
            size = size_of(content)
            if not size:
                continue
            if outside:
                position += -position % ALIGNMENT
                pack_into("<QQ", self.header, slot, position, size)
            else:
                position += -(position + 4) % ALIGNMENT
                pack_into("<I", self.header, slot, position - slot)
                position += 4
            position += size
        self.layout = "outside" if outside else "classic"
        if outside:
            self.notes.append("the constants lie outside the flatbuffer, which runtimes before 2.14 cannot read")
        if not outside and position > 0x7FFFFFFF:
            raise UnsupportedError(f"{position:,} bytes do not fit the classic layout", hint="use the layout 'outside'")
        tail = len(TAIL) if self.contents else 0
        self.size = position + tail + (-(position + tail) % ALIGNMENT if outside else 0)

    def chunks(self) -> Iterator[Any]:
        """The file's bytes in order, in pieces of at most about a megabyte."""
        yield self.header
        position = len(self.header)
        lead = 0 if self.layout == "outside" else 4
        for content in self.contents:
            size = size_of(content)
            if not size:
                continue
            padding = -(position + lead) % ALIGNMENT
            yield bytes(padding) + (size.to_bytes(4, "little") if lead else b"")
            yield from pieces(content)
            position += padding + lead + size
        yield bytes(self.size - position)


def write(model: Model, destination: Path | None, options: Mapping[str, Any]) -> WriteReport:
    """Write `model` to the file `destination`, or return its bytes in the report when that is None.

    Options: `allow_custom_ops`; `target_ops`, names of operator sets, of which SELECT_TF_OPS allows Flex operators;
    `source_metadata` to name the source nodes of operators in the file; `tflite_layout` "auto", "classic" or "outside";
    `exporters`, a mapping of kinds to `Exporter` that go before the built-in ones. The result is read again and
    verified before it counts; on any failure the destination is as it was. Raises UnsupportedError naming everything
    that TFLite cannot express, and FileError.
    """
    planned = Planned(model, options)
    data = None
    if destination is None:
        data = _in_memory(planned)
    else:
        from .files import write_file

        write_file(Path(destination), planned.chunks(), planned.size)
    return WriteReport(
        data=data,
        path=destination,
        size=planned.size,
        operators=planned.operators,
        min_runtime=planned.runtime,
        notes=planned.notes,
    )


def _notes(lowering: Lowering) -> Iterator[str]:
    if lowering.flex:
        yield f"TensorFlow's kernels run {_listed(lowering.flex)}: an interpreter needs the Flex delegate"
    if lowering.custom:
        yield f"the model has custom operators, {_listed(lowering.custom)}: an interpreter needs kernels for them"


def _listed(counts: Mapping[str, int]) -> str:
    return ", ".join(f"{name} x{count}" for name, count in sorted(counts.items()))


def _in_memory(planned: Planned) -> bytes:
    from io import BytesIO

    from .verify import verify_bytes

    stream = BytesIO(bytes(planned.size))  # its final size at once, so that it never grows by copying
    for chunk in planned.chunks():
        stream.write(chunk)
    data = stream.getvalue()
    verify_bytes(data)
    return data
