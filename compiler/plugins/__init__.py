"""The plugin surface: descriptors, targets and the mark of hooks. Everything loads on first use."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .descriptors import Backend, Command, Frontend, Observer, WriteReport
    from .hookmarks import hookimpl
    from .option import Option
    from .pipeline import Pipeline
    from .references import OpRef, PassRef
    from .target import Hybrid, Kernel, Target

__all__ = [
    "Backend",
    "Command",
    "Frontend",
    "Hybrid",
    "Kernel",
    "Observer",
    "OpRef",
    "Option",
    "PassRef",
    "Pipeline",
    "Target",
    "WriteReport",
    "hookimpl",
]

_MODULES = {
    **dict.fromkeys(("Hybrid", "Kernel", "Target"), "target"),
    **dict.fromkeys(("OpRef", "PassRef"), "references"),
    "Option": "option",
    "Pipeline": "pipeline",
    "hookimpl": "hookmarks",
}


def __getattr__(name: str) -> object:
    """Load the public name `name`; AttributeError for any other."""
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    value: object = getattr(import_module(f".{_MODULES.get(name, 'descriptors')}", __name__), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    """The public names."""
    return list(__all__)
