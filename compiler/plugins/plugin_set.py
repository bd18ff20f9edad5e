"""The plugins of one registry: loaded one by one, the broken ones set aside, and asked one by one afterwards.

Built-in plugins come first (the packaged `plugins.toml` names them), then installed ones by name, then loose files.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterable
from typing import Any

from ..errors import PluginError, PytocoError, UsageError
from . import loading
from .discovery import Offer
from .loading import REGISTERING, Candidate, Descriptor
from .pins import is_pinned
from .records import PluginFailure, PluginInfo, PluginWarning, described
from .settings import Settings
from .spelling import suggestion


class PluginSet:
    """Candidates, what the loaded ones offer (`tables`, by hook and name; `owners`, by the same), and the `failures`.

    `causes` has the errors behind these.

    A plugin that settings name by themselves (`plugins.enabled`, `-p`) must work: its failure raises `PluginError`.
    Other failures are collected and told once, as a `PluginWarning`.
    """

    def __init__(self, settings: Settings, offers: Iterable[Offer]) -> None:
        self.settings = settings
        self.candidates = _candidates(settings, offers)
        self.manager = loading.new_manager()
        self.tables: dict[str, dict[str, Descriptor]] = {hook: {} for hook in REGISTERING}
        self.owners: dict[tuple[str, str], str] = {}
        self.failures: list[PluginFailure] = []
        self.causes: dict[PluginFailure, BaseException] = {}
        self.active: dict[str, Candidate] = {}

    def load_all(self) -> None:
        """Load every candidate that is not disabled. Disabled ones are blocked, which is before any import."""
        _check_plugin_names(self.settings, [candidate.name for candidate in self.candidates])
        _check_own_pin(self.settings)
        for candidate in self.candidates:
            name = candidate.name
            if self.settings.get("plugins", name, "enabled") is False:
                self.manager.set_blocked(name)
            elif name in self.active:
                self._fail(candidate, PluginError(f"its name is taken by {_described(self.active[name])}"))
            else:
                self._load(candidate)

    def having(self, hook: str) -> list[str]:
        """Names of the plugins that implement `hook`, in order of loading."""
        return [name for name in self.active if loading.has_hook(self._plugin(name), self.manager, hook)]

    def call(self, name: str, hook: str, **arguments: Any) -> list[Any] | None:
        """One plugin's answer; `None` when it raised, which drops the plugin."""
        try:
            return loading.call(self._plugin(name), self.manager, hook, **arguments)
        except (Exception, SystemExit) as error:  # noqa: BLE001 - a plugin may raise anything; it is reported by name
            self.drop(name, error, during=f"{hook}: ")
            return None

    def drop(self, name: str, error: BaseException, during: str = "") -> None:
        """Take out a loaded plugin with all that it offered, because of `error`."""
        for hook, offered in [key for key, owner in self.owners.items() if owner == name]:
            del self.owners[hook, offered]
            del self.tables[hook][offered]
        self.manager.unregister(name=name)
        self._fail(self.active.pop(name), error, during)

    def described(self, name: str) -> str:
        """A plugin as messages name it; empty for pytoco's own, which the packaged settings name."""
        if self.settings.packaged.get(("plugins", name, "enabled")) is not None:
            return ""
        known = (candidate for candidate in self.candidates if candidate.name == name)
        candidate = self.active.get(name) or next(known, None)
        return "" if candidate is None else f"plugin {_described(candidate)}"

    def infos(self) -> list[PluginInfo]:
        """Every plugin there is, loaded or not, in order of loading."""
        failed = {(failure.plugin, failure.distribution): failure.reason for failure in self.failures}
        found = []
        for candidate in self.candidates:
            name = candidate.name
            source, status, reason = "", "disabled", ""
            hooks: tuple[str, ...] = ()
            if self.active.get(name) is candidate:
                plugin = self._plugin(name)
                source, hooks, status = loading.source_file(plugin), loading.hooks_of(plugin, self.manager), "active"
            elif (name, candidate.distribution) in failed:
                status, reason = "failed", failed[name, candidate.distribution]
            else:
                reason = f"by {self.settings.source('plugins', name, 'enabled')}"
            found.append(PluginInfo(name, candidate.version, candidate.distribution, source, hooks, status, reason))
        return found

    def _plugin(self, name: str) -> object:
        return self.manager.get_plugin(name)

    def _load(self, candidate: Candidate) -> None:
        name = candidate.name
        self._check_pin(candidate)
        try:
            offered = loading.load(candidate, self.manager, self.settings)
            self._check_duplicates(candidate, offered)
        except (Exception, SystemExit) as error:  # noqa: BLE001 - a plugin may raise anything; it is reported by name
            if self.manager.has_plugin(name):
                self.manager.unregister(name=name)
            self._fail(candidate, error)
            return
        self.active[name] = candidate
        for hook, descriptors in offered.items():
            for descriptor in descriptors:
                key = loading.name_of(hook, descriptor)
                self.tables[hook][key] = descriptor
                self.owners[hook, key] = name

    def _check_pin(self, candidate: Candidate) -> None:
        """Raise PluginError where `[pins]` want another version of a plugin."""
        pin: str | None = self.settings.get("pins", candidate.name, "version")
        if pin is None or is_pinned(candidate.version, pin):
            return
        raise PluginError(
            f"plugin {_described(candidate)} is not of version {pin}, to which "
            f"{self.settings.source('pins', candidate.name, 'version')} pins it",
            hint="install that version, or change the pin",
        )

    def _check_duplicates(self, candidate: Candidate, offered: dict[str, list[Descriptor]]) -> None:
        from ..ops import FAMILIES
        from .extra import is_own_option

        for hook, descriptors in offered.items():
            what = hook.removeprefix("register_")
            fresh: dict[str, None] = {}
            for descriptor in descriptors:
                name = loading.name_of(hook, descriptor)
                if name in fresh:
                    raise PluginError(f"it offers {name!r} twice among its {what}")
                fresh[name] = None
                if hook == "register_options" and is_own_option(name):
                    raise PluginError(
                        f"option {name!r} is pytoco's own, or the beginning of one", hint="give the option another name"
                    )
                if hook == "register_ops" and any(name in kinds for kinds in FAMILIES.values()):
                    raise PluginError(f"op kind {name!r} is pytoco's own", hint="give the op another kind")
                if (hook, name) in self.owners:
                    other = self.active[self.owners[hook, name]]
                    raise PluginError(
                        f"{name!r} is offered among the {what} by both {_described(other)} and {_described(candidate)}",
                        hint=f"keep one of them: -p no:{other.name} or -p no:{candidate.name}",
                    )

    def _fail(self, candidate: Candidate, error: BaseException, during: str = "") -> None:
        text = str(error) if isinstance(error, PytocoError) else f"{type(error).__name__}: {error}"
        failure = PluginFailure(candidate.name, candidate.version, candidate.distribution, f"{during}{text}")
        self.failures.append(failure)
        self.causes[failure] = error
        named_by = self.settings.source("plugins", candidate.name, "enabled")
        if named_by:
            raise PluginError(
                f"plugin {_described(candidate)} cannot be used: {failure.reason}",
                hint=f"it has to work, as {named_by} asks for it",
            ) from error
        warnings.warn(PluginWarning(str(failure)), stacklevel=2)


