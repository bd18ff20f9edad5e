"""What the tests of debugging tools share."""

from pathlib import Path

import pytest

from tests.debug.watching import Project, loosening


@pytest.fixture
def project(tmp_path: Path) -> Project:
    """A project whose pass loosens one block."""
    made = Project(tmp_path)
    made.write(loosening("r1"))
    return made
