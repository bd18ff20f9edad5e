"""Makes the files of a package from templates, and puts them into a new folder, whole or not at all."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterator, Mapping
from importlib.metadata import version
from pathlib import Path
from string import Template
from typing import NamedTuple

from ..errors import FileError, UsageError
from .kinds import Kind, check_free, check_kind
from .names import names_for

TEMPLATES = Path(__file__).parent / "templates"
"""`common` holds what all packages have, the folders beside it what those of a kind have."""

SUFFIX = ".in"
"""Ends a template's name, so that no tool takes it for what it becomes."""

PART = ".part"
"""Ends the name of a template that becomes a value in others: `use.part.in` fills `$use`."""


class Package(NamedTuple):
    """A package that was made: its folder, and its files from there, in alphabetical order."""

    folder: Path
    files: tuple[str, ...]


def make_package(name: str, kind: str | None, parent: Path, description: str | None = None) -> Package:
    """Write a plugin package called `name` into a folder of that name in `parent`, which is made where it is missing.

    `description` is one line for its metadata and README, a neutral one where it is None. Raises UsageError for names,
    kinds and descriptions that will not do and for a folder that is there already, FileError when
    writing fails; either way nothing of the package is left behind.
    """
    files = package_files(name, kind, description)
    folder = parent / names_for(name).distribution
    if folder.exists() or folder.is_symlink():
        raise UsageError(f"{folder} is there already", hint="give another name, or another folder with --dir")
    try:
        parent.mkdir(parents=True, exist_ok=True)
        _write(files, folder)
    except OSError as error:
        where = error.filename or folder
        raise FileError(f"cannot write {where}: {error.strerror or error}", hint="check the folder --dir") from error
    return Package(folder, tuple(sorted(files)))


def package_files(name: str, kind: str | None, description: str | None = None) -> dict[str, str]:
    """The text of each file of such a package, by its path; raises UsageError as `make_package` does."""
    facts = check_kind(kind)
    assert kind is not None
    names = names_for(name)
    check_free(kind, names)
    values = {
        **names._asdict(),
        "description": (described := _description(description, facts)),
        "quoted_description": json.dumps(described, ensure_ascii=False),  # which is how TOML quotes, too
        "dependencies": ", ".join(f'"{needed}"' for needed in (*facts.uses, _supported(version("pytoco")))),
    }
    templates = {path: text for folder in ("common", kind) for path, text in _templates(TEMPLATES / folder)}
    parts = {path: templates.pop(path) for path in list(templates) if path.endswith(PART)}
    for path, text in parts.items():
        values[path.removesuffix(PART)] = Template(text).substitute(values).strip()
    return {_named(path, values): Template(text).substitute(values) for path, text in templates.items()}


def _description(given: str | None, kind: Kind) -> str:
    """One line that says what the package is; raises UsageError for a text that metadata cannot hold."""
    if given is None:
        return f"{kind.noun} for pytoco"
    line = " ".join(given.split())
    if not line or not line.isprintable():
        raise UsageError(f"{given!r} is no description", hint="say in one line what the package does")
    return line


def _supported(installed: str) -> str:
    """The versions that a package made with this one goes with: up to the next that may change the interface."""
    major, minor = installed.split(".")[:2]
    return f"pytoco>={major}.{minor},<{int(major) + 1}"


def _templates(folder: Path) -> Iterator[tuple[str, str]]:
    """Path, without its suffix, and text of each template in a folder."""
    for path in sorted(folder.rglob(f"*{SUFFIX}")):
        yield path.relative_to(folder).as_posix().removesuffix(SUFFIX), path.read_text(encoding="utf-8")


def _named(path: str, values: Mapping[str, str]) -> str:
    """A template's path with the package's names in the place of PACKAGE and MODULE."""
    return path.replace("PACKAGE", values["package"]).replace("MODULE", values["module"])


def _write(files: Mapping[str, str], folder: Path) -> None:
    """Write everything into a temporary folder, and give that its name when all is there."""
    draft = folder.parent / f".pytoco-new-{os.getpid()}"
    draft.mkdir()
    try:
        for name, text in files.items():
            path = draft / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8", newline="\n")
        draft.rename(folder)
    except BaseException:
        shutil.rmtree(draft, ignore_errors=True)
        raise
