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
        values = {name: option.default for name, option in self.options.items()}
        said = {}
        for name, (given, where) in self._said(getattr(options.extra, "said", options.extra)).items():
            values[name] = self._parsed(self.options[name], given, where)
            said[name] = given
        return replace(options, extra=Whole(values, said))

    def _said(self, given: Mapping[str, Any]) -> dict[str, tuple[Any, str]]:
        """What is said of each option that something is said of, and where."""
        found: dict[str, tuple[Any, str]] = {}
        for name in self.options:
            plugin = self.owners[name]
            if name in given:
                found[name] = given[name], f"--{name}"
            elif (value := self.settings.get("options", plugin, name)) is not None:
                source = self.settings.source("options", plugin, name)
                found[name] = value, f"{source}: options.{plugin}.{name}"
        return found

    def _parsed(self, option: Option, given: Any, where: str) -> Any:
        try:
            return option.value(given)
        except ValueError as error:
            hint = f"it is an option of plugin {self.owners[option.name]!r}: {option.help}"
            raise UsageError(f"{where}: {error}", hint=hint) from error
        except (Exception, SystemExit) as error:
            what = f"option {option.name!r} of plugin {self.owners[option.name]!r} cannot read {given!r}"
            raise PluginError(f"{what}: {reason_of(error)}", hint="its `parse` has to raise ValueError") from error
