"""What a conversion tells while it runs and afterwards: log levels, remarks, timing, JSON, the progress line."""

import io
import json
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from pytoco.compiler.cli.summary import Progress
from pytoco.compiler.ir import Model
from tests.graphdefs import FLOAT, Type, const, data, node, placeholder


def test_the_first_level_counts_operators_and_arrays_at_every_stage(pytoco: Any, model: Any) -> None:
    done = pytoco("convert", model, "-q", "-v")
    lines = done.stderr.splitlines()
    assert lines[0] == "At import: 3 operators, 6 arrays (0 quantized)"  # MatMul, Add, Relu; x, w, b and their results
    assert lines[-1].startswith("After final, ")
    assert lines[-1].endswith(": 1 operators, 4 arrays (0 quantized)")
    assert "made a change" not in done.stderr


def test_the_second_level_tells_every_change_and_who_changed_nothing(pytoco: Any, model: Any) -> None:
    done = pytoco("convert", model, "-q", "-vv")
    changes = [line for line in done.stderr.splitlines() if " made a change" in line]
    assert [int(line.split()[0]) for line in changes] == list(range(1, len(changes) + 1))
    assert any("fuse-activation-functions made a change at" in line and "Relu('y')" in line for line in changes)
    assert any(line.endswith("Relu + FullyConnected -> FullyConnected") for line in changes)
    idle = next(line for line in done.stderr.splitlines() if line.startswith("Stage general: did NOT make a change: "))
    assert "identify-gelu" in idle
    assert "resolve-mat-mul" not in idle


@pytest.fixture
def padded(tmp_path: Path) -> Path:
    """Something is subtracted from the input of a convolution that pads."""
    path = tmp_path / "padded.pb"
    path.write_bytes(
        data(
            placeholder("x", 1, 4, 4, 1),
            const("mean", 2.0),
            const("w", [[[[1.0]], [[1.0]], [[1.0]]]] * 3),
            node("shifted", "Sub", ["x", "mean"], T=Type(FLOAT)),
            node("y", "Conv2D", ["shifted", "w"], T=Type(FLOAT), strides=[1, 1, 1, 1], padding="SAME"),
        )
    )
    return path


def test_remarks_are_shown_on_request(pytoco: Any, padded: Path) -> None:
    assert pytoco("convert", padded).stderr == ""
    done = pytoco("convert", padded, "-v")
    said = "fuse-binary-into-following-affine at 'shifted': stays apart: "
    assert f"pytoco convert: remark: {said}" in done.stderr
    assert "Conv('y') pads with zeros, to which nothing may be added" in done.stderr


def test_the_summary_as_json(pytoco: Any, padded: Path) -> None:
    done = pytoco("convert", padded, "--json", "--timing", "-o", padded.with_suffix(".out"))
    found = json.loads(done.stdout)
    assert found["output"] == str(padded.with_suffix(".out"))
    assert found["bytes_in"] == padded.stat().st_size
    assert found["bytes_out"] == padded.with_suffix(".out").stat().st_size
    assert (found["inputs"], found["outputs"]) == (["x"], ["y"])
    assert found["ops_before"] == {"Conv": 1, "ReorderAxes": 1, "Sub": 1}
    assert found["operators"] == {"CONV_2D": 1, "SUB": 1}
    assert [text.split(":")[0] for text in found["remarks"]] == ["fuse-binary-into-following-affine at 'shifted'"]
    phases = {phase["name"]: phase for phase in found["phases"]}
    assert next(iter(phases)) == "import"
    assert list(phases)[-1] == "export"
    assert sum(phase["seconds"] for phase in found["phases"]) <= found["seconds"]
    folding = next(p for p in phases["general"]["passes"] if p["name"] == "resolve-constant")
    assert folding["rewritten"] == folding["matched"] == 1
    assert folding["attempted"] >= 3
    rewritten = sum(p["rewritten"] for phase in found["phases"] for p in phase["passes"])
    assert rewritten == sum(found["passes"].values())


def test_timing_shows_a_tree(pytoco: Any, padded: Path) -> None:
    done = pytoco("convert", padded, "-q", "--timing")
    lines = done.stdout.splitlines()
    assert "attempts" in lines[0]
    indents = {line.split()[1]: len(line) - len(line.lstrip()) for line in lines[1:]}
    assert {"import", "general", "final", "export", "resolve-constant"} <= set(indents)
    constant = next(line.split() for line in lines if "resolve-constant" in line)
    assert constant[-2:] == ["1", "1"]


def test_timing_without_a_summary_from_tflite_convert(tflite_convert: Any, model: Any, tmp_path: Any) -> None:
    done = tflite_convert(model, tmp_path / "out.tflite", "--timing")
    assert done.stdout == ""
    assert "fuse-activation-functions" in done.stderr


class Terminal(io.StringIO):
    """Standard error that someone watches."""

    def isatty(self) -> bool:
        return True


def test_the_progress_line_says_what_is_going_on(monkeypatch: pytest.MonkeyPatch) -> None:
    terminal = Terminal()
    monkeypatch.setattr(sys, "stderr", terminal)
    monkeypatch.setenv("COLUMNS", "200")
    with Progress("converting", patience=0.01) as progress:
        assert progress.is_watched
        progress.on_stage("general", [])
        progress.after_rewrite(Model(), "fuse-it", None, 7, [])
        deadline = time.monotonic() + 10
        while "fuse-it" not in terminal.getvalue() and time.monotonic() < deadline:
            time.sleep(0.01)
    shown = terminal.getvalue()
    assert "converting: 0 s, general, 7 rewrites, the last by fuse-it" in shown
    assert shown.endswith("\r\x1b[K")


def test_the_progress_line_fits_the_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    terminal = Terminal()
    monkeypatch.setattr(sys, "stderr", terminal)
    monkeypatch.setenv("COLUMNS", "20")
    with Progress("converting a file with a long name", patience=0.01):
        deadline = time.monotonic() + 10
        while not terminal.getvalue() and time.monotonic() < deadline:
            time.sleep(0.01)
    assert terminal.getvalue().split("\x1b[K")[1].rstrip("\r") == "converting a file w"


def test_nobody_watching_sees_no_progress(monkeypatch: pytest.MonkeyPatch) -> None:
    stream = io.StringIO()
    monkeypatch.setattr(sys, "stderr", stream)
    with Progress("converting", patience=0.001) as progress:
        assert not progress.is_watched
        time.sleep(0.05)
    assert stream.getvalue() == ""
