"""What a package must pass once it is installed: its tests against the installed files, mypy --strict, ruff."""

import re
import shutil
import tomllib
from pathlib import Path
from typing import NamedTuple

from .environment import Environment, StepError

TOOLS = ("mypy>=1.15", "pytest>=8.2", "ruff>=0.11")
"""What checks a package; one that names them in its `test` extra may ask for more."""
_CACHES = shutil.ignore_patterns("__pycache__", ".*_cache", ".venv", "dist")


class Source(NamedTuple):
    """A package's folder with its pyproject.toml."""

    name: str
    folder: Path

    @property
    def requirement(self) -> str:
        """What pip installs: the package with what its tests need."""
        return f"{self.folder}[test]"

    def imports(self) -> list[Path]:
        """The folders that are imported, from the package's folder."""
        settings = tomllib.loads(self.folder.joinpath("pyproject.toml").read_text(encoding="utf-8"))
        wheel = settings.get("tool", {}).get("hatch", {}).get("build", {}).get("targets", {}).get("wheel", {})
        if "packages" in wheel:
            return [Path(name) for name in wheel["packages"]]
        found = [*self.folder.glob("*/__init__.py"), *self.folder.glob("src/*/__init__.py")]
        return [path.parent.relative_to(self.folder) for path in sorted(found) if path.parent.name != "tests"]


class Counts(NamedTuple):
    """Tests that passed, and files that mypy read."""

    tests: int
    files: int


def copied(source: Source, folder: Path) -> Source:
    """The package in another folder, so that building and checking it leaves nothing behind."""
    shutil.copytree(source.folder, folder, ignore=_CACHES)
    return Source(source.name, folder)


def check(source: Source, environment: Environment, scratch: Path) -> Counts:
    """Run everything; raises StepError for the first step that fails.

    The tests run in a copy without the package's own files, so that only what was installed can be imported.
    """
    imports = source.imports()
    tests = copied(source, scratch / f"{source.name}-tests")
    for path in imports:
        shutil.rmtree(tests.folder / path)
    quiet = ["-q", "--tb=short", "-p", "no:cacheprovider"]
    told = environment.run("pytest", ["-m", "pytest", *quiet], tests.folder)
    passed = re.search(r"(\d+) passed", told)
    if passed is None or re.search(r"\d+ (skipped|xfailed|xpassed)", told):
        raise StepError("pytest (nothing may be left out)", told)
    strict: list[str | Path] = ["-m", "mypy", "--strict", "--cache-dir", scratch / "mypy", *imports, "tests"]
    typed = re.search(r"in (\d+) source file", environment.run("mypy", strict, source.folder))
    environment.run("ruff", ["-m", "ruff", "check", "--no-cache", "."], source.folder)
    return Counts(int(passed[1]), int(typed[1]) if typed else 0)
