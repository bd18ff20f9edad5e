"""`plugins.toml`: read, checked, and layered by precedence; every effective value remembers who set it.

Layers, the later winning key by key: the packaged default, a project's file found from the working directory upwards,
the file given by `--plugins`, and the `-p NAME` or `-p no:NAME` arguments. Only the last two load code by path: a file
that merely lies in a folder one happens to work in must not run anything.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any, NamedTuple

from ..errors import FileError, UsageError
from .pins import is_pin
from .spelling import suggestion

FILE_NAME = "plugins.toml"
PACKAGED = Path(__file__).parents[2] / FILE_NAME
ARGUMENT = "-p"

# section -> keys of each named table in it -> (is this value well formed, what it should be).
_TEXTS = (lambda v: isinstance(v, list) and all(isinstance(t, str) and t for t in v), "a list of names")
_NAMED_TABLES: dict[str, dict[str, Any]] = {
    "pipelines": {"stages": _TEXTS},
    "stages": {"passes": _TEXTS},
    "passes": {
        "enabled": (lambda v: isinstance(v, bool), "true or false"),
        "after": _TEXTS,
        "before": _TEXTS,
        "stage": (lambda v: isinstance(v, str) and bool(v), "a stage name"),
    },
}
_PIN = (is_pin, 'a version such as "1.4.2" or "1.4.*"')
_PLUGINS = ("enabled", "disabled", "paths")
_SECTIONS = ("plugins", *_NAMED_TABLES, "options", "pins")


class Sourced(NamedTuple):
    """A value and the file (or `-p` argument) that set it."""

    value: Any
    source: str


Key = tuple[str, ...]


class Settings:
    """The effective settings: a flat table of keys such as `("passes", "fuse-activation", "enabled")`."""

    __slots__ = ("packaged", "values")

    def __init__(self, layers: Iterable[Mapping[Key, Sourced]]) -> None:
        self.values: dict[Key, Sourced] = {}
        self.packaged: Mapping[Key, Sourced] = MappingProxyType({})
        for number, layer in enumerate(layers):
            if number == 0:
                self.packaged = MappingProxyType(dict(layer))
            self.values.update(layer)

    def names(self, section: str) -> list[str]:
        """Names of the tables in `section` ("pipelines", "stages", "passes", "options", "plugins"), in order."""
        return list(dict.fromkeys(key[1] for key in self.values if key[0] == section))

    def get(self, *key: str) -> Any:
        """The effective value, `None` where nobody set it."""
        found = self.values.get(key)
        return None if found is None else found.value

    def source(self, *key: str) -> str:
        """Who set the value: a file's path, or a `-p` argument; "" where nobody did."""
        found = self.values.get(key)
        return "" if found is None else found.source

    @property
    def paths(self) -> list[Sourced]:
        """Loose plugin files to load (each value a `Path`), in order."""
        return [sourced for key, sourced in self.values.items() if key[0] == "paths"]

    def options(self, plugin: str) -> dict[str, Any]:
        """The `[options.PLUGIN]` table."""
        return {key[2]: sourced.value for key, sourced in self.values.items() if key[:2] == ("options", plugin)}


def load_settings(
    *,
    plugins_file: str | os.PathLike[str] | None = None,
    names: Iterable[str] = (),
    start: Path | None = None,
    packaged: Path = PACKAGED,
) -> Settings:
    """Read all layers. `plugins_file` is `--plugins`, `names` are the `-p` arguments, `start` the working directory.

    Raises `UsageError` for unknown keys, wrong types or misuse (naming file and key), `FileError` for unreadable files.
    """
    layers: list[Mapping[Key, Sourced]] = [packaged_layer(packaged)]
    discovered = find_project_file(start or Path.cwd(), packaged)
    if discovered is not None:
        layers.append(read_layer(discovered, may_load_code=False))
    if plugins_file is not None:
        layers.append(read_layer(Path(plugins_file), may_load_code=True))
    layers.append(_arguments_layer(names))
    return Settings(layers)


@cache
def packaged_layer(path: Path = PACKAGED) -> Mapping[Key, Sourced]:
    """The packaged default; read once."""
    return MappingProxyType(read_layer(path, may_load_code=True))


