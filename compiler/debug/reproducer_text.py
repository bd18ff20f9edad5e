"""The text of a reproducer: a pytest file with a graph, and what its passes ran with."""

from __future__ import annotations

import re
from ast import literal_eval
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from ..options import Options


class Reproducer(NamedTuple):
    """A pytest file: its `text`, a `name` for it without a suffix, and whether the failure was seen to show again."""

    name: str
    text: str
    confirmed: bool


class Setting(NamedTuple):
    """What passes ran with: `fields` of `Options` that they may ask for, and switched plugins."""

    fields: dict[str, Any]
    plugins: tuple[str, ...]


class Reference(NamedTuple):
    """How a file names a pass: a line that imports it, or "", and an expression."""

    line: str
    expression: str


def setting_of(options: Options | Mapping[str, Any]) -> Setting:
    """The part of options, or of the options in a journal's header, on which passes depend."""
    from ..cli.flags import GROUPS
    from ..options import Options

    given: Mapping[str, Any] = options if isinstance(options, Mapping) else options.said()
    names = [flag.target for group in ("number types", "operators") for flag in GROUPS[group]]
    fields = {name: _plain(given[name]) for name in (*names, "keep_dynamic_shapes", "output_format") if name in given}
    extra = {name: value for name, value in given.items() if name not in Options.__dataclass_fields__}
    if extra:  # options of plugins
        fields["extra"] = {name: value for name, value in extra.items() if isinstance(value, str | int | float)}
    plugins = given.get("plugin_switches", ())
    if isinstance(plugins, str):  # as a journal writes a tuple
        plugins = literal_eval(plugins)
    return Setting({k: v for k, v in fields.items() if v is not None}, tuple(plugins))


def _plain(value: Any) -> Any:
    """A field's value as a literal that `Options` takes, None where there is none."""
    if isinstance(value, tuple):
        items = [_plain(item) for item in value]
        return None if None in items else items
    if isinstance(value, bool | int | float):
        return value
    name = getattr(value, "name", value if isinstance(value, str) else None)
    found = re.fullmatch(r"(?:<?\w+\.)?(\w+)(?:: .*>)?", name) if isinstance(name, str) else None
    return found[1] if found else None


def pass_file(
    text: str, passes: Sequence[Reference], setting: Setting, what: str, hops: int, *, confirmed: bool
) -> Reproducer:
    """A file that runs passes over the graph `text`: `what` happened, so many `hops` around are in it (0: all)."""
    names = ", ".join(p.expression for p in passes)
    call = f"assert_passes_sound(GRAPH, {names if len(passes) == 1 else f'[{names}]'}"
    around = f"the operators within {hops} step{'s' * (hops > 1)} of it" if hops else "the whole graph"
    imports = [
        "from pytoco.testing import assert_passes_sound",
        *dict.fromkeys(p.line for p in passes if p.line),
    ]
    stem = "_".join(p.expression for p in passes)
    return file_of(text, imports, call, setting, stem, what, around, confirmed=confirmed)


def file_of(
    text: str,
    imports: Sequence[str],
    call: str,
    setting: Setting,
    stem: str,
    what: str,
    around: str,
    *,
    confirmed: bool,
) -> Reproducer:
    """A file whose test is a `call` of something imported, up to its last arguments, over the graph `text`."""
    from importlib.metadata import version

    doubt = [] if confirmed else ["With these it did not happen again, so that this shows only where it was."]
    stem = re.sub(r"\W+", "_", stem).strip("_").lower()
    call += f", options={setting.fields!r}" if setting.fields else ""
    call += f", plugins={list(setting.plugins)!r}" if setting.plugins else ""
    lines = [
        f'"""{_quotable(what)}',
        "",
        f"pytoco {version('pytoco')} cut out {around}. Large constants are random numbers, not those of the model.",
        *doubt,
        "Run it with pytest; it passes when the fault is repaired.",
        '"""',
        "",
        *imports,
        "",
        f"GRAPH = {_literal(text)}",
        "",
        "",
        f"def test_{stem}() -> None:",
        f"    {call})",
    ]
    return Reproducer(f"test_{stem}", "\n".join(lines) + "\n", confirmed)


def _quotable(text: str) -> str:
    """Any text inside a docstring."""
    printable = "".join(c if c.isprintable() or c == "\n" else "?" for c in text[:2000])
    return printable.replace("\\", "\\\\").replace('"""', "'''").rstrip('"')


def _literal(text: str) -> str:
    """A graph as a string literal over several lines."""
    if '"""' in text or "\r" in text or not all(c.isprintable() or c == "\n" for c in text):
        return repr(text)
    return f'r"""\n{text}"""'
