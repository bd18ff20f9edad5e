"""The TFLite backend: operator tables, the streaming writer, and the reader that checks what was written.

Who brings operators of their own finds here what says how TFLite has them: `Exporter`. Who writes TFLite models in a
form of their own finds the `TfliteTarget`, for passes to ask, and `write`. All load on first use.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .exporters import Exporter
    from .target import TfliteTarget
    from .writer import write

__all__ = ["Exporter", "TfliteTarget", "write"]

_MODULES = {
    "Exporter": "exporters",
    "TfliteTarget": "target",
    "write": "writer",
}


def __getattr__(name: str) -> object:
    """The public name `name`, imported on first use; AttributeError for any other."""
    module = _MODULES.get(name)
    if module is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    value: object = getattr(import_module(f".{module}", __name__), name)
    globals()[name] = value
    return value
