"""Keras model files, HDF5 and .keras: only Keras reads them, so they are recognised and refused with the way out."""

from __future__ import annotations

import shlex
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NoReturn

from ...compiler.errors import InvalidModelError, UnsupportedError
from ..graphdef.sniffing import sniff

_KINDS = ("hdf5", "keras")


def is_keras(path: Path, head: bytes) -> bool:
    """True for an HDF5 file or a zip archive as Keras writes it."""
    from ..graphdef.sniffing import sniff_head

    kind = sniff_head(head).kind if head else ""
    return kind in _KINDS or (kind == "zip" and path.suffix == ".keras")


def refuse(source: Any, options: Mapping[str, Any]) -> NoReturn:
    """Raise UnsupportedError with the line that exports a Keras file, InvalidModelError for what is none."""
    del options
    path = Path(source)
    kind = sniff(path)
    if kind.kind not in _KINDS and (kind.kind != "zip" or path.suffix != ".keras"):
        raise InvalidModelError(f"{str(path)!r} is no Keras file: it looks like {kind.looks_like}", hint=kind.hint)
    code = f"import tensorflow as tf; tf.keras.models.load_model({str(path)!r}).export('exported')"
    quoted = shlex.quote(code) if any(char in code for char in '"$`!\\') else f'"{code}"'
    raise UnsupportedError(
        f"{str(path)!r} is {kind.looks_like}, which only Keras can read",
        hint=f"export it where TensorFlow is, and convert the folder: python -c {quoted}; "
        "or hand the loaded model to TFLiteConverter.from_keras_model",
    )
