"""`pytoco diff`, `frames`, `reproduce` and `blame`: output, files and exit statuses."""

import json
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from pytoco.compiler.cli.dispatch import run
from pytoco.compiler.debug.journal import Journal


class Done(NamedTuple):
    returncode: int
    stdout: str
    stderr: str


@pytest.fixture
def pytoco(capsys: Any, tmp_path: Any, monkeypatch: Any) -> Any:
    """Runs `pytoco ...` in this process, in an empty folder."""

    def run_here(*argv: Any) -> Done:
        folder = tmp_path / "elsewhere"
        folder.mkdir(exist_ok=True)
        monkeypatch.chdir(folder)
        status = run([str(text) for text in argv])
        return Done(status, *capsys.readouterr())

    return run_here


@pytest.fixture
def journal(pytoco: Any, model: Any, tmp_path: Any) -> Path:
    path = Path(tmp_path / "run.journal")
    done = pytoco("convert", model, "-o", tmp_path / "out.tflite", "-q", f"--journal={path}", "--source_metadata")
    assert (done.returncode, done.stderr) == (0, "")
    return path


def test_diff_has_the_statuses_of_diff(pytoco: Any, model: Any, journal: Path, tmp_path: Any) -> None:
    same = pytoco("diff", model, f"{journal}@0")
    assert (same.returncode, same.stdout, same.stderr) == (0, "", "")
    done = pytoco("diff", model, journal)
    assert (done.returncode, done.stderr) == (1, "")
    assert done.stdout.startswith(f"--- {model}\n+++ {journal}\n@@ graph main: ")
    assert "\n+ y: float32[1,2] = FullyConnected(x, " in done.stdout
    assert "\033" not in done.stdout
    gone = pytoco("diff", model, tmp_path / "gone")
    assert gone.returncode == 5
    assert "no such file" in gone.stderr
    end = pytoco("diff", journal, f"{journal}@end")
    assert (end.returncode, end.stdout, end.stderr) == (0, "", "")
    beyond = pytoco("diff", model, f"{journal}@999")
    assert beyond.returncode == 2
    assert "no rewrite 999" in beyond.stderr


def test_diff_as_json_dot_and_html(pytoco: Any, model: Any, journal: Path, tmp_path: Any) -> None:
    done = pytoco("diff", f"{model}@0", f"{journal}@1", "--json")
    assert done.returncode == 1
    data = json.loads(done.stdout)
    assert data["same"] is False
    assert [graph["name"] for graph in data["graphs"]] == ["main"]
    dot, page = tmp_path / "d.dot", tmp_path / "d.html"
    done = pytoco("diff", model, journal, "--dot", dot, "--html", page)
    assert done.returncode == 1
    assert [line.partition(":")[0] for line in done.stdout.splitlines()] == [str(dot), str(page)]
    assert dot.read_text().startswith("digraph Difference")
    assert page.read_text().startswith("<!doctype html>")


def test_frames(pytoco: Any, model: Any, journal: Path, tmp_path: Any) -> None:
    folder, live = tmp_path / "later", tmp_path / "live"
    folder.mkdir()
    live.mkdir()
    done = pytoco("frames", journal, "1..2", "--dir", folder)
    assert done.returncode == 0
    assert done.stdout.startswith("2 frames, ")
    pytoco("convert", model, "-q", f"--dump_graphviz_dir={live}", "--dump_graphviz_video")
    for path in sorted(folder.iterdir()):
        assert path.read_bytes() == (live / path.name).read_bytes()
    done = pytoco("frames", model, "0", "--dir", folder, "--first", "x", "--last", "product", "--json")
    assert json.loads(done.stdout)["files"] == [str(folder / "toco_video_00000.dot")]
    last = len(Journal.open(journal).rewrites)
    for arguments in ([f"{journal}@end"], [journal, "end"], [f"{journal}@{last}"]):
        done = pytoco("frames", *arguments, "--dir", folder, "--json")
        assert json.loads(done.stdout)["files"] == [str(folder / f"toco_video_{last:05}.dot")]
    wrong = pytoco("frames", journal, "5..1")
    assert (wrong.returncode, wrong.stdout) == (2, "")
    half = pytoco("frames", journal, "1", "--first", "x")
    assert half.returncode == 2


def test_reproduce(pytoco: Any, model: Any, journal: Path, tmp_path: Any) -> None:
    out = tmp_path / "test_it.py"
    done = pytoco("reproduce", f"{journal}@1", "-o", out)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    names: dict[str, Any] = {}
    exec(compile(out.read_text(), str(out), "exec"), names)
    next(value for name, value in names.items() if name.startswith("test_"))()
    same = pytoco("reproduce", f"{model}@1")
    assert same.stdout == out.read_text()
    last = len(Journal.open(journal).rewrites)
    assert pytoco("reproduce", f"{journal}@end").stdout == pytoco("reproduce", f"{journal}@{last}").stdout
    assert pytoco("reproduce", journal).returncode == 2
    assert pytoco("reproduce", f"{journal}@0").returncode == 2


def test_blame(pytoco: Any, model: Any, journal: Path, tmp_path: Any) -> None:
    out = tmp_path / "out.tflite"
    done = pytoco("blame", out, "y", "--journal", journal)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("y  (FullyConnected, ReLU)\n  from product\n  from sum\n  from y\n  rewrite ")
    assert pytoco("blame", journal, "y").stdout == done.stdout
    everything = json.loads(pytoco("blame", journal, "--all", "--json").stdout)
    assert everything["y"]["sources"] == ["product", "sum", "y"]
    assert set(everything) > {"x", "y"}
    both = json.loads(pytoco("blame", journal, "y", "--source", "y", "--json").stdout)
    assert both["tensors"]["y"]["kind"] == "FullyConnected"
    assert both["sources"]["y"]["ends"] == ["y"]
    forwards = pytoco("blame", "--journal", journal, "--source", "product", "--source", "s*")
    assert forwards.stdout.startswith("product\n  is in ")
    assert "\nsum\n" in forwards.stdout
    wrong = pytoco("blame", journal, "yy")
    assert wrong.returncode == 2
    assert "did you mean 'y'?" in wrong.stderr


def test_blame_from_what_the_file_says_itself(pytoco: Any, model: Any, journal: Path, tmp_path: Any) -> None:
    out = tmp_path / "out.tflite"
    assert "  names the source nodes of 1 operator (--json shows them)\n" in pytoco("inspect", out).stdout
    done = pytoco("blame", out, "y", "--source", "sum")
    assert done.stdout == "y\n  from product\n  from sum\n  from y\nsum\n  is in y\n"
    pytoco("convert", model, "-q", "-o", tmp_path / "plain.tflite")
    silent = pytoco("blame", tmp_path / "plain.tflite", "y")
    assert silent.returncode == 2
    assert "--journal" in silent.stderr
    other = pytoco("blame", tmp_path / "plain.tflite", "y", "--journal", journal)
    assert other.returncode == 0
    assert "does not seem to be the journal" in other.stderr


@pytest.mark.parametrize("argv", [[], ["--source=x"], ["--nonsense"]])
def test_blame_needs_a_journal(pytoco: Any, argv: list[str]) -> None:
    done = pytoco("blame", *argv)
    assert done.returncode == 2
    assert done.stderr.startswith("usage: pytoco blame")
