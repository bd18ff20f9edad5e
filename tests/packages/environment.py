"""A clean virtual environment with nothing borrowed: what is in it came by pip."""

import os
import subprocess
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path
from types import MappingProxyType

PATIENCE = 600
"""Seconds after which a step has failed."""
_FOREIGN = ("PYTHONPATH", "PYTHONHOME", "PYTEST_ADDOPTS", "MYPYPATH", "MYPY_CACHE_DIR")
"""Settings of the caller that would let other code or options in."""


class StepError(Exception):
    """A step that failed, with what it printed."""

    def __init__(self, step: str, log: str) -> None:
        super().__init__(f"{step} failed")
        self.step = step
        self.log = log


class Environment:
    """A virtual environment in an empty folder; commands of it never see the folder they run in as an import."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.scripts = folder / ("Scripts" if os.name == "nt" else "bin")
        self.python = self.scripts / ("python.exe" if os.name == "nt" else "python")
        kept = {name: value for name, value in os.environ.items() if name not in _FOREIGN}
        path = f"{self.scripts}{os.pathsep}{kept.get('PATH', '')}"
        self.variables = {**kept, "PATH": path, "PYTHONSAFEPATH": "1", "PYTHONNOUSERSITE": "1"}
        self._run("venv", [sys.executable, "-m", "venv", "--without-pip", str(folder)], None)

    def install(self, *what: str) -> None:
        """Install what pip understands, from the index that pip is set up with; raises StepError."""
        pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "--no-input", "--quiet"]
        self._run("pip install", [*pip, "--python", str(self.python), "install", "--no-compile", *what], None)

    def run(self, step: str, argv: Iterable[str | Path], folder: Path, **variables: str) -> str:
        """What `python argv...` prints in a folder; raises StepError for another exit status than 0."""
        return self._run(step, [str(self.python), *map(str, argv)], folder, variables)

    def _run(
        self, step: str, command: list[str], folder: Path | None, variables: Mapping[str, str] = MappingProxyType({})
    ) -> str:
        try:
            done = subprocess.run(
                command, cwd=folder, env={**self.variables, **variables}, stdin=subprocess.DEVNULL, text=True,
                stdout=subprocess.PIPE, stderr=subprocess.STDOUT, errors="replace", timeout=PATIENCE, check=False,
            )  # fmt: skip
        except subprocess.TimeoutExpired as late:
            printed = (late.stdout or b"").decode(errors="replace")
            raise StepError(step, f"{printed}\nnot done after {PATIENCE} s") from late
        if done.returncode:
            raise StepError(step, done.stdout)
        return done.stdout
