"""Attributes of pytoco's own operator kinds, by name."""

from __future__ import annotations

from typing import Any

from pytoco.compiler import op_definition


def attrs_of(kind: str, **fields: Any) -> Any:
    """Attributes of an operator of a built-in kind."""
    return op_definition(kind).Attrs(**fields)
