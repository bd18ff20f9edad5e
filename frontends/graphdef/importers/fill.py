"""Operators that make a tensor out of a shape or a range."""

from __future__ import annotations

from .base import rows

TABLE = rows(("Fill", "Range", "ZerosLike"))
