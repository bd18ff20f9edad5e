"""What a conversion would be made of now, as keys to compare: where does it first differ from the last one?"""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from itertools import zip_longest
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from ...convert import register_ops
from ...errors import PluginError
from ...plugins.records import described
from .files import LOOSE, Files, defined_kinds

if TYPE_CHECKING:
    from ...options import Options
    from ...plugins import PassRef
    from ...plugins.records import PluginInfo
    from ...plugins.registry import Registry

_OF_PASSES = frozenset(
    ("configure", "register_options", "register_passes", "adjust_pipeline", "explain_error", "register_commands")
)
"""Hooks that say nothing about how a model is read, checked or written."""

_OWN = __name__.partition(".")[0]


class PassKey(NamedTuple):
    """A pass: its name, where its class is, and what of its plugin's code and settings may change what it does."""

    name: str
    reference: str
    code: tuple[Any, ...]
    file: str


class StageKey(NamedTuple):
    """A stage and its passes in order."""

    name: str
    passes: tuple[PassKey, ...]


class Plan:
    """What the present plugins make of the options: `stages` with their passes, as `keys` to compare.

    `start` has, by what it is called, everything that import, operators and export depend on. `codes` are digests of
    the loose files, `generation` counts how often modules that plugins import have changed. Raises what the registry
    raises, and PluginError for a plugin that `files` follows and that cannot be used.
    """

    def __init__(
        self, registry: Registry, options: Options, files: Files, codes: Mapping[Path, str], generation: int
    ) -> None:
        self.registry = registry
        refuse_broken(registry, files)  # before anything that it offers is missed
        registry.check_formats(options)
        self.options = registry.completed(options)
        self._files = files
        self._generation = generation
        self._codes = codes
        backend = registry.backend_for(options.output_format.name)
        self.stages = registry.pipeline(options.pipeline or backend.pipeline, options)
        self._load_passes()
        register_ops(registry)
        refuse_broken(registry, files)
        self.keys = [StageKey(stage, tuple(map(self._key, references))) for stage, references in self.stages]
        self.start = self._start()

    @property
    def defines_operators(self) -> bool:
        """Whether loose files define operators: such a model is of no use once these files are imported anew."""
        return any(module.partition(".")[0] == LOOSE for module in defined_kinds().values())

    def _load_passes(self) -> None:
        """Import the passes of plugins that are followed; later on, one that fails would be left out."""
        plugins = {i.name for i in self.registry.plugins() if self._files.follows(i.name, i.distribution)}
        for ref in [ref for _, references in self.stages for ref in references]:
            owner = self.registry.owner("register_passes", ref.name)  # "" once another of its passes has failed
            if owner in plugins and ref.reference.partition(".")[0] != _OWN:
                try:
                    ref.load()
                except (Exception, SystemExit) as error:  # noqa: BLE001 - a plugin may raise anything
                    self.registry.drop("register_passes", ref.name, error)

    def _start(self) -> dict[str, Any]:
        stamps = self._files.stamps()
        packaged = self.registry.settings.packaged
        found: dict[str, Any] = {
            "the model": [(path, stamps.get(path)) for path in self._files.model()],
            "a file of values": [(path, stamps.get(path)) for path in self._files.inputs()],
            "an option of a plugin": repr(self.options.extra),
            "the definition of an operator": {kind: self._code(module) for kind, module in defined_kinds().items()},
        }
        for info in self.registry.plugins():
            if info.status != "active":
                continue
            hooks = [hook for hook in info.hooks if hook not in _OF_PASSES]
            if ("plugins", info.name, "enabled") in packaged or not hooks:
                found[f"plugin {info.name!r}"] = bool(hooks)
            else:
                settings = repr(self.registry.settings.options(info.name))
                found[f"plugin {info.name!r}, which has {hooks[0]},"] = (self._plugin_code(info), settings)
        return {what: value for what, value in found.items() if value is not False}

    def _plugin_code(self, info: PluginInfo) -> tuple[Any, ...]:
        return info.version, self._file_code(info.source) if not info.version else "", self._generation

    def _key(self, ref: PassRef) -> PassKey:
        module = ref.reference.partition(":")[0]
        if module.partition(".")[0] == _OWN:
            return PassKey(ref.name, ref.reference, (), "")
        owner = self.registry.owner("register_passes", ref.name)
        settings = repr(self.registry.settings.options(owner)) if owner else ""
        file = getattr(sys.modules.get(module), "__file__", None) or ""
        name = Path(file).name if module.partition(".")[0] == LOOSE else module
        return PassKey(ref.name, ref.reference, (self._code(module), settings), name)

    def _code(self, module: str) -> tuple[Any, ...]:
        """What tells one state of a module's code from another."""
        file = getattr(sys.modules.get(module), "__file__", None)
        loose = module.partition(".")[0] == LOOSE
        return self._file_code(file) if loose and file else "", self._generation

    def _file_code(self, file: str) -> str:
        return self._codes.get(Path(file), "")


def refuse_broken(registry: Registry, files: Files) -> None:
    """Raise PluginError for a plugin that was left out and that is followed."""
    for failure in registry.failures:
        name, version, distribution, reason = failure
        if files.follows(name, distribution):
            what = f"plugin {described(name, distribution, version)} cannot be used: {reason}"
            hint = f"-p no:{name} goes on without it" if version else ""
            raise PluginError(what, hint=hint) from registry.cause(failure)


def different_start(old: Mapping[str, Any], new: Mapping[str, Any]) -> str:
    """Why a conversion has to begin anew; "" where it has not."""
    for what in dict.fromkeys((*old, *new)):
        if old.get(what) != new.get(what):
            verb = "changed" if what in old and what in new else "is new" if what in new else "is gone"
            return f"{what} {verb}"
    return ""


def different_stage(old: Sequence[StageKey], new: Sequence[StageKey]) -> tuple[int, str] | None:
    """The first stage that is not what it was, and why; None where all are the same."""
    for number, (was, now) in enumerate(zip_longest(old, new)):
        if was != now:
            return number, _why(was, now)
    return None


def _why(was: StageKey | None, now: StageKey | None) -> str:
    if was is None or now is None or was.name != now.name:
        if now is not None and (was is None or now.name != was.name):
            return f"stage {now.name!r} comes here now"
        assert was is not None
        return f"stage {was.name!r} is gone"
    before, after = ({key.name: key for key in stage.passes} for stage in (was, now))
    for name, key in after.items():
        if name not in before:
            return f"pass {name!r}{_of(key)} is new here"
        if key != before[name]:
            return f"pass {name!r}{_of(key)} changed"
    for name, key in before.items():
        if name not in after:
            return f"pass {name!r}{_of(key)} is gone from here"
    return "its passes have another order"


def _of(key: PassKey) -> str:
    return f" of {key.file}" if key.file else ""
