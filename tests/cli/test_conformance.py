"""`pytoco conformance NAME`: a line for each check, and a status that says whether all hold."""

import json
from pathlib import Path

import pytest

from pytoco.compiler.cli import main
from pytoco.compiler.testing import assert_conforms, conformance_checks

ROOT = Path(__file__).resolve().parent.parent
PLAIN = ROOT / "testing" / "plain_format.py"


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    status = main(["conformance", *arguments])
    captured = capsys.readouterr()
    return status, captured.out, captured.err


def test_a_line_a_check(capsys: pytest.CaptureFixture[str]) -> None:
    status, output, _ = run(capsys, "graphviz", "--only", "descriptor", "--only", "run")
    assert status == 0
    assert output.splitlines() == [
        "backend graphviz: Graphviz drawing",
        "  ok    descriptor  suffix, formats and pipeline make sense",
        "  -     run         a runtime computes from the file what the model says",
        "        the backend has no run",
        "2 checks, 0 failed",
    ]


def test_a_failure_has_a_reason_and_a_next_step(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    wrong = tmp_path / "wrong.py"
    wrong.write_text(PLAIN.read_text().replace('suffix=".plain"', 'suffix=".a b"'))
    status, output, _ = run(capsys, "PLAIN", "-p", str(wrong), "--only", "backend:descriptor")
    assert status == 1
    assert output.splitlines()[1:] == [
        "  FAILS descriptor  suffix, formats and pipeline make sense",
        "        '.a b' is no suffix of a file name",
        "        next: correct the arguments of Backend(..)",
        "1 checks, 1 failed",
    ]
    with pytest.raises(AssertionError, match=r"backend plain: descriptor: '.a b' is no suffix"):
        assert_conforms("plain", plugins=[str(wrong)], only=["backend:descriptor"])


def test_json(capsys: pytest.CaptureFixture[str]) -> None:
    sample = ROOT / "data" / "quantized" / "args.pb"
    status, output, _ = run(capsys, "graphdef", "--sample", str(sample), "--only", "own-files", "--json")
    assert status == 0
    (fact,) = json.loads(output)
    assert (fact["kind"], fact["name"], fact["check"], fact["status"]) == ("frontend", "graphdef", "own-files", "ok")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["grafviz"], "no backend or frontend 'grafviz'"),
        (["graphviz", "--only", "descripter"], "no check 'descripter'"),
        (["graphdef", "--sample", "nowhere.pb"], "no sample"),
    ],
    ids=["name", "check", "sample"],
)
def test_wrong_usage(capsys: pytest.CaptureFixture[str], arguments: list[str], said: str) -> None:
    status, _, errors = run(capsys, *arguments)
    assert status == 2
    assert said in errors


NAMES = ("tflite", "graphviz", "model-explorer", "graphdef", "saved-model")


@pytest.mark.parametrize("check", [c for name in NAMES for c in conformance_checks(name)], ids=str)
def test_what_is_built_in_conforms(check) -> None:  # type: ignore[no-untyped-def]  # as authors write it
    check()
