"""Padding."""

from __future__ import annotations

from .base import row, rows, text

TABLE = {**rows(("Pad", "PadV2")), "MirrorPad": row("MirrorPad", mode=text("mode", "REFLECT"))}
