"""The pages tell the truth: what they show is what happens, block by block."""

from pathlib import Path

import pytest

from .running import DEBUGGING, DOCS, GUIDES, LANGUAGES, Session, blocks_of, missing_line

PAGES = sorted(page for page in DOCS.rglob("*.md") if any(block.language for block in blocks_of(page)))
ELSEWHERE = (DEBUGGING, *GUIDES)
"""Long pages are run in files of their own, which other processes may take."""


def name_of(page: Path) -> str:
    return str(page.relative_to(DOCS))


@pytest.mark.parametrize("page", [page for page in PAGES if page not in ELSEWHERE], ids=name_of)
def test_the_page_is_what_happens(page: Path, tmp_path: Path) -> None:
    folder = tmp_path / "reader"
    folder.mkdir()
    Session(folder, tmp_path / "environment").play(page)


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_every_block_is_of_a_kind_that_is_run(page: Path) -> None:
    blocks = blocks_of(page)
    assert len(blocks) * 2 == sum(line.lstrip().startswith("```") for line in page.read_text("utf-8").splitlines())
    assert {block.language for block in blocks} <= {*LANGUAGES, ""}


@pytest.mark.parametrize("shown", ["y\nc", "a b c", "a ... c\nz"])
def test_lines_that_are_not_printed_are_found(shown: str) -> None:
    assert missing_line(shown, "c\na x c\ny") == shown.splitlines()[-1]


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("```sh\necho a\n```\n```text\nb\n```\n", "page.md:4: b"),
        ("```sh\npytoco fly\n```\n", "printed and not shown"),
        ("```python\n1 / 0\n```\n", "Traceback"),
        ("```python\n# a.py\n1 +\n```\n", "invalid syntax"),
        ("<!-- not run: it is only wrong -->\n```python\n1 +\n```\n", "invalid syntax"),
        ("```toml\n[passes.a]\nenabeld = false\n```\n", "did you mean 'enabled'"),
        ("```graph\ngraph main(x: float32[2]) -> y {\n  y = Negg(x)\n}\n```\n", "Negg"),
    ],
)
def test_a_page_that_is_wrong_is_found_out(text: str, fault: str, tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text(text, "utf-8")
    with pytest.raises((AssertionError, SyntaxError, ValueError), match=fault):
        Session(tmp_path, tmp_path / "environment").play(page)


def test_files_folders_and_errors_that_are_shown(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text(
        "```python\n# inner/a.py\nprint(1)\n```\n```sh\ncd inner\npytoco fly\n```\n```text\n...: error: ...\n```\n"
        "```sh\npython a.py\n```\n```text\n1\n```\n",
        "utf-8",
    )
    Session(tmp_path, tmp_path / "environment").play(page)
