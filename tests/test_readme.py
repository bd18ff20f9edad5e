"""The README tells the truth: its commands and its Python code run."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
BLOCKS = re.findall(
    r"^```(\w*)\n(.*?)^```", ROOT.joinpath("README.md").read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL
)
COMMANDS = [text for _, text in BLOCKS if text.startswith(("tflite_convert", "pytoco")) and "MODEL" not in text]
CODE = [text for language, text in BLOCKS if language == "python"]


def run(*argv: str) -> None:
    path = os.pathsep.join((str(Path(sys.executable).parent), os.environ["PATH"]))
    done = subprocess.run(
        argv, cwd=ROOT, env=os.environ | {"PATH": path}, capture_output=True, text=True, timeout=120, check=False
    )
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("command", COMMANDS)
def test_command_runs_and_writes_its_file(command: str, tmp_path: Path) -> None:
    run("sh", "-ec", command.replace("/tmp/", f"{tmp_path}/"))
    (result,) = tmp_path.iterdir()
    assert result.read_bytes()[4:8] == b"TFL3"


@pytest.mark.parametrize("code", CODE)
def test_code_runs(code: str) -> None:
    run(sys.executable, "-c", code)


def test_examples_were_found() -> None:
    assert len(COMMANDS) == 3
    assert len(CODE) == 2
