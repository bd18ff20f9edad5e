"""The registry: the one door to everything that plugins offer. Built when it is first asked.

What plugins offer is held as descriptors, whose code is imported when it is used.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from ..errors import FileError, InvalidModelError, PluginError, PytocoError, UsageError
from .descriptors import Backend, Command, Frontend, Observer, OpRef, PassRef
from .discovery import Offer, installed_offers
from .pipeline import Pipeline
from .planning import Planner, UnloadablePass
from .plugin_set import PluginSet
from .records import PluginFailure, PluginInfo
from .settings import Settings, load_settings
from .spelling import suggestion

if TYPE_CHECKING:
    from ..options import Options

HEAD_BYTES = 1 << 16
"""How much of a file `Frontend.sniff` gets to see."""


def open_registry(
    *,
    plugins_file: str | os.PathLike[str] | None = None,
    names: Iterable[str] = (),
    start: Path | None = None,
) -> Registry:
    """The registry for a `--plugins` file, `-p` arguments and a working directory; cheap until it is first asked.

    Raises `UsageError` or `FileError` for settings that are wrong in themselves.
    """
    return Registry(load_settings(plugins_file=plugins_file, names=names, start=start))


class Registry:
    """What plugins offer under given settings.

    The first question loads the plugins: it may raise `PluginError` when one that settings name is broken or missing,
    and `UsageError` when settings name a plugin that is not there. Other broken plugins become `failures`, each told
    once as a `PluginWarning`.
    """

    def __init__(self, settings: Settings, offers: Iterable[Offer] | None = None) -> None:
        self.settings = settings
        self._offers = offers

    @cached_property
    def _set(self) -> PluginSet:
        made = PluginSet(self.settings, installed_offers() if self._offers is None else self._offers)
        made.load_all()
        for name, error in self._planner_over(made).homeless().items():
            owner = made.owners.get(("register_passes", name))
            if owner is not None:  # else the plugin has gone already, for another of its passes
                made.drop(owner, error)
        return made

    # What plugins offer ----------------------------------------------------------------------------------------------

    def ops(self) -> dict[str, OpRef]:
        """Op definitions of plugins by kind; pytoco's own are in `compiler.ops`."""
        return cast(dict[str, OpRef], self._set.tables["register_ops"])

    def passes(self) -> dict[str, PassRef]:
        """Passes by name, in order of registration."""
        return cast(dict[str, PassRef], self._set.tables["register_passes"])

    def frontends(self) -> dict[str, Frontend]:
        """Frontends by name."""
        return cast(dict[str, Frontend], self._set.tables["register_frontends"])

    def backends(self) -> dict[str, Backend]:
        """Backends by name."""
        return cast(dict[str, Backend], self._set.tables["register_backends"])

    def commands(self) -> dict[str, Command]:
        """Sub-commands by name."""
        return cast(dict[str, Command], self._set.tables["register_commands"])

    def owner(self, hook: str, name: str) -> str:
        """Name of the plugin that offers `name` through a registering hook, such as `("register_passes", "x")`."""
        return self._set.owners.get((hook, name), "")

    def frontend_for(self, path: str | os.PathLike[str]) -> Frontend:
        """The first frontend that says it reads what lies at `path`.

        Raises `FileError` when nothing readable is there and `InvalidModelError` with every frontend's reason when
        none takes it.
        """
        path = Path(path)
        head = _head(path)
        reasons = []
        for name, frontend in list(self.frontends().items()):
            try:
                answer = frontend.sniff(path, head)
            except Exception as error:  # noqa: BLE001 - a plugin may raise anything; it is reported by name
                self._set.drop(self.owner("register_frontends", name), error, during="sniff: ")
                continue
            if answer is True:
                return frontend
            if answer:
                reasons.append(f"{name}: {answer}")
        because = f" ({'; '.join(reasons)})" if reasons else ""
        raise InvalidModelError(f"no frontend reads {path}{because}", hint="`pytoco plugins` lists the frontends")

    def frontend_named(self, name: str) -> Frontend:
        """The frontend of that name or input format, whatever the case. Raises `UsageError` for an unknown one."""
        return cast(Frontend, _by_name_or_format(self.frontends(), name, "frontend or input format"))

    def backend_for(self, name: str) -> Backend:
        """The backend of that output format or name, whatever the case. Raises `UsageError` for an unknown one."""
        return cast(Backend, _by_name_or_format(self.backends(), name, "backend or output format"))

    # Pipelines -------------------------------------------------------------------------------------------------------

    def pipelines(self) -> list[str]:
        """Names of the pipelines, of settings and of backends."""
        return self._planner_over(self._set).pipeline_names()

    def pipeline(self, name: str, options: Options | None = None) -> list[tuple[str, list[PassRef]]]:
        """Stages with their passes in order; as `plan`, without the reasons."""
        return self.plan(name, options).order()

    def plan(self, name: str, options: Options | None = None) -> Pipeline:
        """The pipeline of that name with a reason for every position, edited by plugins when `options` are given.

        Raises `UsageError` for an unknown pipeline, unknown names in its settings, or a cycle of constraints.
        """
        plugins = self._set
        while True:
            try:
                found = self._planner_over(plugins).plan(name)
            except UnloadablePass as fault:  # its plugin goes, and the rest is planned anew
                cause = fault.__cause__ or fault
                plugins.drop(plugins.owners["register_passes", fault.name], cause)
                continue
            sound = len(plugins.active)
            for plugin in plugins.having("adjust_pipeline") if options is not None else ():
                edited = found.copy()
                edited.editor = f"plugin {plugin!r}"
                if plugins.call(plugin, "adjust_pipeline", pipeline=edited, options=options) is not None:
                    found = edited
            if len(plugins.active) == sound:
                found.editor = ""
                return found

    def observers(self, options: Options) -> list[Observer]:
        """New observers for one conversion, of all plugins."""
        found: list[Observer] = []
        for plugin in self._set.having("register_observers"):
            made = self._set.call(plugin, "register_observers", options=options) or []
            wrong = [item for item in made if not isinstance(item, Observer)]
            if wrong:
                self._set.drop(plugin, PluginError(f"register_observers yielded {wrong[0]!r}, not an Observer"))
            else:
                found += made
        return found

    def hints(self, error: PytocoError) -> list[str]:
        """What plugins have to say about an error that is about to be shown."""
        found: list[str] = []
        for plugin in self._set.having("explain_error"):
            found += map(str, self._set.call(plugin, "explain_error", error=error) or ())
        return found

    # Plugins ---------------------------------------------------------------------------------------------------------

    @property
    def failures(self) -> list[PluginFailure]:
        """The plugins that were left out so far."""
        return self._set.failures

    def plugins(self) -> list[PluginInfo]:
        """Every plugin there is, loaded or not, in order of loading."""
        return self._set.infos()

    def _planner_over(self, plugins: PluginSet) -> Planner:
        passes = cast(dict[str, PassRef], plugins.tables["register_passes"])
        backends = cast(dict[str, Backend], plugins.tables["register_backends"]).values()
        return Planner(self.settings, passes, backends, partial=len(plugins.active) < len(plugins.candidates))


def _head(path: Path) -> bytes:
    try:
        if path.exists() and not path.is_file():  # opening a pipe would wait for its writer
            return b""
        with path.open("rb") as file:
            return file.read(HEAD_BYTES)
    except OSError as error:
        raise FileError(f"cannot read {path}: {error.strerror or error}") from error


def _by_name_or_format(table: dict[str, Any], name: str, what: str) -> object:
    wanted = name.lower().replace("_", "-")
    spellings = {spelling: found for found in table.values() for spelling in (found.name, *found.formats)}
    for spelling, found in spellings.items():
        if spelling.lower().replace("_", "-") == wanted:
            return found
    raise UsageError(f"there is no {what} {name!r}", hint=suggestion(name, spellings))
