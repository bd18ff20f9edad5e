"""What drawings and reports say about an operator: kind, the lines of its `OpDef.label`, and its colour.

Whatever an operator class of a plugin answers, there is a drawing: a label that fails, or is none, is replaced by the
one that every operator has, and a colour that is none by the usual one.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from ..errors import PytocoError
from ..ir.opaque import OpaqueAttrs
from . import get
from .base import OpDef

if TYPE_CHECKING:
    from ..ir.items import Op

MOST_LINES = 8
"""Lines shown of one label."""

LONGEST_LINE = 60
"""Characters shown of one line."""

_COLOUR = re.compile(r"#[0-9A-Fa-f]{6}")


def kind_text(op: Op) -> str:
    """The operator's kind; of one that no importer knows, what the source model calls it."""
    return op.attrs.source_kind if isinstance(op.attrs, OpaqueAttrs) else op.kind


def label_lines(op: Op) -> list[str]:
    """What there is to say about an operator beside its kind and its name, one fact a line; often nothing."""
    return label_of(op.kind, op.attrs)


def label_of(kind: str, attrs: Any) -> list[str]:
    """As `label_lines`, for a kind that need not be known any more."""
    definition = definition_of(kind)
    try:
        return _checked(definition.label, attrs)
    except Exception:  # noqa: BLE001 - a plugin's code; the drawing is worth more than this label
        return _checked(OpDef.label, attrs)


def definition_of(kind: str) -> type[OpDef]:
    """The class of a kind, `OpDef` itself for one that nobody knows: a journal may be read without its plugins."""
    try:
        return get(kind)
    except PytocoError:
        return OpDef


def colour_of(op: Op) -> str:
    """The colour of an operator's box as `#RRGGBB`; "" for the usual one."""
    colour: object = definition_of(op.kind).colour
    return colour if isinstance(colour, str) and _COLOUR.fullmatch(colour) else ""


def _checked(label: Callable[[Any], Any], attrs: Any) -> list[str]:
    found = label(attrs)
    if not isinstance(found, list | tuple):
        raise TypeError(f"a label is a list of lines, not {found!r}")
    lines = [line for line in found[:MOST_LINES] if line]
    if not all(isinstance(line, str) for line in lines):
        raise TypeError(f"the lines of a label are texts, not {found!r}")
    return [line if len(line) <= LONGEST_LINE else f"{line[: LONGEST_LINE - 1]}…" for line in lines]
