"""The plugin surface: what a plugin module imports, as in `from pytoco.compiler.plugins import PassRef, hookimpl`."""

from __future__ import annotations

from .descriptors import Backend, Command, Frontend, Observer, OpRef, PassRef, WriteReport
from .hookmarks import hookimpl
from .target import Target

__all__ = [
    "Backend",
    "Command",
    "Frontend",
    "Observer",
    "OpRef",
    "PassRef",
    "Target",
    "WriteReport",
    "hookimpl",
]