def find_project_file(start: Path, packaged: Path = PACKAGED) -> Path | None:
    """The nearest `plugins.toml` from `start` upwards, or `None`. Pytoco's own is never taken for a project's."""
    start = start.absolute()
    for folder in (start, *start.parents):
        candidate = folder / FILE_NAME
        if candidate.is_file():
            return None if packaged.is_file() and candidate.samefile(packaged) else candidate
    return None


def read_layer(path: Path, *, may_load_code: bool) -> dict[Key, Sourced]:
    """One file as a flat layer. Raises `UsageError` for anything unknown or ill-typed, `FileError` when unreadable."""
    import tomllib

    try:
        document = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise FileError(f"cannot read {path}: {error.strerror or error}") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise UsageError(f"{path} is not valid TOML: {error}") from error
    layer: dict[Key, Sourced] = {}
    for section, tables in document.items():
        _check_known(path, section, _SECTIONS, "section")
        if section == "plugins":
            _read_plugins(path, _table(path, section, tables), layer, may_load_code=may_load_code)
            continue
        if section == "pins":
            for name, pin in _table(path, section, tables).items():
                _check_value(path, f"pins.{name}", pin, *_PIN)
                layer[section, name, "version"] = Sourced(pin, str(path))
            continue
        for name, table in _table(path, section, tables).items():
            dotted = f"{section}.{name}"
            for key, value in _table(path, dotted, table).items():
                if section != "options":
                    _check_known(path, key, _NAMED_TABLES[section], f"key in [{dotted}]")
                    _check_value(path, f"{dotted}.{key}", value, *_NAMED_TABLES[section][key])
                layer[section, name, key] = Sourced(tuple(value) if isinstance(value, list) else value, str(path))
    return layer


def _read_plugins(path: Path, table: Mapping[str, Any], layer: dict[Key, Sourced], *, may_load_code: bool) -> None:
    for key, names in table.items():
        _check_known(path, key, _PLUGINS, "key in [plugins]")
        _check_value(path, f"plugins.{key}", names, *_TEXTS)
        if key == "paths":
            if not may_load_code:
                raise UsageError(
                    f"{path}: plugins.paths would load code from a file that was only found, not asked for",
                    hint=f"give it by name: --plugins {path}, or -p FILE.py",
                )
            for name in names:
                for file in _loose_files(path, (path.parent / name)):
                    layer["paths", str(file)] = Sourced(file, str(path))
            continue
        for name in names:
            if ("plugins", name, "enabled") in layer:
                raise UsageError(f"{path}: plugin {name!r} is named twice in plugins.enabled and plugins.disabled")
            layer["plugins", name, "enabled"] = Sourced(key == "enabled", str(path))


def _arguments_layer(names: Iterable[str]) -> dict[Key, Sourced]:
    layer: dict[Key, Sourced] = {}
    for argument in names:
        source = f"{ARGUMENT} {argument}"
        off = argument.startswith("no:")
        name = argument.removeprefix("no:")
        if not name:
            raise UsageError(f"{ARGUMENT} {argument!r} names no plugin", hint="write -p NAME, -p no:NAME or -p FILE.py")
        if name.endswith(".py") and not off:
            for file in _loose_files(source, Path(name)):
                layer["paths", str(file)] = Sourced(file, source)
            name = Path(name).stem
        layer["plugins", name, "enabled"] = Sourced(not off, source)
    return layer


def _loose_files(source: object, path: Path) -> list[Path]:
    if path.is_dir():
        return sorted(file.absolute() for file in path.glob("*.py") if not file.name.startswith(("_", ".")))
    if not path.is_file() or path.suffix != ".py":
        raise FileError(f"{source}: no plugin file {str(path)!r}", hint="name a .py file or a folder of them")
    return [path.absolute()]


def _table(path: Path, name: str, value: object) -> Mapping[str, Any]:
    if not isinstance(value, dict):
        raise UsageError(f"{path}: {name} must be a table, written [{name}]")
    return value


def _check_known(path: Path, name: str, known: Iterable[str], what: str) -> None:
    if name not in known:
        raise UsageError(f"{path}: unknown {what} {name!r}", hint=suggestion(name, known))


def _check_value(path: Path, key: str, value: object, accepts: Any, wanted: str) -> None:
    if not accepts(value):
        raise UsageError(f"{path}: {key} must be {wanted}, not {value!r}")
