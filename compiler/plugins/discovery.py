"""Finds installed plugins: the entry points of the group `pytoco`, without importing any of them."""

from __future__ import annotations

import os
import sys
from functools import cached_property, lru_cache
from importlib.metadata import EntryPoint, entry_points

GROUP = "pytoco"


class Offer:
    """An installed plugin: its name and `module[:object]` reference; distribution and version are read on demand."""

    def __init__(self, point: EntryPoint) -> None:
        self.name = point.name
        self.reference = point.value
        self._point = point

    @cached_property
    def distribution(self) -> str:
        """Name of the distribution that offers the plugin."""
        return self._point.dist.name if self._point.dist else ""

    @cached_property
    def version(self) -> str:
        """Version of that distribution."""
        return self._point.dist.version if self._point.dist else ""

    def load(self) -> object:
        """Import the plugin: a module, or an object in one. Raises whatever the import raises."""
        return self._point.load()

    def __repr__(self) -> str:
        return f"Offer({self.name!r}, {self.reference!r})"


def installed_offers() -> tuple[Offer, ...]:
    """Every entry point of the group, sorted by name and reference; scanned once for each state of `sys.path`."""
    return _scan(tuple((folder, _modified(folder)) for folder in sys.path))


@lru_cache(maxsize=2)
def _scan(_path_state: tuple[tuple[str, int], ...]) -> tuple[Offer, ...]:
    return tuple(sorted(map(Offer, entry_points(group=GROUP)), key=lambda offer: (offer.name, offer.reference)))


def _modified(folder: str) -> int:
    try:
        return os.stat(folder or ".").st_mtime_ns
    except OSError:
        return 0
