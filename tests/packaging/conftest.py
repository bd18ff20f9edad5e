"""What the packaging tests share: the distributions, built once, and virtual environments to install them into."""

import os
import subprocess
import sys
import sysconfig
import tarfile
from pathlib import Path
from typing import NamedTuple

import pytest

ROOT = Path(__file__).resolve().parents[2]
FOLDERS = ("compiler", "passes", "backends", "frontends")


class Distributions(NamedTuple):
    """The sdist, the wheel built from it, and the sdist unpacked."""

    sdist: Path
    wheel: Path
    unpacked: Path


class Environment(NamedTuple):
    """A virtual environment that borrows every dependency from the one running the tests."""

    folder: Path

    @property
    def scripts(self) -> Path:
        """Where its commands are."""
        return self.folder / ("Scripts" if os.name == "nt" else "bin")

    def run(self, *argv: str) -> subprocess.CompletedProcess[str]:
        """Run its Python, in its own folder, so that no checkout is importable by accident."""
        return self.command(str(self.scripts / "python"), *argv)

    def command(self, *argv: str) -> subprocess.CompletedProcess[str]:
        """Run a command in its own folder."""
        return subprocess.run(argv, cwd=self.folder, capture_output=True, text=True, timeout=120, check=False)


def environment(folder: Path, *install: str) -> Environment:
    """Make an environment and install into it without an index, so that it is quick and works offline."""
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", folder], check=True)
    made = Environment(folder)
    site = Path(made.run("-c", "import sysconfig; print(sysconfig.get_path('purelib'))").stdout.strip())
    site.joinpath("borrowed.pth").write_text(sysconfig.get_path("purelib") + "\n")
    done = made.run(
        "-m", "pip", "--disable-pip-version-check", "install", "--quiet", "--no-index", "--no-deps",
        "--no-build-isolation", "--ignore-installed", *install,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return made


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> Distributions:
    """Build the sdist, and the wheel from the sdist."""
    folder = tmp_path_factory.mktemp("dist")
    command = [sys.executable, "-m", "build", "--no-isolation", "--outdir", str(folder), str(ROOT)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    (sdist,), (wheel,) = folder.glob("*.tar.gz"), folder.glob("*.whl")
    with tarfile.open(sdist) as archive:
        archive.extractall(folder, filter="data")
    return Distributions(sdist, wheel, folder / sdist.name.removesuffix(".tar.gz"))


@pytest.fixture(scope="session")
def installed(built: Distributions, tmp_path_factory: pytest.TempPathFactory) -> Environment:
    """An environment with the wheel in it."""
    return environment(tmp_path_factory.mktemp("wheel"), str(built.wheel))


@pytest.fixture(scope="session")
def editable(built: Distributions, tmp_path_factory: pytest.TempPathFactory) -> Environment:
    """An environment with an editable install of the unpacked sdist in it."""
    return environment(tmp_path_factory.mktemp("editable"), "--editable", str(built.unpacked))
