"""Lays out installed plugins by the dozen, and measures what opening the registry over them and planning takes."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from statistics import median
from string import ascii_lowercase
from textwrap import dedent
from typing import NamedTuple

PLUGINS = 50
PASSES = 10
LIMIT = 0.3
"""Seconds above the imports of the plugins used."""

HOOKS = """\
from pytoco.compiler import PassRef, hookimpl

pytoco_api = 1


@hookimpl
def register_passes():
    for letter in {letters!r}:
        yield PassRef(f"{package}.pass_{{letter}}:Nothing", name=f"{name}-{{letter}}", stage="general")
"""

PASS = """\
from pytoco.compiler import Pass


class Nothing(Pass):
    name, stage, roots = {name!r}, "general", ("Add",)
    after = ({other!r},)

    def match(self, op, look):
        return None

    def rewrite(self, op, found, graph):
        pass
"""

CHILD = """\
import json, sys, time
from importlib import import_module
sys.path.insert(0, sys.argv[1])
start = time.perf_counter()
from pytoco.compiler.plugins.registry import open_registry
for module in sys.argv[2:]:
    import_module(module)
imports = time.perf_counter() - start
start = time.perf_counter()
planned = dict(open_registry().pipeline("tflite"))
seconds = time.perf_counter() - start
print(json.dumps([imports, seconds, sum(map(len, planned.values()))]))
"""


class Start(NamedTuple):
    """Seconds of importing the registry, the plugins used and their passes; those of all else; passes planned."""

    imports: float
    seconds: float
    passes: float


def lay_out(folder: Path, plugins: int = PLUGINS, passes: int = PASSES) -> dict[str, list[str]]:
    """Install plugins into a folder, as pip does; the modules of each plugin's package, that of the hooks first.

    Plugin `plugin-7` is module `plugin_7.hooks`; its passes `plugin-7-a` and so on are a module each, belong to the
    stage "general" and come after a pass of another plugin.
    """
    made = {}
    for number in range(plugins):
        name, other, letters = f"plugin-{number}", f"plugin-{(number + 10) % plugins}", ascii_lowercase[:passes]
        package = folder / name.replace("-", "_")
        package.mkdir(parents=True)
        (package / "__init__.py").touch()
        (package / "hooks.py").write_text(HOOKS.format(package=package.name, name=name, letters=letters))
        neighbours = ["remove-unused-op", *(f"{other}-{letter}" for letter in letters)]
        for letter, neighbour in zip(letters, neighbours, strict=False):
            (package / f"pass_{letter}.py").write_text(PASS.format(name=f"{name}-{letter}", other=neighbour))
        info = folder / f"{package.name}-1.0.dist-info"
        info.mkdir()
        (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n")
        (info / "entry_points.txt").write_text(f"[pytoco]\n{name} = {package.name}.hooks\n")
        made[name] = [f"{package.name}.hooks", *(f"{package.name}.pass_{letter}" for letter in letters)]
    return made


def measure(python: str, scratch: Path, repeat: int) -> dict[str, Start]:
    """The median start with the plugins used, with all of them disabled, and with none installed."""
    modules = lay_out(scratch / "site")
    (scratch / "empty").mkdir()
    projects = {name: scratch / name for name in ("used", "disabled", "none")}
    for project in projects.values():
        project.mkdir()
    projects["disabled"].joinpath("plugins.toml").write_text(f"[plugins]\ndisabled = {json.dumps(list(modules))}\n")
    used = [module for names in modules.values() for module in names]
    arguments = {"used": ["site", *used], "disabled": ["site"], "none": ["empty"]}
    runs: dict[str, list[Start]] = {name: [] for name in projects}
    for turn in range(repeat + 1):
        for name, (site, *imported) in arguments.items():
            command = [python, "-c", dedent(CHILD), str(scratch / site), *imported]
            told = subprocess.run(command, check=True, stdout=subprocess.PIPE, cwd=projects[name]).stdout
            if turn:  # the first one compiles
                runs[name].append(Start(*json.loads(told)))
    return {name: Start(*(median(column) for column in zip(*found, strict=True))) for name, found in runs.items()}
