"""Wrong passes planted into the real pipeline are found and named, at the very rewrite that is wrong."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pytest

from pytoco.compiler.convert import convert_model
from pytoco.compiler.debug import bisect
from pytoco.compiler.errors import CheckError, NoFixedPoint, PassError, UnsupportedError
from pytoco.compiler.options import Options
from tests.debug import planted
from tests.debug.models import blocks
from tests.debug.planted import Planted, Witness, plugin

ROOT = Path(__file__).parents[1]
DEMO = ROOT / "data" / "demo" / "mobilenet_v1_0.25_96.pb"
DEMO_OUTPUT = "MobilenetV1/Predictions/Reshape_1"


class Subject(NamedTuple):
    """A model, its options, and where in it each mistake is planted: a Conv, a Mul, an Add, a Relu6, any operator."""

    source: Path | bytes
    options: Mapping[str, Any]
    conv: str
    mul: str
    add: str
    relu6: str
    last: str


SUBJECTS = {
    "MobileNetV1": Subject(
        DEMO,
        {},
        "MobilenetV1/Conv2d_7_pointwise/BatchNorm/FusedBatchNormV3",
        "MobilenetV1/Conv2d_7_pointwise/BatchNorm/FusedBatchNormV3_mul",
        "MobilenetV1/Conv2d_7_pointwise/BatchNorm/FusedBatchNormV3",
        "MobilenetV1/Conv2d_7_pointwise/Relu6",
        DEMO_OUTPUT,
    ),
    "a generated graph": Subject(
        blocks(), {"input_arrays": ("x",), "output_arrays": ("y", "z")}, "a2", "m2", "a2", "r2", "y"
    ),
}

WRONG_VALUES: dict[type[Planted], str] = {
    planted.WrongBiasSign: "conv",
    planted.DroppedBroadcast: "mul",
    planted.WrongAxis: "conv",
    planted.LostActivation: "relu6",
    planted.SlightlyWrong: "conv",
}
"""What computes other numbers, and so can be bisected, too."""

WRONG_OTHERWISE: dict[type[Planted], str] = {planted.WrongType: "relu6", planted.RemovesOutput: "last"}
"""What computes the same numbers."""

REFUSED: dict[type[Planted], tuple[str, str]] = {
    planted.WrongConstantType: ("conv", "is float16 but its value is float32"),
    planted.Raises: ("conv", "needs 2 operands"),
    planted.EditsConstant: ("mul", "read-only"),
}


def converted(subject: Subject, bug: type[Planted], place: str, folder: Path, **more: Any) -> tuple[Any, Witness]:
    """Convert with the bug; the summary, and who saw it strike."""
    witness = Witness(bug.name)
    switch = plugin(folder, bug, getattr(subject, place))
    options = Options(plugin_switches=(switch,), **{**subject.options, **more})
    return convert_model(options, subject.source, observers=[witness]).summary, witness


@pytest.mark.parametrize("name", SUBJECTS)
@pytest.mark.parametrize("bug", [*WRONG_VALUES, planted.RemovesOutput])
def test_the_check_names_the_pass_and_the_rewrite(bug: type[Planted], name: str, tmp_path: Path) -> None:
    place = {**WRONG_VALUES, **WRONG_OTHERWISE}[bug]
    summary, witness = converted(SUBJECTS[name], bug, place, tmp_path, check=True)
    assert len(witness.numbers) == 1
    (offence,) = summary.check.offences
    assert (offence.pass_name, offence.number) == (bug.name, witness.numbers[0])
    assert [w for w in summary.warnings if f"rewrite {offence.number}, pass {bug.name!r}" in w]


@pytest.mark.parametrize("name", SUBJECTS)
def test_the_check_explains_a_type_that_the_export_refuses(name: str, tmp_path: Path) -> None:
    bug, subject = planted.WrongType, SUBJECTS[name]
    with pytest.raises(UnsupportedError, match="is float16") as caught:
        converted(subject, bug, "relu6", tmp_path, check=True)
    answer = bisect(
        subject.source, f"dtype('{subject.relu6}') != float32 and exists('{subject.relu6}')", **subject.options,
        plugin_switches=(plugin(tmp_path, bug, subject.relu6),), allow_custom_ops=True,
    )  # fmt: skip
    assert (answer.outcome, answer.pass_name) == ("found", bug.name)
    assert f"rewrite {answer.bad}, pass {bug.name!r}" in str(caught.value)


@pytest.mark.parametrize("name", SUBJECTS)
@pytest.mark.parametrize("bug", [*WRONG_VALUES, *WRONG_OTHERWISE])
def test_a_strict_conversion_stops_there_and_writes_nothing(bug: type[Planted], name: str, tmp_path: Path) -> None:
    result = tmp_path / "out.tflite"
    place = {**WRONG_VALUES, **WRONG_OTHERWISE}[bug]
    with pytest.raises(CheckError) as caught:
        converted(SUBJECTS[name], bug, place, tmp_path, check=True, strict=True, output_file=str(result))
    assert caught.value.pass_name == bug.name
    assert not result.exists()


@pytest.mark.parametrize("name", SUBJECTS)
@pytest.mark.parametrize("bug", WRONG_VALUES)
def test_bisection_finds_the_same_rewrite(bug: type[Planted], name: str, tmp_path: Path) -> None:
    subject = SUBJECTS[name]
    _, witness = converted(subject, bug, WRONG_VALUES[bug], tmp_path)
    switch = plugin(tmp_path, bug, getattr(subject, WRONG_VALUES[bug]))
    answer = bisect(subject.source, "max_rel_error > 1e-4", plugin_switches=(switch,), **subject.options)
    assert (answer.outcome, answer.pass_name, answer.bad) == ("found", bug.name, witness.numbers[0])
    assert answer.good == witness.numbers[0] - 1
    assert answer.before != answer.after


@pytest.mark.parametrize("name", SUBJECTS)
@pytest.mark.parametrize("bug", REFUSED)
def test_the_verifier_undoes_what_is_broken_and_names_the_pass(bug: type[Planted], name: str, tmp_path: Path) -> None:
    place, words = REFUSED[bug]
    summary, witness = converted(SUBJECTS[name], bug, place, tmp_path, check=True)
    assert not witness.numbers
    assert summary.check.offences == []
    (warning,) = [w for w in summary.warnings if repr(bug.name) in w]
    assert "was undone" in warning
    assert words in warning
    with pytest.raises(PassError, match=bug.name):
        converted(SUBJECTS[name], bug, place, tmp_path, strict=True)


@pytest.mark.parametrize("name", SUBJECTS)
def test_what_never_rests_is_named(name: str, tmp_path: Path) -> None:
    with pytest.raises(NoFixedPoint, match="oscillates") as caught:
        converted(SUBJECTS[name], planted.Oscillates, "add", tmp_path)
    assert caught.value.pass_name == "oscillates"
    switch = plugin(tmp_path, planted.Oscillates, SUBJECTS[name].add)
    answer = bisect(SUBJECTS[name].source, "crashes", plugin_switches=(switch,), **SUBJECTS[name].options)
    assert (answer.outcome, answer.pass_name) == ("found", "oscillates")


def test_without_a_bug_nothing_is_blamed() -> None:
    for subject in SUBJECTS.values():
        summary = convert_model(Options(check="random", strict=True, **subject.options), subject.source).summary
        assert summary.check is not None
        assert summary.check.offences == []
        assert {f.status for f in summary.check.findings} == {"ok"}
        assert np.isfinite([f.error for f in summary.check.findings]).all()
