"""From argument lists to texts by flag: abbreviations, old spellings, bare switches; argparse does help and the rest.

Flags may be written with dashes or underscores, as `--flag value` or `--flag=value`; a switch stands alone or takes
true or false. An abbreviation counts when it is the beginning of exactly one flag of `tflite_convert`, or failing that
of exactly one of all flags.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from difflib import get_close_matches
from functools import cache, partial
from typing import TYPE_CHECKING, Any, NoReturn

from ..errors import UsageError
from .flags import FLAGS, GROUPS, OLD_SPELLINGS, Flag
from .plugin_flags import plugin_options

if TYPE_CHECKING:
    from ..plugins.option import Option

_PLAIN = ("help", "version")


class Parser(argparse.ArgumentParser):
    """An argument parser that raises `UsageError` instead of leaving the process."""

    def __init__(self, prog: str, description: str, *, usage: str | None = None, epilog: str | None = None) -> None:
        super().__init__(
            prog=prog,
            description=description,
            usage=usage,
            epilog=epilog,
            allow_abbrev=False,
            formatter_class=argparse.RawDescriptionHelpFormatter,
        )

    def parse_args(self, args: Any = None, namespace: Any = None) -> Any:
        """Parse arguments; flags may stand between positional ones, optional positional ones too."""
        found, unknown = self.parse_known_intermixed_args(args, namespace)
        if unknown:
            known = [text for action in self._actions for text in action.option_strings]
            close = get_close_matches(unknown[0], known, n=1) if unknown[0].startswith("-") else []
            hint = f"did you mean {close[0]}?" if close else "--help says what can be given"
            raise UsageError(f"unknown {'flag' if close else 'argument'} {unknown[0]}", hint=hint)
        return found

    def error(self, message: str) -> NoReturn:
        """Raise `message` as a `UsageError`."""
        raise UsageError(message)


def add_flags(parser: argparse.ArgumentParser) -> None:
    """Add the conversion flags, grouped; a flag that is not given leaves no attribute, one that is leaves its text."""
    for title, flags in GROUPS.items():
        group = parser.add_argument_group(title)
        for flag in flags:
            group.add_argument(
                f"--{flag.name}",
                dest=f"flag:{flag.name}",
                metavar="true|false" if flag.is_switch else flag.metavar,
                nargs="?" if flag.is_switch or flag.bare else None,
                default=argparse.SUPPRESS,
                help=flag.help or argparse.SUPPRESS,
            )


def flag_texts(arguments: argparse.Namespace) -> dict[str, str]:
    """The texts that `add_flags` flags left in `arguments`, by flag name."""
    return {name[5:]: text for name, text in vars(arguments).items() if name.startswith("flag:")}


def _spelled(flags: Iterable[str]) -> str:
    return ", ".join(f"--{name}" for name in flags)


def _flag(written: str, own: Sequence[str], offered: Callable[[], Mapping[str, Option]]) -> Flag | Option:
    """The flag that `written` (without its leading dashes) stands for; `UsageError` where that is not clear.

    `own` are the names of the command's other options, which may have been meant. What pytoco does not know itself, a
    plugin may: `offered` gives the options of those, and is asked only then.
    """
    name = written.replace("-", "_")
    if name in FLAGS:
        return FLAGS[name]
    begun = [flag for flag in FLAGS.values() if name and flag.name.startswith(name)]
    candidates = [flag for flag in begun if flag.era == "toco"] or begun
    old = [start for start in OLD_SPELLINGS if name == start or (name.startswith(start) and not candidates)]
    if old:
        raise UsageError(f"--{written} is not a flag", hint=OLD_SPELLINGS[old[0]])
    if len(candidates) == 1:
        return candidates[0]
    options = offered()
    if name in options:
        return options[name]
    if candidates:
        could = _spelled(flag.name for flag in candidates)
        raise UsageError(f"ambiguous flag: --{written} could match {could}", hint="write more of its name")
    close = get_close_matches(name, [*own, *FLAGS, *options, *_PLAIN], n=3, cutoff=0.6)
    hint = f"did you mean {_spelled(close)}?" if close else "--help lists the flags"
    raise UsageError(f"unknown flag --{written}", hint=hint)


def normalized(argv: Sequence[str], own: Sequence[str] = ()) -> list[str]:
    """`argv` with every long flag spelled out as `--flag=value`; the command's `own` options are left as they are.

    Flags of plugins are gathered in `--plugin_options`. Raises `UsageError` for flags that do not exist.
    """
    found: list[str] = []
    offered = cache(partial(plugin_options, argv))  # to find out runs the code of plugins
    extra: dict[str, str] = {}
    rest: list[str] = []
    tokens = list(argv)
    place = 0
    while place < len(tokens):
        token = tokens[place]
        place += 1
        if token == "--":
            rest = tokens[place - 1 :]
            break
        written, equals, value = token[2:].partition("=")
        if not token.startswith("--") or written in _PLAIN or written in own:
            found.append(token)
            continue
        flag = _flag(written, own, offered)
        following = tokens[place] if place < len(tokens) else None
        if not equals and flag.is_switch:
            value = following if following is not None and following.lower() in ("true", "false") else ""
            place += bool(value)
            value = value or "true"
        elif not equals and isinstance(flag, Flag) and flag.bare:
            suffix = flag.metavar[flag.metavar.rfind(".") :]
            value = following if following is not None and following.endswith((suffix, flag.bare)) else flag.bare
            place += value is following
        elif not equals:
            if following is None or following.startswith("--"):
                raise UsageError(f"--{flag.name}: expected a value", hint=f"write --{flag.name}={flag.metavar}")
            value = following
            place += 1
        if isinstance(flag, Flag):
            found.append(f"--{flag.name}={value}")
        else:
            extra[flag.name] = value
    if extra:
        found.append(f"--plugin_options={json.dumps(extra)}")
    return [*found, *rest]