def _candidates(settings: Settings, offers: Iterable[Offer]) -> list[Candidate]:
    first = [key[1] for key in settings.packaged if key[0] == "plugins"]
    rank = {name: number for number, name in enumerate(first)}
    installed = sorted(offers, key=lambda offer: rank.get(offer.name, len(rank)))
    found = [Candidate(offer.name, offer) for offer in installed]
    return found + [Candidate(sourced.value.stem, sourced.value) for sourced in settings.paths]


def _described(candidate: Candidate) -> str:
    return described(candidate.name, candidate.distribution, candidate.version)


def _check_plugin_names(settings: Settings, known: list[str]) -> None:
    """Every plugin that settings enable, disable or configure must be there."""
    for key in settings.values:
        if key[0] not in ("plugins", "options", "pins") or key[1] in known or key == ("pins", "pytoco", "version"):
            continue
        if key in settings.packaged:
            raise PluginError(
                f"pytoco's own plugin {key[1]!r} is not there",
                hint="its package metadata is missing or old: install pytoco again",
            )
        raise UsageError(f"{settings.source(*key)}: there is no plugin {key[1]!r}", hint=suggestion(key[1], known))


def _check_own_pin(settings: Settings) -> None:
    """Raise UsageError where `[pins]` want another version of pytoco."""
    pin: str | None = settings.get("pins", "pytoco", "version")
    if pin is None:
        return
    from importlib.metadata import version

    if not is_pinned(version("pytoco"), pin):
        source = settings.source("pins", "pytoco", "version")
        raise UsageError(
            f"this is pytoco {version('pytoco')}, but {source} pins it to {pin}",
            hint="install that version, or change the pin",
        )
