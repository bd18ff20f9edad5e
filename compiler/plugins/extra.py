"""Values of plugins' own options: what the caller says, else `plugins.toml`, else the default."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, replace
from typing import TYPE_CHECKING, Any

from ..errors import PluginError, UsageError, reason_of
from .option import Option, Whole
from .spelling import suggestion

if TYPE_CHECKING:
    from ..options import Options
    from .settings import Settings

_COMMANDS_OWN = ("help", "version", "json", "watch")
_TAKEN = frozenset({
    "all", "at", "context", "data", "dir", "dot", "first", "hops", "html", "last", "local", "no_open", "pass", "run",
    "seed", "source", "until", "worst",
    "exporters", "importers", "keep_dynamic_shapes", "keep_loops", "keep_source_ops",
})  # fmt: skip
"""Other flags of commands, a parameter of `pytoco.convert`, and what else frontends and backends are given by name."""


def is_own_option(name: str) -> bool:
    """Whether a flag or an option of pytoco itself has that name, or may be abbreviated so."""
    from ..cli.flags import FLAGS
    from ..options import Options

    own = (*FLAGS, *_COMMANDS_OWN, *(field.name for field in fields(Options)))
    return name in _TAKEN or any(known.startswith(name) for known in own)


class ExtraOptions:
    """The options that plugins offer, each with its plugin: what makes `Options.extra` whole."""

    def __init__(self, options: Mapping[str, Option], owners: Mapping[str, str], settings: Settings) -> None:
        self.options = options
        self.owners = owners
        self.settings = settings

    def completed(self, options: Options) -> Options:
        """`options` with a value for every option of the plugins in `extra`.

        Raises UsageError for one that no plugin offers, and for a value that makes no sense; PluginError where reading
        one fails otherwise.
        """
        if isinstance(options.extra, Whole) and options.extra.keys() == self.options.keys():
            return options
        for name in options.extra:
            if name not in self.options:
                hint = suggestion(name, self.options) or "is its plugin installed and on? `pytoco plugins` lists them"
                raise UsageError(f"no plugin has an option {name!r}", hint=hint)
        return replace(
            options, extra=Whole((n, self._value(option, options.extra)) for n, option in self.options.items())
        )

    def _value(self, option: Option, given: Mapping[str, Any]) -> Any:
        if option.name in given:
            return self._parsed(option, given[option.name], f"--{option.name}")
        plugin = self.owners[option.name]
        found = self.settings.get("options", plugin, option.name)
        if found is None:
            return option.default
        source = self.settings.source("options", plugin, option.name)
        return self._parsed(option, found, f"{source}: options.{plugin}.{option.name}")

    def _parsed(self, option: Option, given: Any, where: str) -> Any:
        try:
            return option.value(given)
        except ValueError as error:
            hint = f"it is an option of plugin {self.owners[option.name]!r}: {option.help}"
            raise UsageError(f"{where}: {error}", hint=hint) from error
        except (Exception, SystemExit) as error:
            what = f"option {option.name!r} of plugin {self.owners[option.name]!r} cannot read {given!r}"
            raise PluginError(f"{what}: {reason_of(error)}", hint="its `parse` has to raise ValueError") from error
