"""`pytoco play`."""

import json
import webbrowser
from typing import Any

import pytest

from pytoco.compiler.cli import play
from tests.small_graph import graph_def


def test_a_model_is_converted_and_shown(pytoco: Any, model: Any) -> None:
    done = pytoco("play", model, "--no-open")
    assert (done.returncode, done.stderr) == (0, "")
    written = model.with_suffix(".html")
    assert done.stdout.startswith(f"{written}: ")
    assert " rewrites, " in done.stdout
    assert written.read_bytes().startswith(b"<!doctype html>")
    assert not model.with_suffix(".tflite").exists()


def test_a_journal_is_shown_without_its_model(pytoco: Any, model: Any, tmp_path: Any) -> None:
    journal = tmp_path / "small.journal"
    pytoco("convert", model, "-o", tmp_path / "small.tflite", f"--journal={journal}", "-q")
    model.unlink()
    done = pytoco("play", journal, "-o", tmp_path / "shown.html", "--no-open", "--json")
    assert (done.returncode, done.stderr) == (0, "")
    told = json.loads(done.stdout)
    assert told["file"] == str(tmp_path / "shown.html")
    assert told["bytes"] == (tmp_path / "shown.html").stat().st_size
    assert told["rewrites"] > 0


def test_conversion_flags_count(pytoco: Any, model: Any, tmp_path: Any) -> None:
    out = tmp_path / "few.html"
    done = pytoco("play", model, "--output-arrays", "product", "--check", "random", "-o", out, "--no-open", "--json")
    whole = pytoco("play", model, "-o", out, "--no-open", "--json")
    assert (done.returncode, whole.returncode) == (0, 0)
    assert json.loads(done.stdout)["rewrites"] < json.loads(whole.stdout)["rewrites"]


def test_flags_for_a_journal_are_refused(pytoco: Any, model: Any, tmp_path: Any) -> None:
    journal = tmp_path / "small.journal"
    pytoco("convert", model, "-o", tmp_path / "small.tflite", f"--journal={journal}", "-q")
    done = pytoco("play", journal, "--input_arrays=x")
    assert done.returncode == 2
    assert "a journal is not converted again" in done.stderr


def test_the_model_is_never_overwritten(pytoco: Any, model: Any) -> None:
    before = model.read_bytes()
    done = pytoco("play", model, "-o", model, "--no-open")
    assert done.returncode == 2
    assert model.read_bytes() == before


def test_a_conversion_that_fails_is_shown_as_far_as_it_came(pytoco: Any, strange_model: Any) -> None:
    done = pytoco("play", strange_model, "--no-open")
    assert done.returncode == 3
    assert "Frobnicate" in done.stderr
    assert done.stdout.startswith(str(strange_model.with_suffix(".html")))
    assert strange_model.with_suffix(".html").exists()


@pytest.fixture
def visited(monkeypatch: pytest.MonkeyPatch) -> Any:
    addresses: list[str] = []
    monkeypatch.setattr(webbrowser, "open", addresses.append)
    return addresses


def test_the_page_is_opened_where_there_is_a_display(
    visited: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Any
) -> None:
    model = tmp_path / "small.pb"
    model.write_bytes(graph_def().SerializeToString())
    monkeypatch.setattr("sys.platform", "linux")
    monkeypatch.setenv("DISPLAY", ":0")
    assert play.run("pytoco play", [str(model)])() == 0
    assert visited == [model.with_suffix(".html").as_uri()]
    assert play.run("pytoco play", [str(model), "--no-open"])() == 0
    monkeypatch.delenv("DISPLAY")
    monkeypatch.delenv("WAYLAND_DISPLAY", raising=False)
    assert play.run("pytoco play", [str(model)])() == 0
    assert len(visited) == 1
