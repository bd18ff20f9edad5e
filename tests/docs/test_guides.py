"""The guides for authors of plugins are walked, each in an empty folder, from the first command to the last."""

from pathlib import Path

import pytest

from .running import GUIDES, Session, blocks_of


@pytest.mark.parametrize("guide", GUIDES, ids=lambda guide: guide.stem)
def test_the_guide_leads_to_its_end(guide: Path, tmp_path: Path) -> None:
    folder = tmp_path / "reader"
    folder.mkdir()
    Session(folder, tmp_path / "environment").play(guide)


@pytest.mark.parametrize("guide", GUIDES, ids=lambda guide: guide.stem)
def test_the_guide_imports_only_what_is_public(guide: Path) -> None:
    public = {"pytoco", "pytoco.compiler", "pytoco.testing", "pytoco.backends.tflite", "pytoco.frontends.graphdef"}
    lines = [line for block in blocks_of(guide) if block.language == "python" for line in block.text.splitlines()]
    imported = {line.split()[1] for line in lines if line.lstrip().startswith(("import pytoco", "from pytoco"))}
    assert {name for name in imported if name.partition(".")[0] == "pytoco"} <= public
    assert imported
