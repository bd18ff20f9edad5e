"""An ONNX backend for pytoco: installed beside it, `pytoco convert MODEL -o model.onnx` writes ONNX.

`Refusal` and `Nodes` are what exporters of other packages need: an operator definition that has an `exporters` table
with the key "onnx" names a function `export(op, nodes)` there.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .nodes import Nodes
    from .refusal import Refusal

__all__ = ["Nodes", "Refusal"]


def __getattr__(name: str) -> object:
    """Load the public name `name`; AttributeError for any other."""
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(f".{name.lower()}", __name__), name)
