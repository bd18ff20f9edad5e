"""What plugins cost before anything is converted."""

import json
import subprocess
import sys
from collections.abc import Iterable
from itertools import pairwise
from pathlib import Path

import pytest

from benchmarks.plugins import lay_out

from .conftest import Site

HEAVY = ("google.protobuf", "flatbuffers", "networkx", "numpy")
PAIRS = list(pairwise("abcdefghij"))
"""Letters of passes of which the first goes before the second."""


def test_the_registry_and_its_built_in_plugins_import_nothing_heavy(site: Site) -> None:
    code = (
        "import sys\nfrom pytoco.compiler.plugins.registry import open_registry\n"
        "r = open_registry()\nr.pipeline('tflite'), r.frontends(), r.backend_for('TFLITE')\n"
        f"print([m for m in {HEAVY!r} if m in sys.modules],"
        " [m for m in sys.modules if m.startswith(('pytoco.passes.', 'pytoco.frontends.', 'pytoco.backends.'))])"
    )
    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True, cwd=site.project)
    plugins = [f"pytoco.{folder}.plugin" for folder in ("passes", "frontends", "backends")]
    assert done.stdout.strip() == f"[] {plugins}"


WATCHED = """
import json, sys
sys.path.insert(0, sys.argv[1])
heavy = {heavy!r}

def loaded():
    return sorted(name for name in sys.modules if name.startswith("plugin_") or name in heavy)

from pytoco.compiler.plugins.registry import open_registry
registry = open_registry(names={switches!r})
asked = [len(registry.passes()), registry.options(), registry.commands(), registry.backends_for_suffix(".tflite")]
opened = loaded()
planned = [ref.name for ref in dict(registry.pipeline("tflite"))["general"] if ref.name.startswith("plugin-")]
print(json.dumps([opened, planned, loaded()]))
"""


@pytest.fixture(scope="module")
def many(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, list[str]]]:
    """Fifty installed plugins of ten passes: the folder they are in, and the modules of each."""
    folder = tmp_path_factory.mktemp("many") / "site"
    return folder, lay_out(folder)


def watched(installed: Path, project: Path, *switches: str) -> tuple[set[str], list[str], set[str]]:
    """Plugin and heavy modules after opening the registry; the plugins' passes as planned; the modules after that."""
    code = WATCHED.format(heavy=HEAVY, switches=list(switches))
    command = [sys.executable, "-c", code, str(installed)]
    done = subprocess.run(command, check=True, capture_output=True, text=True, cwd=project)
    assert done.stderr == ""
    opened, planned, loaded = json.loads(done.stdout)
    return set(opened), planned, set(loaded)


def packages(names: Iterable[str]) -> set[str]:
    """The modules and the packages that they are in."""
    return {part for name in names for part in (name, name.partition(".")[0])}


def test_fifty_plugins_are_imported_and_their_passes_only_once_a_pipeline_has_them(
    many: tuple[Path, dict[str, list[str]]], tmp_path: Path
) -> None:
    installed, modules = many
    opened, planned, loaded = watched(installed, tmp_path)
    assert opened == packages(hooks for hooks, *_ in modules.values())
    assert len(planned) == 500
    assert loaded - set(HEAVY) == packages(name for names in modules.values() for name in names)
    places = {name: place for place, name in enumerate(planned)}
    assert all(places[f"plugin-{(n + 10) % 50}-{a}"] < places[f"plugin-{n}-{b}"] for n in range(50) for a, b in PAIRS)


def test_a_disabled_plugin_is_not_imported_nor_is_a_pass_that_is_disabled_or_moved_away(
    many: tuple[Path, dict[str, list[str]]], tmp_path: Path
) -> None:
    installed, modules = many
    used = [name for name in modules if int(name.removeprefix("plugin-")) % 10 == 0]
    (tmp_path / "plugins.toml").write_text(
        """
        [passes.plugin-0-a]
        enabled = false
        [stages.unused]
        passes = ["plugin-10-b"]
        """
    )
    opened, planned, loaded = watched(installed, tmp_path, *(f"no:{name}" for name in modules if name not in used))
    assert opened == packages(modules[name][0] for name in used)
    left = {"plugin_0.pass_a", "plugin_10.pass_b"}
    assert loaded - set(HEAVY) == packages(module for name in used for module in modules[name]) - left
    assert len(planned) == 48


def test_with_all_of_fifty_plugins_disabled_nothing_of_them_is_imported(
    many: tuple[Path, dict[str, list[str]]], tmp_path: Path
) -> None:
    installed, modules = many
    assert watched(installed, tmp_path, *(f"no:{name}" for name in modules)) == (set(), [], set())
