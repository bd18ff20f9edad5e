"""Fixtures for the tests of conformance: the plain format as a plugin file, right or wrong in one way."""

from collections.abc import Callable
from pathlib import Path

import pytest

from pytoco.compiler.testing.conformance import FAILS, conformance_checks

PLAIN = Path(__file__).with_name("plain_format.py")

Change = tuple[str, str]
Failing = Callable[..., dict[str, str]]


def changed(folder: Path, *changes: Change) -> str:
    """The plugin file with these texts in place of others, each of which is there."""
    text = PLAIN.read_text()
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    path = folder / "plain_plugin.py"
    path.write_text(text)
    return str(path)


@pytest.fixture
def plain_sample(tmp_path: Path) -> Path:
    """A small convolution in the plain format."""
    from pytoco.compiler.testing.conformance.subject import BackendSubject

    subject = BackendSubject("plain", plugins=[str(PLAIN)])
    path = tmp_path / "sample.plain"
    subject.write(subject.prepared("convolution"), path)
    return path


@pytest.fixture
def failing(tmp_path: Path, plain_sample: Path) -> Failing:
    """Which checks of the plain backend or frontend fail, with the reasons, after changes of its source."""

    def run(
        kind: str, *changes: Change, samples: list[Path] | None = None, only: tuple[str, ...] = ()
    ) -> dict[str, str]:
        plugins = [changed(tmp_path, *changes)]
        checks = conformance_checks("plain", samples=samples or [plain_sample], plugins=plugins, only=only)
        outcomes = [check.outcome() for check in checks if check.subject.kind == kind]
        return {found.check.name: found.reason for found in outcomes if found.status == FAILS}

    return run
