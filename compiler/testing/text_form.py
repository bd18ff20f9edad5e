"""Graphs from their text form, with the operators of every plugin that is installed."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING

from ..ir.text import parse
from ..ops import UnknownKindError

if TYPE_CHECKING:
    from ..ir import Model


def parsed(text: str) -> Model:
    """The model in a text form, whatever it is indented by. Raises InvalidModelError, and what `parse` raises."""
    text = textwrap.dedent(text)
    try:
        return parse(text)
    except UnknownKindError:
        from ..convert import register_ops
        from ..plugins.registry import open_registry

        register_ops(open_registry())  # an operator of a plugin, as it seems
        return parse(text)
