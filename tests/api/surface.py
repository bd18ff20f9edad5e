"""Every name that plugins may rely on, with its signature, one a line: `python -m tests.api.surface` writes the list.

A line that goes or changes breaks plugins: docs/plugins/stability.md says what that takes. New lines are welcome.
"""

from __future__ import annotations

import inspect
import re
import sys
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

MODULES = ("pytoco", "pytoco.compiler", "pytoco.testing", "pytoco.backends.tflite", "pytoco.frontends.graphdef")
RECORDED = Path(__file__).with_name("surface.txt")


def lines() -> Iterator[str]:
    """The public surface, sorted within each module."""
    for name in MODULES:
        module = import_module(name)
        for member in sorted(module.__all__):
            yield from described(f"{name}.{member}", getattr(module, member))
    from pytoco.compiler.plugins import hookspecs

    for member, item in sorted(vars(hookspecs).items()):
        if hasattr(item, "pytoco_spec"):
            yield from described(f"hook {member}", item)


def described(name: str, item: Any) -> Iterator[str]:
    """One line for a function or a value; for a class one for itself and one for each public member."""
    if inspect.isclass(item):
        yield f"class {name}{_signature(item)}"
        for member, value in sorted(_members(item).items()):
            yield from _member(f"{name}.{member}", value)
    elif inspect.ismodule(item):
        yield f"module {name}"
    elif callable(item):
        yield f"{name}{_signature(item)}"
    else:
        yield f"{name}: {type(item).__name__}"


def _members(cls: type) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for base in reversed(cls.__mro__):
        if base.__module__.startswith("pytoco"):
            found.update(dict.fromkeys(inspect.get_annotations(base), None))
            found.update(vars(base))
    return {name: value for name, value in found.items() if not name.startswith("_")}


def _member(name: str, value: Any) -> Iterator[str]:
    function = getattr(value, "__func__", value)
    if isinstance(value, property) or not callable(function):
        yield name
    else:
        yield f"{name}{_signature(function)}"


def _signature(item: Any) -> str:
    names = getattr(item, "_fields", ())
    if names:  # a named tuple, whose annotations read differently from one Python to the next
        defaults: dict[str, Any] = item._field_defaults
        return f"({', '.join(f'{name} = ...' if name in defaults else name for name in names)})"
    try:
        text = str(inspect.signature(item))
    except (TypeError, ValueError):
        return ""
    return re.sub(r"= \(?<.*?>,?\)?(?=[,)])", "= ...", text).replace("'", "")


def main() -> int:
    """Write the list."""
    RECORDED.write_text("".join(f"{line}\n" for line in lines()), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
