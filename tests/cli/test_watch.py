"""`pytoco convert --watch` as a process: it follows a file that is edited, and ends well when it is interrupted."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.debug.models import blocks
from tests.debug.watching import loosening

DEADLINE = 60
"""Seconds after which what is waited for is taken for missing."""

DEAF = ("sh", "-c", 'trap "" INT; exec "$@"', "sh")
"""Starts a command as a shell without job control does with `&`: it ignores SIGINT."""


class Watching:
    """The command in a folder of its own; everything that it writes goes into one file.

    With `deaf` it is started so that it ignores SIGINT.
    """

    def __init__(self, folder: Path, *flags: str, deaf: bool = False) -> None:
        self.folder = folder
        (folder / "m.pb").write_bytes(blocks(4))
        self.write(loosening("r1"))
        self.output = folder / "output.txt"
        with self.output.open("wb") as stream:
            command = [sys.executable, "-m", "pytoco", "convert", "m.pb", "-o", "m.tflite", "-p", "p.py", "--watch"]
            environment = {**os.environ, "PYTOCO_DEBUG": "0", "PYTHONUNBUFFERED": ""}
            self.process = subprocess.Popen(
                [*(DEAF if deaf else ()), *command, *flags],
                cwd=folder,
                stdout=stream,
                stderr=subprocess.STDOUT,
                env=environment,
            )

    def write(self, text: str) -> None:
        """Save the plugin as editors do: beside, then in its place."""
        (self.folder / "p.py~").write_text(text)
        (self.folder / "p.py~").rename(self.folder / "p.py")

    def text(self) -> str:
        return self.output.read_text()

    def wait_for(self, words: str, times: int = 1) -> str:
        """What was written, once `words` are in it so many times."""
        end = time.monotonic() + DEADLINE
        while self.text().count(words) < times:
            assert time.monotonic() < end, f"no {words!r} in\n{self.text()}"
            assert self.process.poll() is None, self.text()
            time.sleep(0.02)
        return self.text()

    def end(self, number: int = signal.SIGINT) -> int:
        self.process.send_signal(number)
        return self.process.wait(DEADLINE)


@pytest.fixture
def watching(tmp_path: Path) -> Iterator[Any]:
    """Starts the command; whatever happens, it ends with the test."""
    begun: list[Watching] = []

    def begin(*flags: str, deaf: bool = False) -> Watching:
        begun.append(Watching(tmp_path, *flags, deaf=deaf))
        return begun[-1]

    yield begin
    for one in begun:
        one.process.kill()
        one.process.wait()


def test_an_edited_pass_is_seen_and_told(watching: Any) -> None:
    run = watching()
    first = run.wait_for("watching p.py and m.pb; Ctrl-C ends\n")
    assert "  passes that fired\n" in first
    assert "inputs, guessed: x\n" in first
    written = (run.folder / "m.tflite").read_bytes()

    run.write(loosening("r1", "r2"))
    second = run.wait_for("@@ graph main").removeprefix(first)
    assert second.startswith("p.py: back to stage 'pointwise' (pass 'loosen' of p.py changed), ")
    assert "  loosen          1      2\n" in second
    assert "  rewrite " in second
    assert '?   activation: "RELU6" -> "RELU"\n' in run.wait_for("activation: ")
    changed = (run.folder / "m.tflite").read_bytes()
    assert changed != written

    run.write(loosening("r1", "r2", comment="# these two\n"))
    run.wait_for("p.py: nothing changed, ")

    run.write("def :\n")
    run.wait_for("pytoco convert: error: plugin 'p' (of ")
    run.wait_for("  m.tflite is still the result of before\n")
    assert (run.folder / "m.tflite").read_bytes() == changed

    (run.folder / "p.py").unlink()
    run.wait_for("no plugin file 'p.py'")
    run.write(loosening("r1"))
    run.wait_for("back to stage 'pointwise'", 2)
    run.wait_for("  loosen          2      1\n")
    assert (run.folder / "m.tflite").read_bytes() == written

    assert run.end() == 0
    assert run.text().endswith("\nstopped watching\n")
    assert "Traceback" not in run.text()


def test_json_is_one_object_a_step(watching: Any) -> None:
    run = watching("--json")
    run.wait_for("\n")
    run.write(loosening("r2"))
    run.wait_for("\n", 2)
    run.write("1 / 0\n")
    run.wait_for("\n", 3)
    assert run.end(signal.SIGTERM) == 0
    first, second, third = map(json.loads, run.text().splitlines())
    assert (first["step"], first["status"], first["stage"], first["changes"]) == (1, "converted", "", None)
    assert first["summary"]["passes"]["loosen"] == 1
    assert (second["status"], second["stage"]) == ("converted", "pointwise")
    other = second["changes"]["first_other_rewrite"]
    assert other["before"] == {"pass_name": "loosen", "where": "r1"}
    assert other["after"] == {"pass_name": "loosen", "where": "r2"}
    assert second["changes"]["difference"]["graphs"][0]["changes"]
    assert (third["status"], third["error"]["type"], third["summary"]) == ("failed", "PluginError", None)
    assert third["places"] == {"": "p.py, line 1"}


def test_log_and_quiet(watching: Any) -> None:
    run = watching("-v", "-q")
    first = run.wait_for("; Ctrl-C ends\n")
    assert first.startswith("At import: 23 operators, ")
    assert "passes that fired" not in first
    run.write(loosening("r3"))
    second = run.wait_for("p.py: back to stage 'pointwise'").removeprefix(first)
    stages = [line.split()[1].rstrip(",") for line in second.splitlines() if line.startswith("After ")]
    assert stages[0] == "pointwise"  # those before were not run again
    assert stages[-1] == "final"


def test_in_the_background_of_a_script_it_ends_when_interrupted(watching: Any) -> None:
    run = watching("-q", deaf=True)
    run.wait_for("; Ctrl-C ends\n")
    assert run.end() == 0
    assert run.text().endswith("\nstopped watching\n")


def test_a_warning_of_a_plugin_is_told_once(watching: Any) -> None:
    run = watching("-q")
    run.wait_for("; Ctrl-C ends\n")
    after = loosening("r1").replace("    def match(", '    after = ("fuse-activation-function",)\n\n    def match(', 1)
    run.write(after)
    run.wait_for("p.py: back to stage")
    run.write(after.replace("'r1'", "'r2'"))
    run.wait_for("p.py: back to stage", 2)
    assert run.end() == 0
    assert run.text().count("which nobody offers") == 1


def test_what_is_wrong_with_the_command_ends_it(pytoco: Any, model: Any) -> None:
    assert pytoco("convert", model, "--watch", "--check_tolerance=-1").returncode == 2
    assert pytoco("convert", "nowhere.pb", "--watch").returncode == 5
