"""What the wheel and the sdist hold."""

import tarfile
import tomllib
import zipfile
from pathlib import Path

from .conftest import FOLDERS, ROOT, Distributions

CACHES = {"__pycache__", ".mypy_cache", ".ruff_cache", ".pytest_cache", ".hypothesis"}
ROOT_FILES = {"__init__.py", "__main__.py", "testing.py", "py.typed", "plugins.toml"}


def files_below(folder: str) -> set[str]:
    """Return the files of a folder of the checkout, caches left out, by their path from the root."""
    paths = (path.relative_to(ROOT) for path in (ROOT / folder).rglob("*") if path.is_file())
    return {path.as_posix() for path in paths if not CACHES & set(path.parts) and path.suffix != ".pyc"}


def wheel_names(built: Distributions) -> set[str]:
    with zipfile.ZipFile(built.wheel) as archive:
        return set(archive.namelist())


def sdist_names(built: Distributions) -> set[str]:
    with tarfile.open(built.sdist) as archive:
        return {str(Path(*Path(name).parts[1:])) for name in archive.getnames()}


def test_wheel_holds_the_four_folders_under_one_name_and_nothing_else(built: Distributions) -> None:
    code = {name for name in wheel_names(built) if ".dist-info/" not in name}
    sources = {name for folder in FOLDERS for name in files_below(folder)}
    moved = {name for name in sources if name.startswith("compiler/package_")}
    assert code == {f"pytoco/{name}" for name in sources - moved} | {f"pytoco/{name}" for name in ROOT_FILES}


def test_wheel_is_typed_in_every_folder(built: Distributions) -> None:
    markers = {name for name in wheel_names(built) if name.endswith("/py.typed")}
    assert markers == {"pytoco/py.typed", *(f"pytoco/{folder}/py.typed" for folder in FOLDERS)}


def test_wheel_declares_commands_and_plugins(built: Distributions) -> None:
    with zipfile.ZipFile(built.wheel) as archive:
        (name,) = (name for name in archive.namelist() if name.endswith(".dist-info/entry_points.txt"))
        entries = archive.read(name).decode()
    for line in (
        "pytoco = pytoco.compiler.cli:main",
        "tflite_convert = pytoco.compiler.cli:tflite_convert_main",
        "toco = pytoco.compiler.cli:tflite_convert_main",
        "builtin-passes = pytoco.passes.plugin",
        "builtin-frontends = pytoco.frontends.plugin",
        "builtin-backends = pytoco.backends.plugin",
    ):
        assert line in entries.splitlines()


def test_sdist_holds_sources_tests_and_tools_but_no_install_or_environment(built: Distributions) -> None:
    names = sdist_names(built)
    for folder in (*FOLDERS, "tests", "docs", "benchmarks", "examples"):
        assert files_below(folder) <= names
    assert {"pyproject.toml", "plugins.toml", "hatch_build.py", "Makefile", "README.md", "LICENSE", ".ci/run"} <= names
    tops = {name.split("/")[0] for name in names}
    assert not tops & {".git", ".hatch", ".venv", "out", "dist", *CACHES}


def test_version_is_the_changelogs(built: Distributions) -> None:
    version = tomllib.loads(ROOT.joinpath("pyproject.toml").read_text())["project"]["version"]
    assert built.wheel.name == f"pytoco-{version}-py3-none-any.whl"
    headings = [line for line in ROOT.joinpath("CHANGELOG.md").read_text().splitlines() if line.startswith("## ")]
    assert headings[0] == "## [Unreleased]" or f"[{version}]" in headings[0]
