"""How pytoco behaves once installed: from the wheel, and as an editable install."""

from pathlib import Path

import pytest

from .conftest import Distributions, Environment

LOADED_BY_IMPORT = """
import sys
before = set(sys.modules)
import pytoco
print(*sorted(set(sys.modules) - before))
"""
HEAVY = ("numpy", "networkx", "google.protobuf", "flatbuffers")


@pytest.fixture(params=["installed", "editable"])
def install(request: pytest.FixtureRequest) -> Environment:
    """Each kind of install in turn."""
    environment: Environment = request.getfixturevalue(request.param)
    return environment


def test_import_loads_nothing_else(install: Environment) -> None:
    done = install.run("-c", LOADED_BY_IMPORT)
    assert done.stdout.split() == ["pytoco"], done.stderr


def test_the_folders_are_no_imports_of_their_own(install: Environment) -> None:
    find = "from importlib.util import find_spec; print([find_spec(n) for n in ('compiler', 'passes', 'frontends')])"
    assert install.run("-c", find).stdout.strip() == "[None, None, None]"


def test_version_is_the_distributions(install: Environment, built: Distributions) -> None:
    done = install.run("-c", "import pytoco; print(pytoco.__version__)")
    assert built.wheel.name.startswith(f"pytoco-{done.stdout.strip()}-"), done.stderr


@pytest.mark.parametrize("script", ["pytoco", "tflite_convert", "toco"])
def test_help_of_each_command_needs_no_heavy_import(install: Environment, script: str) -> None:
    done = install.command(str(install.scripts / "python"), "-X", "importtime", str(install.scripts / script), "--help")
    assert done.returncode == 0, done.stderr
    assert "--output_file" in done.stdout or "convert" in done.stdout
    loaded = {line.rsplit("|", 1)[-1].strip() for line in done.stderr.splitlines() if line.startswith("import time:")}
    assert "pytoco.compiler.cli" in loaded
    assert not loaded.intersection(HEAVY)


def test_module_runs_as_the_command(install: Environment) -> None:
    by_module = install.run("-m", "pytoco", "--help")
    by_script = install.command(str(install.scripts / "pytoco"), "--help")
    assert by_module.returncode == 0, by_module.stderr
    assert by_module.stdout == by_script.stdout


def test_module_reaches_tflite_convert(install: Environment) -> None:
    done = install.run("-m", "pytoco", "tflite_convert", "--help")
    assert done.returncode == 0, done.stderr
    assert "--graph_def_file" in done.stdout


def test_editable_install_runs_the_files_being_edited(editable: Environment, built: Distributions) -> None:
    code = "import pytoco.compiler.errors as e, pytoco.passes as p; print(e.__file__, p.__file__, sep='\\n')"
    done = editable.run("-c", code)
    assert done.returncode == 0, done.stderr
    assert [Path(name) for name in done.stdout.splitlines()] == [
        built.unpacked / "compiler" / "errors.py",
        built.unpacked / "passes" / "__init__.py",
    ]


def test_editable_tree_shows_type_checkers_the_same_package(editable: Environment, built: Distributions) -> None:
    tree = built.unpacked / ".hatch" / "editable" / "pytoco"
    committed = built.unpacked / "compiler" / "package_init.py"
    assert (tree / "__init__.py").read_text().startswith(committed.read_text())
    for name in ("compiler", "passes", "backends", "frontends", "plugins.toml"):
        assert (tree / name).resolve() == built.unpacked / name


def test_wheel_runs_without_the_checkout(installed: Environment) -> None:
    done = installed.run("-c", "import pytoco.compiler; print(pytoco.compiler.__file__)")
    assert Path(done.stdout.strip()).is_relative_to(installed.folder), done.stderr
