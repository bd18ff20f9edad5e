"""`docs/debugging.md` is run as the other pages are, and shows every tool."""

from pathlib import Path

import pytest

from .running import DEBUGGING, Session, blocks_of


def test_the_page_is_what_happens(tmp_path: Path) -> None:
    folder = tmp_path / "reader"
    folder.mkdir()
    Session(folder, tmp_path / "environment").play(DEBUGGING)


@pytest.mark.parametrize(
    "command", ["convert", "inspect", "bisect", "diff", "frames", "play", "why", "blame", "compare", "reproduce"]
)
def test_every_tool_is_shown(command: str) -> None:
    assert any(f"pytoco {command} " in block.text for block in blocks_of(DEBUGGING) if block.language == "sh")
