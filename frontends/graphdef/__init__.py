"""Reads frozen TensorFlow graphs (GraphDef, binary or text) into the IR, without TensorFlow.

`load(source, options)` is the whole way; `guess_inputs_outputs` and `sniff` help to find out what one has. The steps,
one module each: `sniffing`, `scan` (on `wire`), `functions`, `select`, `build` with `tensors`, `opaque` and the tables
in `importers`; `loader` is the driver.

Who imports further operators finds here what an importer is made of: `row` with the readers `integer`, `real`, `flag`,
`text` and `element_type`, or a function of a `Builder`, a `Node` and the node's inputs, which may raise `Unsupported`.
Every public name loads on first use.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .importers.base import Builder, Unsupported, element_type, flag, integer, real, row, text
    from .loader import guess_inputs_outputs, load
    from .nodes import Node
    from .options import ImportOptions
    from .sniffing import FileKind, sniff

__all__ = [
    "Builder",
    "FileKind",
    "ImportOptions",
    "Node",
    "Unsupported",
    "element_type",
    "flag",
    "guess_inputs_outputs",
    "integer",
    "load",
    "real",
    "row",
    "sniff",
    "text",
]

_MODULES = {
    **dict.fromkeys(
        ("Builder", "Unsupported", "element_type", "flag", "integer", "real", "row", "text"), "importers.base"
    ),
    **dict.fromkeys(("guess_inputs_outputs", "load"), "loader"),
    "Node": "nodes",
    "ImportOptions": "options",
    **dict.fromkeys(("FileKind", "sniff"), "sniffing"),
}


def __getattr__(name: str) -> Any:
    """The public name `name`, imported on first use; AttributeError for any other."""
    if name not in _MODULES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    value = getattr(import_module(f".{_MODULES[name]}", __name__), name)
    globals()[name] = value
    return value
