"""Plugin packages that a session follows although nobody names them: installed as editable, broken and mended."""

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from pytoco.compiler.cli.watch_text import changes_text
from pytoco.compiler.errors import PluginError
from tests.debug.watching import Project, loosening

LAZY = """
from pytoco.compiler.plugins import Option, PassRef, hookimpl

@hookimpl
def register_options():
    yield Option("option_of_watch_test", "An option.", default="x")

@hookimpl
def register_passes():
    yield PassRef("package_of_watch_test.deep:Loosen", name="loosen", stage="pointwise"{more})
"""
"""A plugin whose pass lies in another module."""

PLANNED = LAZY.format(more="")
LATE = LAZY.format(more=', before="", after="", requires=""'.replace('""', "()"))
"""Its pass is not needed to plan the stages."""


def deep(*names: str) -> str:
    """The module of the pass."""
    return loosening(*names).partition("@hookimpl")[0]


class Package:
    """A package with a plugin, in a folder that comes first on `sys.path`."""

    def __init__(self, sources: Path) -> None:
        self.folder = sources / "package_of_watch_test"
        info = sources / "package_of_watch_test-1.0.dist-info"
        for folder in (self.folder, info):
            folder.mkdir(parents=True)
        (info / "METADATA").write_text("Metadata-Version: 2.1\nName: package-of-watch-test\nVersion: 1.0\n")
        (info / "entry_points.txt").write_text("[pytoco]\nfollowed = package_of_watch_test.plugin\n")
        (self.folder / "__init__.py").write_text("")
        self.plugin, self.deep = self.folder / "plugin.py", self.folder / "deep.py"
        self.plugin.write_text(PLANNED)
        self.deep.write_text(deep("r1"))


def laid_out(sources: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Package]:
    """The package until the end of the test."""
    monkeypatch.syspath_prepend(str(sources))
    yield Package(sources)
    for name in [name for name in sys.modules if name.startswith("package_of_watch_test")]:
        del sys.modules[name]


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Package]:
    """One that is installed as a link to its sources."""
    yield from laid_out(tmp_path / "sources", monkeypatch)


@pytest.fixture
def copy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Package]:
    """One that is installed as a copy."""
    yield from laid_out(tmp_path / "site-packages", monkeypatch)


def test_an_editable_package_is_followed(tmp_path: Path, package: Package) -> None:
    project = Project(tmp_path, switches=())
    project.hold(project.session.run())
    step = project.hold(project.step(deep("r2", "r3"), package.deep))
    assert (step.stage, step.reason) == ("pointwise", "pass 'loosen' of package_of_watch_test.deep changed")
    assert step.changes is not None
    assert step.changes.passes == {"loosen": (1, 2)}


BROKEN = {
    "plugin, syntax": ("plugin", PLANNED, f"{PLANNED}def :\n", 11),
    "plugin, name": ("plugin", PLANNED, f"{PLANNED}nowhere\n", 11),
    "pass, syntax": ("deep", PLANNED, "\ndef :\n", 2),
    "pass, name": ("deep", PLANNED, "\n\nnowhere\n", 3),
    "pass, late": ("deep", LATE, "\nimport nowhere_at_all\n", 2),
}


@pytest.mark.parametrize("fault", BROKEN)
def test_a_broken_editable_package_is_one_message_and_the_result_stays(
    tmp_path: Path, package: Package, fault: str
) -> None:
    module, plugin, text, line = BROKEN[fault]
    package.plugin.write_text(plugin)
    project = Project(tmp_path, switches=())
    good = project.hold(project.session.run()).result
    result = (tmp_path / "m.tflite").read_bytes()
    path: Path = getattr(package, module)
    before = path.read_text()
    for broken in (text, f"{text}# once more\n\n1 / 0\n"):
        step = project.step(broken, path)
        assert isinstance(step.error, PluginError)
        assert str(step.error).startswith("plugin 'followed' (of package-of-watch-test 1.0) cannot be used: ")
        assert step.places == {"": f"{module}.py, line {line}"}
        assert step.notices == []  # the error says it
        assert step.result is good
        assert (tmp_path / "m.tflite").read_bytes() == result
    project.hold(project.step(before, path))
    assert (tmp_path / "m.tflite").read_bytes() == result
    step = project.hold(project.step(deep("r2", "r3"), package.deep))
    assert step.result is not None
    assert step.result.summary.passes["loosen"] == 2


@pytest.mark.parametrize("switches", [(), ("followed",)])
def test_an_editable_package_that_is_broken_at_first_is_waited_for(
    tmp_path: Path, package: Package, switches: tuple[str, ...]
) -> None:
    package.plugin.write_text("def :\n")
    project = Project(tmp_path, switches=())
    project.session.options.plugin_switches = switches
    step = project.session.run()
    assert isinstance(step.error, PluginError)
    assert step.places == {"": "plugin.py, line 1"}
    assert not (tmp_path / "m.tflite").exists()
    step = project.step(PLANNED, package.plugin)
    assert step.error is None, str(step.error)
    assert step.result is not None
    assert step.result.summary.passes["loosen"] == 1


def test_a_broken_editable_package_can_be_left_out(tmp_path: Path, package: Package) -> None:
    package.plugin.write_text("def :\n")
    project = Project(tmp_path, switches=("no:followed",))
    step = project.hold(project.session.run())
    assert step.notices == []


def test_a_copy_that_is_broken_at_first_is_left_out_with_a_warning(tmp_path: Path, copy: Package) -> None:
    copy.plugin.write_text("def :\n")
    project = Project(tmp_path, switches=("p.py",))
    project.write(loosening("r1"))
    step = project.session.run()
    assert (step.error, len(step.notices)) == (None, 1)
    assert "plugin 'followed' (of package-of-watch-test 1.0) is left out: SyntaxError" in step.notices[0]


def test_what_was_told_as_a_notice_is_not_told_again(tmp_path: Path, package: Package) -> None:
    project = Project(tmp_path, switches=())
    project.session.run()
    step = project.step(f"{PLANNED}\n@hookimpl\ndef register_observers():\n    1 / 0\n", package.plugin)
    assert step.error is None, str(step.error)
    assert step.changes is not None
    assert step.changes.new_warnings == step.notices
    assert "register_observers: ZeroDivisionError" in step.notices[0]
    assert "new warning" not in changes_text(step)


def test_a_copy_that_worked_and_fails_is_refused(tmp_path: Path, copy: Package) -> None:
    project = Project(tmp_path, switches=())
    project.write('[options.followed]\noption_of_watch_test = "y"\n', "plugins.toml")
    good = project.session.run()
    assert good.error is None
    step = project.step('[options.followed]\nunheard_of = "y"\n', "plugins.toml")
    assert isinstance(step.error, PluginError)
    assert "there is no option 'unheard_of'" in str(step.error)
    assert step.result is good.result
