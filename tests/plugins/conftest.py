"""Fixtures that lay out plugin packages as an installer does, in a folder put first on `sys.path`."""

import sys
from collections.abc import Iterator
from pathlib import Path
from textwrap import dedent

import pytest

from pytoco.compiler.plugins.registry import Registry, open_registry

HEADER = "from pytoco.compiler.plugins import *\nfrom pytoco.compiler.plugins import hookimpl\n"

PASS = """
class {cls}:
    name, stage, roots = "{name}", "{stage}", ("Add",)
    before, after, requires = {before!r}, {after!r}, {requires!r}

    def match(self, op, look):
        return None

    def rewrite(self, op, found, graph):
        pass
"""


def pass_source(
    name: str,
    stage: str = "general",
    before: tuple[str, ...] = (),
    after: tuple[str, ...] = (),
    requires: tuple[str, ...] = (),
) -> str:
    """The source of a pass class named from `name`."""
    cls = "".join(word.title() for word in name.split("-"))
    return PASS.format(cls=cls, name=name, stage=stage, before=before, after=after, requires=requires)


def passes_plugin(*names: str, **fields: object) -> str:
    """The source of a plugin that offers passes of these names."""
    classes = "".join(pass_source(name, **fields) for name in names)  # type: ignore[arg-type]
    yields = "".join(f"    yield {''.join(word.title() for word in name.split('-'))}\n" for name in names)
    return f"{HEADER}{classes}\n@hookimpl\ndef register_passes():\n{yields}"


class Site:
    """A site-packages folder and a project folder of one test."""

    def __init__(self, folder: Path, project: Path) -> None:
        self.folder = folder
        self.project = project
        self.modules: list[str] = []

    def install(self, name: str, source: str, *, distribution: str = "", version: str = "1.0") -> str:
        """Lay out a distribution with one plugin called `name`; returns its module's name."""
        distribution = distribution or f"dist_{name}"
        module = f"module_of_{distribution}".replace("-", "_")
        self.modules.append(module)
        (self.folder / f"{module}.py").write_text(dedent(source))
        info = self.folder / f"{distribution}-{version}.dist-info"
        info.mkdir()
        (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {distribution}\nVersion: {version}\n")
        (info / "entry_points.txt").write_text(f"[pytoco]\n{name} = {module}\n")
        return module

    def settings(self, text: str, name: str = "plugins.toml") -> Path:
        """Write a settings file into the project folder."""
        path = self.project / name
        path.write_text(dedent(text))
        return path

    def registry(self, *names: str, plugins_file: Path | None = None) -> Registry:
        """A registry as a command run in the project folder gets it."""
        return open_registry(plugins_file=plugins_file, names=names, start=self.project)


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Site]:
    folder, project = tmp_path / "site", tmp_path / "project"
    folder.mkdir()
    project.mkdir()
    monkeypatch.syspath_prepend(folder)
    made = Site(folder, project)
    yield made
    for module in made.modules:
        sys.modules.pop(module, None)
