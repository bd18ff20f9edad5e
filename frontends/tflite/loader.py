"""The TFLite frontend's driver: file in, model out."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from struct import error
from typing import Any

from ...compiler.errors import InvalidModelError
from ...compiler.ir.model import Model
from ..graphdef.mapping import mapped
from .model import ModelReader
from .select import Wanted


def load(source: Path | str | bytes | memoryview, options: Mapping[str, Any] | None = None) -> Model:
    """The model in a TFLite file: a path, or the file's content.

    Subgraph 0 becomes the graph `main`; unknown extents of `shape_signature` are symbols. Options: `input_arrays` and
    `output_arrays` name other tensors of `main` as its boundary, and only what the outputs need comes in;
    `input_shapes` gives inputs other extents, from which the shapes behind them are inferred anew;
    `allow_nonexistent_arrays` passes over names that are not there. Raises FileError, InvalidModelError, UsageError or
    UnsupportedError, never anything else, for whatever the file holds.
    """
    if isinstance(source, str | os.PathLike):
        path = Path(source)
        data = mapped(path)
        files = [(str(path.absolute()), data)]
    else:
        data, files = memoryview(source).cast("B"), []
    try:
        model = ModelReader(data, Wanted.of(options or {})).model
    except error as e:
        raise InvalidModelError(f"the file ends within a table ({e})") from None
    model.files = files
    return model
