"""The MODEL_EXPLORER output format: a graph collection, `{"label": .., "graphs": [..]}`, with one graph a stage.

It takes every model, unsupported operators and unknown shapes included.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from ...compiler.files import atomic_write
from ...compiler.ops.labels import kind_text
from ...compiler.plugins import WriteReport
from .stages import KEY, Frame, frames_of

if TYPE_CHECKING:
    from ...compiler.ir import Model
    from ...compiler.plugins.descriptors import Given

TITLE = "pytoco"


def write(model: Model, destination: Path | None, given: Given) -> WriteReport:
    """Write the stages that were kept, or else `model` as it is, to `destination` or into the report's `data`.

    Raises FileError when the file cannot be written.
    """
    frames = model.metadata.pop(KEY, None) or list(frames_of(model, "model", {}, {}))
    source = given.get("graph_def_file") or given.get("saved_model_dir") or TITLE
    operators = Counter(sorted(kind_text(op) for graph in model.graphs.values() for op in graph.ops()))
    chunks = _chunks(Path(source).name, frames)
    if destination is None:
        return WriteReport(data=b"".join(chunks), operators=operators)
    return WriteReport(path=destination, size=atomic_write(destination, chunks), operators=operators)


def _chunks(label: str, frames: Iterable[Frame]) -> Iterator[bytes]:
    yield f'{{"label": {json.dumps(label)}, "graphs": [\n'.encode()
    for number, frame in enumerate(frames):
        if number:
            yield b",\n"
        yield from frame.chunks()
    yield b"\n]}\n"
