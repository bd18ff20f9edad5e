"""Loads one plugin: import, check of its API version, registration with pluggy, its descriptors. Any fault raises."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any, NamedTuple, cast

import pluggy

from ..errors import PluginError
from . import hookspecs
from .descriptors import Backend, Command, Frontend
from .discovery import Offer
from .hookmarks import PROJECT
from .option import Option
from .references import OpRef, PassRef
from .settings import Settings
from .spelling import suggestion

Descriptor = Option | OpRef | PassRef | Frontend | Backend | Command

# hook -> (what it yields, attribute that is the descriptor's name, does a bare class stand for the descriptor)
REGISTERING: dict[str, tuple[type[Any], str, bool]] = {
    "register_options": (Option, "name", False),
    "register_ops": (OpRef, "kind", True),
    "register_passes": (PassRef, "name", True),
    "register_frontends": (Frontend, "name", False),
    "register_backends": (Backend, "name", False),
    "register_commands": (Command, "name", False),
}


class Candidate(NamedTuple):
    """A plugin that could be loaded: an installed offer or a loose file."""

    name: str
    origin: Offer | Path

    @property
    def distribution(self) -> str:
        """The distribution's name; a loose file's path."""
        return str(self.origin) if isinstance(self.origin, Path) else self.origin.distribution

    @property
    def version(self) -> str:
        """The distribution's version; "" for a loose file."""
        return "" if isinstance(self.origin, Path) else self.origin.version


def new_manager() -> pluggy.PluginManager:
    """A plugin manager that knows our hooks."""
    manager = pluggy.PluginManager(PROJECT)
    manager.add_hookspecs(hookspecs)
    return manager


def load(candidate: Candidate, manager: pluggy.PluginManager, settings: Settings) -> dict[str, list[Descriptor]]:
    """Import, check and register a plugin; returns the descriptors of each registering hook.

    Whatever goes wrong raises; the caller unregisters the plugin again.
    """
    origin = candidate.origin
    plugin = _import_file(candidate.name, origin) if isinstance(origin, Path) else origin.load()
    wanted = getattr(plugin, "pytoco_api", hookspecs.API_VERSION)
    if wanted != hookspecs.API_VERSION:
        raise PluginError(
            f"it was written for plugin API {wanted!r}, this pytoco has {hookspecs.API_VERSION}",
            hint="install a matching release of the plugin or of pytoco",
        )
    manager.register(plugin, candidate.name)
    _check_hooks(plugin, manager)
    offered: dict[str, list[Descriptor]] = {}
    for hook in REGISTERING:
        if has_hook(plugin, manager, hook):
            offered[hook] = [_descriptor(hook, item) for item in call(plugin, manager, hook)]
        if hook == "register_options":  # settings come before everything else
            options = {option.name: option for option in offered.get(hook, ()) if isinstance(option, Option)}
            _configure(plugin, manager, candidate.name, settings, options)
    return offered


def _configure(
    plugin: object, manager: pluggy.PluginManager, name: str, settings: Settings, options: dict[str, Option]
) -> None:
    """Check the keys of `[options.NAME]` that are options of the plugin; hand the others to its `configure`."""
    rest = {}
    for key, given in settings.options(name).items():
        if key not in options:
            rest[key] = given
            continue
        try:
            options[key].value(given)
        except ValueError as error:
            raise PluginError(f"{settings.source('options', name, key)}: options.{name}.{key}: {error}") from error
    if has_hook(plugin, manager, "configure"):
        call(plugin, manager, "configure", settings=rest)
    elif rest:
        unknown = next(iter(rest))
        source = settings.source("options", name, unknown)
        if not options:
            raise PluginError(f"it takes no options, but {source} has [options.{name}]")
        raise PluginError(
            f"{source}: options.{name}: there is no option {unknown!r}", hint=suggestion(unknown, options)
        )


def has_hook(plugin: object, manager: pluggy.PluginManager, hook: str) -> bool:
    """Whether a registered plugin implements `hook`."""
    return any(implementation.plugin is plugin for implementation in getattr(manager.hook, hook).get_hookimpls())


def call(plugin: object, manager: pluggy.PluginManager, hook: str, **arguments: Any) -> list[Any]:
    """Call one plugin's implementation of a hook, all of it: a generator runs to its end. Nothing yielded is `[]`."""
    found: list[Any] = []
    for implementation in getattr(manager.hook, hook).get_hookimpls():
        if implementation.plugin is plugin:
            result = implementation.function(*(arguments[name] for name in implementation.argnames))
            if isinstance(result, str) or not isinstance(result, Iterable):
                found += [] if result is None else [result]
            else:
                found += result
    return found


def name_of(hook: str, descriptor: Descriptor) -> str:
    """The name under which a registering hook's descriptor is known."""
    return str(getattr(descriptor, REGISTERING[hook][1]))


def hooks_of(plugin: object, manager: pluggy.PluginManager) -> tuple[str, ...]:
    """Names of the hooks that a registered plugin implements, sorted."""
    return tuple(sorted(caller.name for caller in manager.get_hookcallers(plugin) or ()))


def source_file(plugin: object) -> str:
    """The file a plugin object comes from; "" where that cannot be told."""
    module = plugin if hasattr(plugin, "__file__") else sys.modules.get(type(plugin).__module__)
    return str(getattr(module, "__file__", "") or "")


def _check_hooks(plugin: object, manager: pluggy.PluginManager) -> None:
    names = hooks_of(plugin, manager)
    known = [name for name in vars(manager.hook) if getattr(manager.hook, name).has_spec()]
    for name in names:
        if name not in known:
            raise PluginError(f"there is no hook {name!r}", hint=suggestion(name, known))
        for implementation in getattr(manager.hook, name).get_hookimpls():
            if implementation.plugin is plugin and (implementation.wrapper or implementation.hookwrapper):
                raise PluginError(
                    f"hook {name!r} is a wrapper; plugins are called one by one, so it has nothing to wrap"
                )
    if not names:
        raise PluginError("it implements no hook", hint="mark its hook functions with @hookimpl")


def _descriptor(hook: str, item: object) -> Descriptor:
    wanted, _, from_class = REGISTERING[hook]
    if from_class and isinstance(item, type):
        item = wanted(item)
    if not isinstance(item, wanted):
        raise PluginError(f"{hook} yielded {item!r}, not {wanted.__name__}{' or a class' if from_class else ''}")
    return cast(Descriptor, item)


def _import_file(name: str, path: Path) -> object:
    from importlib.util import module_from_spec, spec_from_file_location

    spec = spec_from_file_location(f"pytoco_loose_plugins.{name}", path)
    if spec is None or spec.loader is None:
        raise PluginError(f"{path} cannot be imported")
    module = module_from_spec(spec)
    sys.modules[spec.name] = module
    try:
        spec.loader.exec_module(module)
    except BaseException:
        del sys.modules[spec.name]
        raise
    return module
