"""Reads frozen TensorFlow graphs (GraphDef, binary or text) into the IR, without TensorFlow.

`load(source, options)` is the whole way; `guess_inputs_outputs` and `sniff` help to find out what one has. The steps,
one module each: `sniffing`, `scan` (on `wire`), `functions`, `select`, `build` with `tensors`, `opaque` and the tables
in `importers`; `loader` is the driver. Every public name loads on first use.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .loader import guess_inputs_outputs, load
    from .options import ImportOptions
    from .sniffing import FileKind, sniff

__all__ = ["FileKind", "ImportOptions", "guess_inputs_outputs", "load", "sniff"]

_MODULES = {
    "FileKind": "sniffing",
    "ImportOptions": "options",
    "guess_inputs_outputs": "loader",
    "load": "loader",
    "sniff": "sniffing",
}


def __getattr__(name: str) -> Any:
    """The public name `name`, imported on first use; AttributeError for any other."""
    if name not in _MODULES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    value = getattr(import_module(f".{_MODULES[name]}", __name__), name)
    globals()[name] = value
    return value
