"""Build hook that gives the four source folders their one import name.

Hatchling's `sources` table moves whole folders. What is left, the files of the package's root, is done here: a wheel
gets them under `pytoco/`, an editable install gets a tree of links below `.hatch/editable`, which type checkers follow.
"""

from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

PACKAGE = "pytoco"
FOLDERS = ("compiler", "passes", "backends", "frontends")
ROOT_FILES = {
    "compiler/package_init.py": "__init__.py",
    "compiler/package_main.py": "__main__.py",
    "compiler/package_testing.py": "testing.py",
    "compiler/package_py.typed": "py.typed",
    "plugins.toml": "plugins.toml",
}


class OneImportName(BuildHookInterface[Any]):
    """Wheels get copies of the root files; editable installs get a tree of links."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Add the root files to a wheel, or lay out the link tree of an editable install."""
        if self.target_name != "wheel":
            return
        if version == "editable":
            self._link_sources(Path(self.root, ".hatch", "editable", PACKAGE))
        else:
            for source, target in ROOT_FILES.items():
                build_data["force_include"][source] = f"{PACKAGE}/{target}"

    def _link_sources(self, package: Path) -> None:
        package.mkdir(parents=True, exist_ok=True)
        up = Path("..", "..", "..")
        targets = {name: up / name for name in FOLDERS}
        targets |= {name: up / source for source, name in ROOT_FILES.items() if name != "__init__.py"}
        for name, target in targets.items():
            if not (link := package / name).is_symlink():
                try:
                    link.symlink_to(target, target_is_directory=name in FOLDERS)
                except OSError:  # Windows without the right to make links: only type checkers miss them
                    continue
        # Type checkers follow the links; the interpreter takes the real folders, so that tracebacks, breakpoints and
        # coverage name the files you edit.
        source = Path(self.root, "compiler", "package_init.py").read_text(encoding="utf-8")
        (package / "__init__.py").write_text(f"{source}\n__path__.insert(0, {self.root!r})\n", encoding="utf-8")
