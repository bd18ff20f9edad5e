"""What the runner makes of a package, told without installing anything."""

from pathlib import Path
from typing import Any

import pytest

from .checks import Counts, Source, check, copied
from .environment import StepError


class Scripted:
    """Stands for an environment whose steps print what they are told to; remembers folders and arguments."""

    def __init__(self, **printed: str) -> None:
        self.printed = printed
        self.folders: dict[str, list[str]] = {}
        self.arguments: dict[str, list[str]] = {}

    def run(self, step: str, argv: Any, folder: Path) -> str:
        """What the step prints."""
        self.folders[step] = sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*.py"))
        self.arguments[step] = [str(argument) for argument in argv]
        return self.printed[step]


@pytest.fixture(params=["acme", "src/acme"])
def source(request: pytest.FixtureRequest, tmp_path: Path) -> Source:
    """A package in either layout."""
    folder = tmp_path / "original"
    (folder / request.param).mkdir(parents=True)
    (folder / request.param / "__init__.py").touch()
    (folder / "tests").mkdir()
    (folder / "tests" / "__init__.py").touch()
    (folder / "tests" / "test_acme.py").touch()
    (folder / ".mypy_cache").mkdir()
    (folder / "pyproject.toml").write_text("[project]\nname = 'acme'\n")
    return Source("acme", folder)


def printing(pytest: str) -> Any:
    """An environment in which pytest prints that."""
    return Scripted(pytest=pytest, mypy="Success: no issues found in 3 source files", ruff="All checks passed!")


def test_tests_run_where_only_the_installed_package_can_be_imported(source: Source, tmp_path: Path) -> None:
    environment = printing("....\n4 passed in 0.1s")
    (package,) = source.imports()
    assert check(source, environment, tmp_path / "scratch") == Counts(4, 3)
    assert environment.folders["pytest"] == ["tests/__init__.py", "tests/test_acme.py"]
    assert f"{package.as_posix()}/__init__.py" in environment.folders["mypy"]
    assert environment.arguments["mypy"][-2:] == [str(package), "tests"]


@pytest.mark.parametrize("told", ["3 passed, 1 skipped in 0.1s", "no tests ran in 0.1s", "3 passed, 1 xfailed in 1s"])
def test_nothing_may_be_left_out(told: str, source: Source, tmp_path: Path) -> None:
    with pytest.raises(StepError, match="nothing may be left out"):
        check(source, printing(told), tmp_path / "scratch")


def test_the_wheels_own_list_of_packages_counts(source: Source) -> None:
    settings = source.folder / "pyproject.toml"
    settings.write_text(settings.read_text() + "[tool.hatch.build.targets.wheel]\npackages = ['a', 'lib/b']\n")
    assert source.imports() == [Path("a"), Path("lib/b")]


def test_a_copy_leaves_caches_behind(source: Source, tmp_path: Path) -> None:
    copy = copied(source, tmp_path / "copy")
    assert copy.name == "acme"
    assert (copy.folder / "tests" / "test_acme.py").is_file()
    assert not (copy.folder / ".mypy_cache").exists()
