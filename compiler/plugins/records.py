"""What the registry knows about each plugin: where it came from, what it hooks into, and how it failed."""

from __future__ import annotations

from typing import NamedTuple


class PluginWarning(UserWarning):
    """A plugin was left out, or a setting has no effect."""


class PluginFailure(NamedTuple):
    """A plugin that was left out, and why."""

    plugin: str
    version: str
    distribution: str
    reason: str

    def __str__(self) -> str:
        return f"plugin {described(self.plugin, self.distribution, self.version)} is left out: {self.reason}"


class PluginInfo(NamedTuple):
    """One line of `pytoco plugins`. `status` is "active", "disabled" or "failed"; `source` a file, "" if not loaded."""

    name: str
    version: str
    distribution: str
    source: str
    hooks: tuple[str, ...]
    status: str
    reason: str


def described(plugin: str, distribution: str, version: str) -> str:
    """A plugin's name with its origin: `'soft' (of pytoco-soft 1.2)`."""
    origin = " ".join(filter(None, (distribution, version)))
    return f"{plugin!r} (of {origin})" if origin else repr(plugin)
