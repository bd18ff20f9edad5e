"""Running totals."""

from __future__ import annotations

from .base import flag, narrowed, row

TABLE = {"Cumsum": narrowed(row("Cumsum", exclusive=flag("exclusive"), reverse=flag("reverse")), 1)}
