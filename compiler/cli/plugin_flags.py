"""Flags that plugins add: looked up where pytoco does not know a flag, and listed by `--help`."""

from __future__ import annotations

import argparse
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from ..errors import PytocoError

if TYPE_CHECKING:
    from ..plugins.option import Option
    from ..plugins.registry import Registry


def plugin_options(argv: Sequence[str]) -> dict[str, Option]:
    """The options, by name, of the plugins that the `-p` and `--plugins` of `argv` leave on."""
    return registry_of(argv).options() if _has_plugins(argv) else {}


def registry_of(argv: Sequence[str]) -> Registry:
    """The registry that the `-p` and `--plugins` of `argv` ask for."""
    from ..plugins.registry import open_registry

    return open_registry(plugins_file=_plugins_file(argv), names=_values(argv, "-p"))


def _has_plugins(argv: Sequence[str]) -> bool:
    """Whether there can be others than pytoco's own plugins, which have no flags; finding out loads none."""
    from ..plugins.presence import may_have_others
    from ..plugins.settings import load_settings

    settings = load_settings(plugins_file=_plugins_file(argv), names=_values(argv, "-p"))
    own = {key[1] for key in settings.packaged if key[0] == "plugins"}
    return bool(settings.paths) or may_have_others(own)


def _plugins_file(argv: Sequence[str]) -> str | None:
    return next(reversed([*_values(argv, "--plugins")]), None)


def _values(argv: Sequence[str], flag: str) -> Iterable[str]:
    """What follows `flag` in `argv`, in its own word or in the next one."""
    following = ""
    for token in argv:
        if token == "--":
            return
        if following:
            yield token
            following = ""
        elif token == flag:
            following = flag
        elif flag.startswith("--") and token.startswith(f"{flag}="):
            yield token[len(flag) + 1 :]
        elif not flag.startswith("--") and token.startswith(flag) and not token.startswith("--"):
            yield token[len(flag) :]


def add_plugin_flags(parser: argparse.ArgumentParser, argv: Sequence[str]) -> None:
    """Add the flags of plugins for `--help` to list, where `argv` asks for that."""
    if not {"-h", "--help"} & set(argv):
        return
    try:
        if _has_plugins(argv):
            _add_flags(parser, registry_of(argv))
    except PytocoError as error:  # help is there all the same
        parser.add_argument_group("plugins", f"cannot be asked for their flags: {error}")


def _add_flags(parser: argparse.ArgumentParser, registry: Registry) -> None:
    groups: dict[str, argparse._ArgumentGroup] = {}
    for name, option in registry.options().items():
        plugin = registry.owner("register_options", name)
        if plugin not in groups:
            groups[plugin] = parser.add_argument_group(f"plugin {plugin}")
        unsaid = option.default is None or option.default is False
        what = option.help if unsaid else f"{option.help} [{option.default}]"
        metavar = "true|false" if option.is_switch else option.metavar
        groups[plugin].add_argument(
            f"--{name}", metavar=metavar, nargs="?" if option.is_switch else None, help=what.replace("%", "%%")
        )
