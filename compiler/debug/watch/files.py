"""The files that a result depends on: how to see that one has changed, and what of it counts."""

from __future__ import annotations

import ast
import hashlib
import importlib
import linecache
import os
import sys
import tomllib
from collections.abc import Iterable, Iterator
from contextlib import suppress
from importlib.util import cache_from_source, find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

from ...plugins.discovery import installed_offers
from ...plugins.settings import FILE_NAME

if TYPE_CHECKING:
    from ...options import Options
    from ...plugins.registry import Registry
    from ...plugins.settings import Settings

Stamp: TypeAlias = tuple[Any, ...] | None
"""Time of change in nanoseconds, size and inode of a file, the names in a folder; None where nothing is."""

LOOSE = "pytoco_loose_plugins"
"""The package under which loose plugin files are imported."""

_OWN = __name__.partition(".")[0]
_INSTALLED = ("site-packages", "dist-packages")
_INPUTS = ("check", "representative_dataset", "arrays_extra_info_file")


def stamp_of(path: Path) -> Stamp:
    """What tells one state of a file from another without reading it."""
    try:
        if path.is_dir():
            return tuple(sorted(n for n in os.listdir(path) if n.endswith(".py") and n[0] not in "._"))
        found = path.stat()
    except OSError:
        return None
    return found.st_mtime_ns, found.st_size, found.st_ino


def code_of(path: str | Path) -> str:
    """A digest of what a Python file does: comments, blank lines and spacing do not count."""
    try:
        data = Path(path).read_bytes()
    except OSError:
        return ""
    with suppress(SyntaxError, ValueError, RecursionError, MemoryError):
        data = ast.dump(ast.parse(data)).encode("utf-8", "surrogatepass")
    return hashlib.sha256(data).hexdigest()


class Files:
    """Everything that a session keeps an eye on.

    `loose` are plugin files given by path; `modules` are others that plugins are made of, with the names under which
    they are imported: what lies beside or below a loose file, and the modules of plugin packages that are installed as
    links to their sources (`roots` has the names of these packages, and where they lie).
    """

    def __init__(self, options: Options, source: object, start: Path | None) -> None:
        self._options = options
        self._source = source if isinstance(source, Path) else None
        self._start = (start or Path.cwd()).absolute()
        names = [name for name in options.plugin_switches if name.endswith(".py") and not name.startswith("no:")]
        self.loose: list[Path] = [Path(name).absolute() for name in names]
        self.modules: dict[Path, str] = {}
        self.roots: dict[str, tuple[str, ...]] = {}
        self._followed: dict[tuple[str, str], None] = {}

    def stamps(self) -> dict[Path, Stamp]:
        """The present state of every file."""
        paths = [*self.loose, *self._settings(), *self.modules, *self.inputs(), *self.model()]
        return {path: stamp_of(path) for path in paths}

    def model(self) -> list[Path]:
        """The files of the model."""
        source = self._source
        if source is None:
            return []
        return sorted(file for file in source.rglob("*") if file.is_file()) if source.is_dir() else [source]

    def inputs(self) -> list[Path]:
        """Files that options name and that are read while converting."""
        found = [getattr(self._options, name) for name in _INPUTS]
        return [Path(name) for name in found if isinstance(name, str) and name != "random"]

    def _settings(self) -> Iterator[Path]:
        """The settings file that was asked for, the folders that it names, and where a project's file may be."""
        if self._options.plugins_file is not None:
            path = Path(self._options.plugins_file)
            yield path
            with suppress(OSError, ValueError, TypeError, AttributeError):
                named = tomllib.loads(path.read_text("utf-8")).get("plugins", {}).get("paths", ())
                yield from (path.parent / name for name in named if (path.parent / name).is_dir())
        for folder in (self._start, *self._start.parents):
            yield folder / FILE_NAME
            if (folder / FILE_NAME).is_file():
                return

    # Python modules -------------------------------------------------------------------------------------------------

    def code(self) -> list[Path]:
        """The Python files."""
        return [*self.loose, *self.modules]

    def learn(self, settings: Settings) -> None:
        """Note which loose files there are."""
        self.loose = [sourced.value for sourced in settings.paths]

    def learn_packages(self) -> None:
        """Note which plugin packages are installed as links to their sources, whether they can be imported or not."""
        for offer in installed_offers():
            root = offer.reference.partition(":")[0].partition(".")[0]
            if root != _OWN and (places := self.roots.get(root) or _sources(root)):
                self.roots[root] = places
                self._followed[offer.name, offer.distribution] = None

    def follows(self, plugin: str, distribution: str) -> bool:
        """Whether a plugin is one that is being edited, or that worked before: nobody wants a result without it."""
        return (plugin, distribution) in self._followed or distribution in map(str, self.loose)

    def learn_modules(self, registry: Registry | None) -> None:
        """Note what the plugins, as far as they are loaded, have imported by now."""
        for info in registry.plugins() if registry is not None else ():
            if info.status == "active":
                self._followed[info.name, info.distribution] = None
        for name, module in list(sys.modules.items()):
            file = getattr(module, "__file__", None)
            if isinstance(file, str):
                root = name.partition(".")[0]
                if root not in (_OWN, LOOSE, "__main__"):
                    self.learn_file(file, name, forced=root in self.roots)

    def learn_file(self, file: str, name: str = "", *, forced: bool = False) -> None:
        """Keep an eye on a file, too, if it is source code beside or below a loose file, or of a package in `roots`."""
        if not file.endswith(".py") or _is_installed(file):
            return
        places = [f"{loose.parent}{os.sep}" for loose in self.loose]
        if forced or file.startswith((*places, *(place for found in self.roots.values() for place in found))):
            path = Path(file)
            if path not in self.loose:
                self.modules[path] = name or self.modules.get(path, "")

    def forget_modules(self, changed: Iterable[Path], *, all_modules: bool) -> None:
        """Have everything that is loose imported anew, and with `all_modules` what it has imported, too."""
        gone = [name for name in sys.modules if name.partition(".")[0] == LOOSE]
        if all_modules:
            gone += [name for name in self.modules.values() if name in sys.modules]
        forget_kinds(gone)
        for name in gone:
            del sys.modules[name]
        for path in changed:
            if path.suffix == ".py":  # compiled files tell sources apart only by seconds and size
                with suppress(OSError, NotImplementedError):
                    Path(cache_from_source(str(path))).unlink()
        importlib.invalidate_caches()
        linecache.checkcache()


def forget_kinds(modules: Iterable[str]) -> None:
    """Take back the operator kinds that these modules have defined."""
    from ... import ops

    wanted = frozenset(modules)
    for kind in ops.known_kinds():
        definition = ops._REGISTRY.get(kind)
        if definition is not None and definition.__module__ in wanted:
            ops.unregister(kind)


def defined_kinds() -> dict[str, str]:
    """The operator kinds that are not pytoco's own, with the modules that define them."""
    from ... import ops

    return {k: d.__module__ for k, d in sorted(ops._REGISTRY.items()) if d.__module__.partition(".")[0] != _OWN}


def _is_installed(file: str) -> bool:
    return any(part in file for part in _INSTALLED)


def _sources(root: str) -> tuple[str, ...]:
    """How the paths of a package or module begin that is not installed as a copy; none where that cannot be told."""
    try:
        spec = find_spec(root)
    except (ImportError, ValueError):
        return ()
    if spec is None:
        return ()
    folders = spec.submodule_search_locations
    places = [spec.origin or ""] if folders is None else [f"{folder}{os.sep}" for folder in folders]
    return tuple(place for place in places if place and not _is_installed(place))
