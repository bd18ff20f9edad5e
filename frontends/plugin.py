"""The built-in frontends as a plugin; each is imported when a model of its format is read."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from ..compiler.plugins import Frontend, hookimpl

pytoco_api = 1


def sniff_graphdef(path: Path, head: bytes) -> bool | str:
    """True for a GraphDef, binary or text; otherwise what the file looks like and what to do with it."""
    from .graphdef.sniffing import GRAPHDEF, GRAPHDEF_TEXT, sniff

    found = sniff(head or path)
    if found.kind in (GRAPHDEF, GRAPHDEF_TEXT):
        return True
    return f"it is {found.looks_like}" + (f": {found.hint}" if found.hint else "")


def sniff_tflite(path: Path, head: bytes) -> bool:
    """Whether the file has the identifier of TFLite's flatbuffers."""
    return head[4:8] == b"TFL3"


@hookimpl
def register_frontends() -> Iterator[Frontend]:
    """The frontends of this folder."""
    yield Frontend(
        "graphdef",
        "frozen TensorFlow GraphDef, binary or text",
        formats=("TENSORFLOW_GRAPHDEF",),
        sniff=sniff_graphdef,
        load=f"{__package__}.graphdef:load",
        inspect=f"{__package__}.graphdef.inspection:inspect",
        family="tensorflow",
        from_session=f"{__package__}.graphdef.session:read_session",
    )
    yield Frontend(
        "saved-model",
        "SavedModel folder of TensorFlow 1 or 2, and live Keras models and functions",
        formats=("TENSORFLOW_SAVED_MODEL",),
        sniff=f"{__package__}.saved_model.sniffing:sniff",
        load=f"{__package__}.saved_model.loader:load",
        inspect=f"{__package__}.saved_model.inspection:inspect",
        family="tensorflow",
        boundary=f"{__package__}.saved_model.loader:boundary",
        from_objects=f"{__package__}.saved_model.live:read_objects",
    )
    yield Frontend(
        "keras-file",
        "Keras model file; only told what to do with it",
        formats=("KERAS",),
        sniff=f"{__package__}.saved_model.keras_file:is_keras",
        load=f"{__package__}.saved_model.keras_file:refuse",
        inspect=f"{__package__}.saved_model.keras_file:refuse",
    )
    yield Frontend(
        "tflite",
        "TensorFlow Lite model",
        formats=("TFLITE",),
        sniff=sniff_tflite,
        load=f"{__package__}.tflite:load",
    )
