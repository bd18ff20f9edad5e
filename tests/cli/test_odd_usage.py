"""What people type by mistake or in another order: understood, or answered with what they meant."""

from pathlib import Path
from typing import Any

import pytest

from pytoco.compiler.cli.dispatch import run


@pytest.fixture
def recorded(model: Any, tmp_path: Path, monkeypatch: Any, capsys: Any) -> Path:
    """A folder, the present one, with m.pb, r.tflite and r.journal."""
    monkeypatch.chdir(tmp_path)
    Path("m.pb").write_bytes(Path(model).read_bytes())
    assert run(["convert", "m.pb", "-o", "r.tflite", "--journal", "r.journal", "-q"]) == 0
    capsys.readouterr()
    return tmp_path


@pytest.mark.parametrize(
    ("line", "shown"),
    [
        ("blame r.tflite --journal r.journal y", "from product"),
        ("blame --source product r.journal", "is in"),
        ("frames r.journal --dir . 0", "1 frame,"),
        ("diff m.pb --json m.pb", '"same": true'),
        ("diff m.pb@1 m.pb@1 --output_arrays y --json", '"same": true'),
        ("frames m.pb 0 --input_arrays x --output_arrays y", "1 frame,"),
    ],
)
def test_flags_may_stand_anywhere(line: str, shown: str, recorded: Path, capsys: Any) -> None:
    assert run(line.split()) == 0
    assert shown in capsys.readouterr().out


@pytest.mark.parametrize(
    ("line", "status", "told"),
    [
        ("bisect m.pb --untl crashes", 2, "unknown flag --untl (did you mean --until?)"),
        ("diff m.pb r.tflite --htm d.html", 2, "unknown flag --htm (did you mean --html?)"),
        ("inspect m.pb --jsn", 2, "unknown flag --jsn (did you mean --json?)"),
        ("diff m.pb r.tflite more", 2, "unknown argument more (--help"),
        ("convert r.journal", 2, "r.journal is the journal of a conversion, not a model"),
        ("inspect r.journal", 2, "r.journal is the journal of a conversion, not a model"),
        ("why r.journal y", 2, "r.journal is the journal of a conversion, not a model"),
        ("why m.pb %9999", 2, "ids are those of this conversion"),
        ("why m.pb rodu", 2, "did you mean 'product'"),
        ("bisect r.journal --until exists(FullyConnecte)", 2, "did you mean 'FullyConnected'?"),
        ("convert m.pb --stop_after -1", 2, "--stop_after: -1 is negative"),
        ("convert m.pb --check --check_tolerance=-1", 2, "--check_tolerance: -1.0 is negative"),
        ("convert m.pb --check=r.tflite", 2, "r.tflite is no .npz file"),
        ("convert m.pb -o r.tflite --journal ./r.tflite", 2, "is both the result and the journal"),
        ("convert m.pb --journal_values -q", 0, "--journal_values has no effect without --journal"),
        ("convert m.pb --check_tolerance 0.1 -q", 0, "--check_tolerance has no effect without --check"),
        ("reproduce r.journal@1 --hops -1", 2, "--hops: -1 is negative"),
        ("reproduce gone@x", 5, "gone@x: no such file"),
    ],
)
def test_mistakes_are_named(line: str, status: int, told: str, recorded: Path, capsys: Any) -> None:
    assert run(line.split()) == status
    assert told in capsys.readouterr().err
