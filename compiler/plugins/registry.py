"""The registry: the one door to everything that plugins offer. Built when it is first asked.

What plugins offer is held as descriptors, whose code is imported when it is used.
"""

from __future__ import annotations

import os
import warnings
from collections.abc import Iterable
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast
from weakref import WeakKeyDictionary

from ..constants import PluginFormat
from ..errors import FileError, InvalidModelError, PluginError, PytocoError, UsageError
from .descriptors import Backend, Command, Frontend, Observer
from .discovery import Offer, installed_offers
from .extra import ExtraOptions
from .option import Option
from .pipeline import Pipeline
from .planning import Planner, UnloadablePass
from .plugin_set import PluginSet
from .records import PluginFailure, PluginInfo, PluginWarning
from .references import OpRef, PassRef
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
        self._inserted: dict[str, str] = {}  # passes that `adjust_pipeline` brought, and the plugin that did
        self._observers: WeakKeyDictionary[type, str] = WeakKeyDictionary()

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

    def drop(self, hook: str, name: str, error: BaseException) -> None:
        """Take out the plugin behind `owner(hook, name)` because of `error`; raises PluginError where it is needed."""
        self._set.drop(self.owner(hook, name), error)

    def origin(self, hook: str, name: str) -> str:
        """The plugin behind `owner(hook, name)` as messages name it; empty for what is pytoco's own."""
        inserted = self._inserted.get(name, "") if hook == "register_passes" else ""
        return self.described(self.owner(hook, name) or inserted)

    def origin_of_observer(self, observer: Observer) -> str:
        """The same of an observer that `observers` gave."""
        return self.described(self._observers.get(type(observer), ""))

    def described(self, plugin: str) -> str:
        """A plugin as messages name it: "plugin 'soft' (of pytoco-soft 1.2)"; empty for pytoco's own."""
        return self._set.described(plugin)

    def offers(self, plugin: str) -> dict[str, list[str]]:
        """Names of what a plugin offers, by sort: "ops", "passes", "frontends", "backends" and "commands"."""
        found: dict[str, list[str]] = {}
        for (hook, name), owner in self._set.owners.items():
            if owner == plugin and hook != "register_options":
                found.setdefault(hook.removeprefix("register_"), []).append(name)
        return found

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
            except (Exception, SystemExit) as error:  # noqa: BLE001 - a plugin may raise anything; it is reported by name
                self._set.drop(self.owner("register_frontends", name), error, during="sniff: ")
                continue
            if answer is True:
                return frontend
            if answer:
                reasons.append(f"{name}: {answer}")
        because = f" ({'; '.join(reasons)})" if reasons else ""
        raise InvalidModelError(f"no frontend reads {path}{because}", hint="`pytoco plugins` lists the frontends")

    def frontend_for_folder(self, path: Path) -> Frontend:
        """The frontend that reads the folder at `path`: that of SavedModels, unless only another one says it does."""
        own = self.frontend_named("TENSORFLOW_SAVED_MODEL")
        if own.sniff(path, b"") is True:
            return own
        try:
            return self.frontend_for(path)
        except InvalidModelError:
            return own  # it says best what is missing

    def frontend_named(self, name: str) -> Frontend:
        """The frontend of that name or input format, whatever the case. Raises `UsageError` for an unknown one."""
        return cast(Frontend, self._by_name_or_format("frontend", "input format", name))

    def backend_for(self, name: str) -> Backend:
        """The backend of that output format or name, whatever the case. Raises `UsageError` for an unknown one."""
        return cast(Backend, self._by_name_or_format("backend", "output format", name))

    def _by_name_or_format(self, what: str, format_of: str, name: str) -> object:
        """What has that name or format: pytoco's own, else the only one that has it as a format, or as its name."""
        hook = f"register_{what}s"
        table: dict[str, Any] = self._set.tables[hook]
        wanted = _spelled(name)
        found = [item for item in table.values() if wanted in map(_spelled, (item.name, *item.formats))]
        if not found:
            spellings = [spelling for item in table.values() for spelling in (item.name, *item.formats)]
            raise UsageError(f"there is no {what} or {format_of} {name!r}", hint=suggestion(name, spellings))
        if len(found) > 1 and self.origin(hook, found[0].name):
            found = [item for item in found if wanted in map(_spelled, item.formats)] or found
        if len(found) > 1 and self.origin(hook, found[0].name):
            plugins = [self.owner(hook, item.name) for item in found]
            raise UsageError(
                f"{format_of} {wanted} is that of {' and '.join(self.origin(hook, item.name) for item in found)}",
                hint=f"leave one of them out, as with -p no:{plugins[-1]}",
            )
        return found[0]

    # Settings --------------------------------------------------------------------------------------------------------

    def options(self) -> dict[str, Option]:
        """Options of plugins by name."""
        return cast(dict[str, Option], self._set.tables["register_options"])

    def completed(self, options: Options) -> Options:
        """`options` with a value for every option of the plugins in `extra`; raises `UsageError` for wrong ones."""
        offered = self.options()
        if not offered and not options.extra:
            return options
        owners = {name: self.owner("register_options", name) for name in offered}
        return ExtraOptions(offered, owners, self.settings).completed(options)

    def backends_for_suffix(self, name: str) -> list[Backend]:
        """The backends whose files end as `name` does, which is a file's name or its end, such as ".onnx".

        Of suffixes that are parts of each other the longest counts; upper and lower case are the same.
        """
        found = [backend for backend in self.backends().values() if name.lower().endswith(backend.suffix.lower())]
        longest = max((len(backend.suffix) for backend in found), default=0)
        return [backend for backend in found if len(backend.suffix) == longest]

    def check_formats(self, options: Options) -> None:
        """Raise `UsageError`, with a suggestion, for a format in `options` that no frontend or backend has."""
        readers = [name for frontend in self.frontends().values() for name in frontend.formats]
        writers = [name for backend in self.backends().values() for name in backend.formats]
        for flag, formats in (("input_format", readers), ("output_format", writers)):
            chosen = getattr(options, flag)
            if isinstance(chosen, PluginFormat) and str(chosen) not in (_spelled(name) for name in formats):
                close = suggestion(chosen, formats)
                listed = f"choose from {', '.join(formats)}"
                hint = f"{close} {listed}" if close.startswith("did") else listed
                raise UsageError(f"--{flag}: {str(chosen)!r} is not known", hint=hint)

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
        if options is not None:
            options = self.completed(options)
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
                    fresh = [ref.name for _, refs in edited.order() for ref in refs if not found.has_pass(ref.name)]
                    self._inserted.update(dict.fromkeys(fresh, plugin))
                    found = edited
            if len(plugins.active) == sound:
                found.editor = ""
                return found

    def observers(self, options: Options) -> list[Observer]:
        """New observers for one conversion, of all plugins."""
        options = self.completed(options)
        found: list[Observer] = []
        for plugin in self._set.having("register_observers"):
            made = self._set.call(plugin, "register_observers", options=options) or []
            wrong = [item for item in made if not isinstance(item, Observer)]
            if wrong:
                self._set.drop(plugin, PluginError(f"register_observers yielded {wrong[0]!r}, not an Observer"))
            else:
                self._observers.update((type(observer), plugin) for observer in made)
                found += made
        return found

    def hints(self, error: PytocoError) -> list[str]:
        """What plugins have to say about an error that is about to be shown."""
        found: list[str] = []
        for plugin in self._set.having("explain_error"):
            try:
                found += map(str, self._set.call(plugin, "explain_error", error=error) or ())
            except PluginError as fault:  # `error` is what the user has to see
                warnings.warn(PluginWarning(str(fault)), stacklevel=2)
        return found

    # Plugins ---------------------------------------------------------------------------------------------------------

    @property
    def failures(self) -> list[PluginFailure]:
        """The plugins that were left out so far."""
        return self._set.failures

    def cause(self, failure: PluginFailure) -> BaseException:
        """The error behind one of the `failures`."""
        return self._set.causes[failure]

    def plugins(self) -> list[PluginInfo]:
        """Every plugin there is, loaded or not, in order of loading."""
        return self._set.infos()

    def _planner_over(self, plugins: PluginSet) -> Planner:
        passes = cast(dict[str, PassRef], plugins.tables["register_passes"])
        backends = cast(dict[str, Backend], plugins.tables["register_backends"]).values()

        def origin(name: str) -> str:
            return plugins.described(plugins.owners.get(("register_passes", name), ""))

        partial = len(plugins.active) < len(plugins.candidates)
        return Planner(self.settings, passes, backends, partial=partial, origin=origin)


def _head(path: Path) -> bytes:
    try:
        if path.exists() and not path.is_file():  # opening a pipe would wait for its writer
            return b""
        with path.open("rb") as file:
            return file.read(HEAD_BYTES)
    except OSError as error:
        raise FileError(f"cannot read {path}: {error.strerror or error}") from error


def _spelled(name: str) -> str:
    """The name of a format as flags have it."""
    return name.upper().replace("-", "_")
