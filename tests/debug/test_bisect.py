"""`pytoco bisect` and `bisect()`: by journal, by conversions, by commands, and what is said of several answers."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import pytoco
from pytoco.compiler.cli.dispatch import run as pytoco_command
from pytoco.compiler.convert import Result, convert, convert_model
from pytoco.compiler.debug import bisect
from pytoco.compiler.debug.bisect_command import Command
from pytoco.compiler.debug.bisect_search import Search
from pytoco.compiler.errors import UsageError
from pytoco.compiler.options import Options
from tests import litert
from tests.debug.models import blocks
from tests.debug.planted import LostActivation, SlightlyWrong, Witness, plugin
from tests.graphdefs import FLOAT, Type, data, node, placeholder

BOUNDARY: dict[str, Any] = {"input_arrays": ("x",), "output_arrays": ("y", "z")}
FLAGS = ("--input_arrays=x", "--output_arrays=y,z")


def numbers(pass_name: str, **options: Any) -> list[int]:
    """The numbers of the rewrites that a pass makes."""
    witness = Witness(pass_name)
    convert_model(Options(**BOUNDARY, **options), blocks(), observers=[witness])
    return witness.numbers


# The search -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("last", "first_bad"), [(1, 1), (2, 1), (2, 2), (100, 1), (100, 57), (100, 100)])
def test_search_finds_the_first_bad_one_in_logarithmic_time(last: int, first_bad: int) -> None:
    search = Search(last, lambda k: k >= first_bad)
    search.run()
    assert (search.outcome, search.good, search.bad, search.notes) == ("found", first_bad - 1, first_bad, [])
    assert len(search.probes) <= last.bit_length() + 2 + 4


@pytest.mark.parametrize(
    ("is_bad", "outcome"),
    [(lambda k: False, "never"), (lambda k: None, "never"), (lambda k: k < 3, "never"), (lambda k: True, "at import")],
)
def test_search_looks_at_the_ends(is_bad: Callable[[int], bool | None], outcome: str) -> None:
    search = Search(10, is_bad)
    search.run()
    assert (search.outcome, search.good, search.bad) == (outcome, None, None)


def test_search_goes_around_what_cannot_be_told() -> None:
    search = Search(20, lambda k: None if k in (9, 10, 11) else k >= 14)
    search.run()
    assert (search.good, search.bad, search.notes) == (13, 14, [])
    search = Search(20, lambda k: None if 8 < k < 15 else k >= 12)
    search.run()
    assert (search.good, search.bad) == (8, 15)
    assert search.notes == ["it cannot be told for the rewrites 9 to 14: the first bad one is among 9 to 15"]


def test_search_gives_up_where_hardly_anything_can_be_told() -> None:
    search = Search(100_000, lambda k: None if 10 < k < 99_990 else k > 50)
    search.run()
    assert (search.outcome, search.good, search.bad) == ("found", 0, 100_000)
    assert len(search.probes) < 60
    assert "among 1 to 100000" in search.notes[0]


def test_search_says_when_there_is_more_than_one_answer() -> None:
    search = Search(90, lambda k: 10 <= k < 40 or k >= 80)
    search.run()
    assert search.outcome == "found"
    assert search.bad in (10, 80)
    (note,) = search.notes
    assert "one of several answers" in note


# By journal -----------------------------------------------------------------------------------------------------------


def test_structure_is_answered_by_one_conversion(monkeypatch: pytest.MonkeyPatch) -> None:
    conversions = []

    def counted(*arguments: Any, **more: Any) -> Result:
        conversions.append(arguments)
        return convert_model(*arguments, **more)

    monkeypatch.setattr("pytoco.compiler.convert.convert_model", counted)
    fused = numbers("fuse-activation-functions")
    answer = bisect(blocks(), "count(Relu6) < 4", **BOUNDARY)
    assert len(conversions) == 1
    assert (answer.outcome, answer.bad, answer.good) == ("found", fused[2], fused[2] - 1)
    assert (answer.pass_name, answer.stage, answer.how) == ("fuse-activation-functions", "fusion", "journal")
    assert answer.where == "r2"
    assert any("Relu6(a2)" in line for line in answer.before)
    assert not any("Relu6(a2)" in line for line in answer.after)
    assert any('activation="RELU6"' in line for line in answer.after)


def test_all_conditions_on_structure() -> None:
    folded = numbers("resolve-constant")
    assert bisect(blocks(), "not exists(Neg)", **BOUNDARY).bad in folded
    assert bisect(blocks(), "exists('m3_bias')", **BOUNDARY).pass_name == "fuse-binary-into-preceding-affine"
    assert bisect(blocks(), "not exists(Mul, 'm0')", **BOUNDARY).bad is not None


def test_what_holds_for_a_while_only_is_said() -> None:
    answer = bisect(blocks(), "count(Relu6) < 5 and count(Relu6) > 2", **BOUNDARY)
    fused = numbers("fuse-activation-functions")
    assert (answer.bad, answer.spans) == (fused[1], [(fused[1], fused[3] - 1)])
    assert f"it ceases at {fused[3]} (fuse-activation-functions)" in " ".join(answer.notes)


def test_what_never_or_always_holds_is_said() -> None:
    assert "does not hold after any of the" in bisect(blocks(), "count(Conv) > 6", **BOUNDARY).text()
    always = bisect(blocks(), "exists(Conv)", **BOUNDARY)
    assert always.outcome == "at import"
    assert "holds before the first of the" in always.text()


def test_a_journal_will_do(tmp_path: Path) -> None:
    with pytoco.record() as journal:
        convert(blocks(), **BOUNDARY)
    journal.save(tmp_path / "j")
    answer = bisect(tmp_path / "j", "count(Relu6) == 0")
    assert answer.bad == numbers("fuse-activation-functions")[-1]
    with pytest.raises(UsageError, match="is a journal, and this needs the model"):
        bisect(tmp_path / "j", "max_abs_error > 1")


# By conversions -------------------------------------------------------------------------------------------------------


def test_errors_of_arrays_and_given_inputs(tmp_path: Path) -> None:
    switches = (plugin(tmp_path, LostActivation, "r4"),)
    (struck,) = numbers("lost-activation", plugin_switches=switches)
    large = {"x": np.full((1, 6, 6, 4), 1000, np.float32)}
    answer = bisect(blocks(), "error('y') > 1e-3", inputs=large, plugin_switches=switches, **BOUNDARY)
    assert (answer.bad, answer.pass_name) == (struck, "lost-activation")
    still = {"x": np.zeros((1, 6, 6, 4), np.float32)}
    few = bisect(blocks(1), "max_abs_error > 1e-4", inputs=still, **BOUNDARY)
    assert few.outcome == "never"
    with pytest.raises(UsageError, match=r"at no time there is an array 'yy'.*did you mean 'y'"):
        bisect(blocks(), "error('yy') > 1e-3", **BOUNDARY)


def test_a_mistake_of_what_an_export_needs_is_there_from_the_beginning() -> None:
    answer = bisect(blocks(), "max_abs_error >= 0", **BOUNDARY)
    assert answer.outcome == "at import"
    assert "lower-reorder-axes" in " ".join(answer.notes)


def test_a_function_decides() -> None:
    def is_bad(result: Result) -> bool:
        return len(result.model.main.ops("Relu6")) < 3

    assert bisect(blocks(), is_bad, **BOUNDARY).bad == numbers("fuse-activation-functions")[3]


def test_outputs_that_cannot_be_computed_are_refused() -> None:
    strange = data(placeholder("x", 2), node("y", "Frobnicate", ["x"], T=Type(FLOAT)))
    with pytest.raises(UsageError, match="'y' cannot be computed"):
        bisect(strange, "max_abs_error > 0", output_arrays=("y",), allow_custom_ops=True)


def test_models_before_and_after_are_written(tmp_path: Path) -> None:
    switches = (plugin(tmp_path, SlightlyWrong, "a2"),)
    answer = bisect(
        blocks(), "max_rel_error > 1e-4", output=tmp_path / "m.tflite", plugin_switches=switches, **BOUNDARY
    )
    assert answer.files == {"good": str(tmp_path / "m.good.tflite"), "bad": str(tmp_path / "m.bad.tflite")}
    x = np.random.default_rng(0).standard_normal((1, 6, 6, 4)).astype(np.float32)
    wanted = litert.run(bytes(convert(blocks(), **BOUNDARY).data or b""), [x])
    good, bad = (litert.run(Path(answer.files[what]).read_bytes(), [x]) for what in ("good", "bad"))
    np.testing.assert_allclose(good[0], wanted[0], atol=1e-5)
    assert np.abs(bad[0] - wanted[0]).max() > 1e-4


@pytest.mark.parametrize(("until", "run"), [(None, None), ("crashes", "true")])
def test_one_question_is_needed(until: str | None, run: str | None) -> None:
    with pytest.raises(UsageError, match="a condition or a command"):
        bisect(blocks(), until, run=run, **BOUNDARY)


# By commands ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "bad"),
    [("true", False), ("false", True), ("exit 125;", None), ("kill -9 $$;", True), ("exit 77 #", True)],
)
def test_the_status_of_a_command_decides(text: str, bad: bool | None) -> None:
    with Command(text) as command:
        assert command.is_bad(b"model") is bad


@pytest.mark.parametrize("text", ["grep -q model {}", "grep -q model", 'f=$1; grep -q model "$f"'])
def test_a_command_gets_the_model(text: str) -> None:
    with Command(text) as command:
        assert command.is_bad(b"a model") is False
        assert command.is_bad(b"nothing") is True


@pytest.mark.parametrize("text", ["no-such-command-anywhere", ""])
def test_a_command_that_cannot_be_run_is_said(text: str) -> None:
    with pytest.raises(UsageError, match="--run"), Command(text) as command:
        command.is_bad(b"model")


def test_a_command_bisects() -> None:
    fused = numbers("fuse-activation-functions")
    whole = len(bytes(convert(blocks(), **BOUNDARY).data or b""))
    answer = bisect(blocks(), run=f"test $(wc -c < {{}}) -gt {whole}", **BOUNDARY)
    assert (answer.bad, answer.how) == (fused[-1], "run")


# The command line -----------------------------------------------------------------------------------------------------


@pytest.fixture
def model(tmp_path: Path) -> str:
    (tmp_path / "model.pb").write_bytes(blocks())
    return str(tmp_path / "model.pb")


def test_the_answer_shows_pass_number_and_neighbourhood(model: str, capsys: pytest.CaptureFixture[str]) -> None:
    last = numbers("fuse-activation-functions")[-1]
    assert pytoco_command(["bisect", model, *FLAGS, "--until", "not exists(Relu6)"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == (
        f"not exists(Relu6): holds after rewrite {last} of 25: "
        "pass 'fuse-activation-functions' in stage 'fusion' at 'r5'"
    )
    marked = [line[:4] for line in lines[1:]]
    assert "  - " in marked
    assert "  + " in marked
    assert any(line.startswith("    y: float32[1,6,6,4] = Softmax") for line in lines)


def test_json(model: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert pytoco_command(["bisect", model, *FLAGS, "--json", "--until", "max_abs_error > 1e-30"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["outcome"] == "found"
    assert found["bad"] == found["good"] + 1
    assert [found["rewrites"], True] in found["probes"]
    assert found["before"] != found["after"]


def test_plugins_and_inputs_by_flag(model: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    bug = plugin(tmp_path, SlightlyWrong, "a2")
    np.savez(tmp_path / "in.npz", x=np.ones((1, 6, 6, 4), np.float32))
    argv = ["bisect", model, *FLAGS, "-p", bug, f"--check={tmp_path / 'in.npz'}", "--until", "max_rel_error > 1e-4"]
    assert pytoco_command(argv) == 0
    assert "pass 'slightly-wrong' in stage 'affine'" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("argv", "words"),
    [
        (["--until", "max_abs_err > 1"], "column 1 of 'max_abs_err > 1': there is no 'max_abs_err' (did you mean"),
        (["--until", "exists(Convv)"], "column 8 of 'exists(Convv)': at no time there is an operator kind 'Convv'"),
        (["--until", "exists(Ghost)"], "there are Neg, "),
        ([], "a condition or a command"),
        (["--until", "crashes", "--run", "true"], "a condition or a command"),
        (["--until", "crashes", "--inptu_arrays=x"], "unknown flag"),
    ],
)
def test_mistakes_are_explained(argv: list[str], words: str, model: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert pytoco_command(["bisect", model, *FLAGS, *argv]) == 2
    assert words in capsys.readouterr().err
