"""Puts the page together: one HTML file with style, scripts and the packed journal in it, and no reference outside."""

from __future__ import annotations

import base64
import html
import re
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING

from .packing import pack

if TYPE_CHECKING:
    from ..journal import Journal

MODULES = ("state", "printing", "lookup", "frame", "draw", "timeline", "panels", "whole", "app")
"""The modules in the order in which they need one another; `layout` is a script of its own, because the worker that
draws whole graphs needs its text."""

_IMPORT = re.compile(r"^import\b[^;]*;\n", re.MULTILINE)
_EXPORT = re.compile(r"^export (?=(?:async )?(?:function|class|const|let)\b)", re.MULTILINE)
_SLOT = re.compile(r"\{\{(\w+)\}\}")


def page(journal: Journal, *, title: str = "") -> bytes:
    """The HTML page (UTF-8) that plays a journal; the title is its model's name unless one is given.

    The same journal gives the same bytes. Raises UsageError where the journal has no model, InvalidModelError where it
    is damaged.
    """
    model = journal.header["source"]
    title = title or Path(model or "conversion").name
    packed = pack(journal, {"title": title, "model": model, "journal": journal.path and str(journal.path)})
    slots = {
        "title": html.escape(title),
        "style": asset("player.css"),
        "layout": script("layout"),
        "script": "\n".join(script(name) for name in MODULES),
        "journal": base64.b64encode(packed).decode("ascii"),
    }
    return _SLOT.sub(lambda slot: slots[slot[1]], asset("player.html")).encode()


def asset(name: str) -> str:
    """The text of a file of this folder."""
    return files(__package__).joinpath(name).read_text(encoding="utf-8")


def script(name: str) -> str:
    """A module as part of one script: without its imports, which come before it, and without the word `export`."""
    return _EXPORT.sub("", _IMPORT.sub("", asset(f"{name}.js")))
