"""What people debug conversions with: the journal of every rewrite, and the views of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .bisection import bisect
    from .blame_search import array_mapping, blame, fate
    from .compare_models import compare
    from .diff import diff_models
    from .frame_source import read_model
    from .frames import write_frames
    from .reproducer import of_rewrite as reproduce

__all__ = [
    "array_mapping",
    "bisect",
    "blame",
    "compare",
    "diff_models",
    "fate",
    "read_model",
    "reproduce",
    "write_frames",
]

_PLACES = {
    "array_mapping": ("blame_search", "array_mapping"),
    "bisect": ("bisection", "bisect"),
    "blame": ("blame_search", "blame"),
    "compare": ("compare_models", "compare"),
    "diff_models": ("diff", "diff_models"),
    "fate": ("blame_search", "fate"),
    "read_model": ("frame_source", "read_model"),
    "reproduce": ("reproducer", "of_rewrite"),
    "write_frames": ("frames", "write_frames"),
}


def __getattr__(name: str) -> object:
    """Load the public name `name`; AttributeError for any other."""
    if name not in _PLACES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    module, attribute = _PLACES[name]
    return getattr(import_module(f".{module}", __name__), attribute)
