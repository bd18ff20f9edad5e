"""`docs/debugging.md` tells the truth: its commands and programs run, one after the other, and print what it shows.

A block that begins with `# name.py` is a file, another Python block a program, an `sh` block commands. A `text` block
shows lines that what came before it prints, in order; `...` is anything.
"""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs" / "debugging.md"
BLOCKS = re.findall(r"^```(\w+)\n(.*?)^```", PAGE.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)


def run(folder: Path, *argv: str) -> str:
    path = os.pathsep.join((str(Path(sys.executable).parent), os.environ["PATH"]))
    environment = os.environ | {"PATH": path, "PYTHONUNBUFFERED": "1"}
    done = subprocess.run(
        argv, cwd=folder, env=environment, stdout=-1, stderr=subprocess.STDOUT, text=True, timeout=300, check=False
    )
    return done.stdout


def missing_line(shown: str, printed: str) -> str | None:
    """The first shown line that is not printed, or not after those before it."""
    left = iter(printed.splitlines())
    for line in shown.splitlines():
        pattern = ".*".join(map(re.escape, line.rstrip().split("...")))
        if not any(re.fullmatch(pattern, found.rstrip()) for found in left):
            return line
    return None


def test_the_page_is_what_happens(tmp_path: Path) -> None:
    data = tmp_path / "tests" / "data"
    data.mkdir(parents=True)
    data.joinpath("demo").symlink_to(ROOT / "tests" / "data" / "demo")
    printed = ""
    for language, text in BLOCKS:
        if language == "text":
            line = missing_line(text, printed)
            assert line is None, f"{line}\n\nis not, or not there, in\n\n{printed}"
        elif (name := re.match(r"# (\w+\.py)\n", text)) is not None:
            tmp_path.joinpath(name[1]).write_text(text, encoding="utf-8")
        else:
            printed = run(tmp_path, *(("sh", "-c") if language == "sh" else (sys.executable, "-c")), text)
            assert "Traceback" not in printed, printed
            assert not re.search(r"^(pytoco .*|sh): ?(error|.*not found)", printed, re.MULTILINE), printed


def test_every_block_is_of_a_kind_that_is_run() -> None:
    assert {language for language, _ in BLOCKS} == {"sh", "python", "text"}


@pytest.mark.parametrize(
    "command", ["convert", "inspect", "bisect", "diff", "frames", "play", "why", "blame", "compare", "reproduce"]
)
def test_every_tool_is_shown(command: str) -> None:
    assert any(f"pytoco {command} " in text for language, text in BLOCKS if language == "sh")


@pytest.mark.parametrize("shown", ["y\nc", "a b c", "a ... c\nz"])
def test_lines_that_are_not_printed_are_found(shown: str) -> None:
    assert missing_line(shown, "c\na x c\ny") == shown.splitlines()[-1]
