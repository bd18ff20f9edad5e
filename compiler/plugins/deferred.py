"""References that are imported on first use: `"module:attribute"` strings standing for functions and classes.

A descriptor that names its code this way costs nothing until somebody runs it, which is what keeps start-up short.
"""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from typing import Any, Generic, ParamSpec, TypeVar

from ..errors import PluginError

P = ParamSpec("P")
R = TypeVar("R")


def load_attribute(reference: str) -> Any:
    """Import what `"package.module:attribute"` names (the syntax of an entry point's object reference).

    Raises `PluginError` when the text has another form, the import fails or the attribute is missing.
    """
    module_name, colon, attribute = reference.partition(":")
    if not colon or not module_name or not attribute:
        raise PluginError(f"{reference!r} is not of the form 'package.module:attribute'")
    try:
        found: Any = import_module(module_name)
        for part in attribute.split("."):
            found = getattr(found, part)
    except Exception as error:
        raise PluginError(
            f"cannot load {reference!r}: {type(error).__name__}: {error}",
            hint="check the spelling and that the package is installed",
        ) from error
    return found


class Deferred(Generic[P, R]):
    """A callable known by reference; the first call imports it."""

    __slots__ = ("_found", "reference")

    def __init__(self, reference: str) -> None:
        self.reference = reference
        self._found: Callable[P, R] | None = None

    def __call__(self, *args: P.args, **kwargs: P.kwargs) -> R:
        """Call what the reference names; raises `PluginError` when it cannot be imported."""
        return self.resolved()(*args, **kwargs)

    def resolved(self) -> Callable[P, R]:
        """What the reference names; raises `PluginError` when it cannot be imported."""
        if self._found is None:
            self._found = load_attribute(self.reference)
        return self._found

    def __repr__(self) -> str:
        return f"Deferred({self.reference!r})"


def deferred(function: Callable[P, R] | str) -> Callable[P, R]:
    """`function` itself, or a callable that imports the `"module:attribute"` it names when first called.

    Raises `TypeError` for anything that is neither.
    """
    if isinstance(function, str):
        if function.count(":") != 1:
            raise TypeError(f"{function!r} is not of the form 'package.module:attribute'")
        found: Deferred[P, R] = Deferred(function)
        return found
    if not callable(function):  # a plugin's author may not use a type checker
        raise TypeError(f"expected a callable or 'package.module:attribute', got {function!r}")
    return function
