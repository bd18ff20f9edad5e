"""The numeric check: inputs, tolerances, blame and taint, and what it tells whom."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import pytoco
from pytoco.compiler.cli.dispatch import run as pytoco_command
from pytoco.compiler.convert import convert, convert_model
from pytoco.compiler.debug.check import Check
from pytoco.compiler.debug.check_inputs import sample_inputs
from pytoco.compiler.debug.check_values import difference
from pytoco.compiler.driver import Context, Look, Pass, Runner
from pytoco.compiler.errors import UsageError
from pytoco.compiler.ir import Graph, Op
from pytoco.compiler.ir.text import parse
from pytoco.compiler.ops.binary import BinaryAttrs
from pytoco.compiler.options import Options
from pytoco.compiler.plugins import Target
from tests.debug.models import blocks
from tests.debug.planted import LostActivation, SlightlyWrong, plugin

BOUNDARY: dict[str, Any] = {"input_arrays": ("x",), "output_arrays": ("y", "z")}

TEXT = """
    graph main(x: float32[4], w: float32[4]) -> y, z {
      k = const float32[] [3.0]
      a = Mul(x, k)
      b = Add(a, w)
      c = Neg(b)
      y = Exp(c)
      z = Abs(w)
    }"""
INPUTS = {"x": np.array([1, -2, 3, 4], np.float32), "w": np.array([1, 1, 2, 2], np.float32)}


class _At(Pass):
    """Rewrites the operator that makes an array, once."""

    stage = "test"
    at = ""

    def __init__(self) -> None:
        super().__init__(Context(Target(), Options()))
        self.done = False

    def match(self, op: Op, look: Look) -> Any:
        return not self.done and op.name == self.at

    def rewrite(self, op: Op, found: Any, graph: Graph) -> None:
        self.done = True
        self.change(op, graph)

    def change(self, op: Op, graph: Graph) -> None:
        raise NotImplementedError


class SubForAdd(_At):
    name, at = "sub-for-add", "b"

    def change(self, op: Op, graph: Graph) -> None:
        graph.remove(op)
        graph.emit("Sub", op.inputs, BinaryAttrs(), outputs=op.outputs)


class NegIntoSub(_At):
    """Right of an addition, too: what it starts from is wrong already."""

    name, at = "neg-into-sub", "c"

    def change(self, op: Op, graph: Graph) -> None:
        before = graph.producer(op.inputs[0])  # type: ignore[arg-type]  # a graph of the test's own
        assert before is not None
        graph.remove(op)
        graph.remove(before)
        graph.emit("Sub", before.inputs[::-1], BinaryAttrs(), outputs=op.outputs)


class ReadsElsewhere(_At):
    """An operator behind a wrong one is replaced by the same."""

    name, at = "same-again", "y"

    def change(self, op: Op, graph: Graph) -> None:
        graph.remove(op)
        graph.emit("Exp", op.inputs, outputs=op.outputs)


class WrongElsewhere(_At):
    name, at = "wrong-elsewhere", "z"

    def change(self, op: Op, graph: Graph) -> None:
        graph.remove(op)
        graph.emit("Neg", op.inputs, outputs=op.outputs)


class Rough(_At):
    """Changes a result by a thousandth, and says so."""

    name, at = "rough", "a"
    tolerance = 2e-3

    def change(self, op: Op, graph: Graph) -> None:
        graph.remove(op)
        factor = graph.constant(np.float32(3.003), "about_three")
        graph.emit("Mul", (op.inputs[0], factor), BinaryAttrs(), outputs=op.outputs)


class RoughUnsaid(Rough):
    name = "rough-unsaid"
    tolerance = 0.0


def checked(*rules: type[_At], check: Check | None = None) -> tuple[Check, Graph, list[dict[str, Any]]]:
    """Each pass in a stage of its own, watched."""
    model = parse(TEXT)
    notes: list[dict[str, Any]] = []
    model.hearers.append(notes.append)
    check = check or Check(INPUTS)
    runner = Runner(model, strict=True, observers=[check])
    runner.notify(lambda o: o.on_import(model))
    for rule in rules:
        runner.run_stage(rule.name, [rule()])
    return check, model.main, notes


def statuses(check: Check) -> list[tuple[str, str]]:
    """Pass and status of each rewrite."""
    return [(f.pass_name, f.status) for f in check.report.findings]


def test_what_is_wrong_is_blamed_and_what_depends_on_it_is_not() -> None:
    check, graph, notes = checked(SubForAdd, ReadsElsewhere, NegIntoSub, WrongElsewhere)
    assert statuses(check) == [
        ("sub-for-add", "wrong"),
        ("same-again", "ok"),
        ("neg-into-sub", "tainted"),
        ("wrong-elsewhere", "wrong"),
    ]
    first = check.report.first_offence
    assert first is not None
    assert (first.number, first.array, first.arrays) == (1, "b", ("b",))
    # a + w is [4, -5, 11, 14], a - w is [2, -7, 7, 10]: off by 4 at most, of 14
    assert first.abs_error == 4
    assert first.error == pytest.approx(4 / 14)
    assert [note["status"] for note in notes] == ["wrong", "ok", "tainted", "wrong"]
    assert notes[0] == {
        "check": 1,
        "error": pytest.approx(4 / 14),
        "abs_error": 4.0,
        "array": "b",
        "tolerance": 1e-5,
        "status": "wrong",
        "arrays": ["b"],
    }
    check.report.finish(graph, check._tainted)
    assert check.report.affected_outputs == ("y", "z")


def test_a_pass_may_declare_that_it_changes_values() -> None:
    check, _, _ = checked(Rough)
    (finding,) = check.report.findings
    assert (finding.status, finding.tolerance) == ("ok", 2e-3)
    assert finding.error == pytest.approx(1e-3, rel=0.01)
    assert statuses(checked(RoughUnsaid)[0]) == [("rough-unsaid", "wrong")]
    assert statuses(checked(RoughUnsaid, check=Check(INPUTS, tolerance=5e-3))[0]) == [("rough-unsaid", "ok")]


@pytest.mark.parametrize(
    ("dtype", "by", "wrong"),
    [("float32", 1e-6, False), ("float32", 1e-4, True), ("float64", 1e-13, False), ("float64", 1e-9, True)],
)
def test_rounding_is_allowed_by_type(dtype: str, by: float, wrong: bool) -> None:
    model = parse(f"graph main(x: {dtype}[4]) -> y {{\n  k = const {dtype}[] [1.0]\n  y = Mul(x, k)\n}}")

    class Off(_At):
        name, at = "off", "y"

        def change(self, op: Op, graph: Graph) -> None:
            graph.remove(op)
            factor = graph.constant(np.array(1 + by, dtype), "about_one")
            graph.emit("Mul", (op.inputs[0], factor), BinaryAttrs(), outputs=op.outputs)

    check = Check()
    runner = Runner(model, strict=True, observers=[check])
    check.on_import(model)
    runner.run_stage("test", [Off()])
    assert statuses(check) == [("off", "wrong" if wrong else "ok")]


def test_integers_must_be_exact_whatever_the_tolerance() -> None:
    model = parse("graph main(x: int32[2]) -> y {\n  k = const int32[] [1000000]\n  y = Mul(x, k)\n}")

    class Off(_At):
        name, at = "off", "y"

        def change(self, op: Op, graph: Graph) -> None:
            graph.remove(op)
            factor = graph.constant(np.int32(1000001), "about")
            graph.emit("Mul", (op.inputs[0], factor), BinaryAttrs(), outputs=op.outputs)

    check = Check({"x": np.array([1, 2], np.int32)}, tolerance=0.1)
    runner = Runner(model, strict=True, observers=[check])
    check.on_import(model)
    runner.run_stage("test", [Off()])
    assert statuses(check) == [("off", "wrong")]


def test_quantized_constants_mean_real_values() -> None:
    model = parse("""
        graph main(x: float32[2]) -> y {
          q = const uint8[2] quant[[0.5], [10], null] [12, 30]
          k = Dequantize(q)
          y = Mul(x, k)
        }""")

    class Folded(_At):
        name, at = "folded", "k"

        def change(self, op: Op, graph: Graph) -> None:
            graph.remove(op)
            graph.update(op.outputs[0], value=np.array([1, 10], np.float32))  # (12 - 10) / 2 and (30 - 10) / 2

    check = Check()
    runner = Runner(model, strict=True, observers=[check])
    check.on_import(model)
    runner.run_stage("test", [Folded()])
    assert statuses(check) == [("folded", "ok")]
    assert check.report.findings[0].error == 0


def test_what_has_no_kernel_is_unknown() -> None:
    model = parse("""
        graph main(x: float32[2]) -> y {
          t: float32[2] = Opaque(x) {source_kind="F"}
          y = Neg(t)
        }""")

    class Same(_At):
        name, at = "same", "y"

        def change(self, op: Op, graph: Graph) -> None:
            graph.remove(op)
            graph.emit("Abs", op.inputs, outputs=op.outputs)

    check = Check()
    runner = Runner(model, strict=True, observers=[check])
    check.on_import(model)
    runner.run_stage("test", [Same()])
    assert statuses(check) == [("same", "unknown")]


LOOP = """
    graph main(n: int32[], x: float32[2]) -> y {
      m: int32[], y: float32[2] = While(n, x) {cond_graph="below", body_graph="step"}
    }
    graph below(i: int32[], a: float32[2]) -> go {
      five = const int32[] [5]
      go = Less(i, five)
    }
    graph step(i: int32[], a: float32[2]) -> j, b {
      one = const int32[] [1]
      half = const float32[] [0.5]
      j = Add(i, one)
      b = Mul(a, half)
    }
    graph apart(c: float32[2]) -> b {
      b = Neg(c)
    }"""


@pytest.mark.parametrize(
    ("where", "kind", "status"),
    [("step", "Add", "wrong"), ("step", "Mul", "ok"), ("below", "LessEqual", "wrong"), ("apart", "Abs", "unknown")],
)
def test_graphs_that_main_runs_are_looked_into(where: str, kind: str, status: str) -> None:
    model = parse(LOOP)
    check = Check({"n": np.int32(3), "x": np.array([1, 2], np.float32)})
    check.on_import(model)
    np.testing.assert_array_equal(check.values()["y"], [0.25, 0.5])
    graph = model.graphs[where]
    (op,) = [op for op in graph.ops() if op.outputs == graph.outputs[-1:]]
    heard: list[Any] = []
    model.listeners.append(heard.extend)
    with model.transaction():
        graph.remove(op)
        graph.emit(kind, op.inputs, op.attrs, outputs=op.outputs)
    check.after_rewrite(model, "exchange", op, 1, heard)
    assert statuses(check) == [("exchange", status)]


@pytest.mark.parametrize(
    ("before", "after", "error", "absolute"),
    [
        ([1.0, 4.0], [1.0, 4.0], 0, 0),
        ([1.0, 4.0], [1.0, 2.0], 0.5, 2),
        ([0.0, 0.0], [0.0, 2.0], 1, 2),
        ([np.nan, 4.0], [np.nan, 2.0], 0.5, 2),
        ([np.inf, 4.0], [np.inf, 4.0], 0, 0),
        ([np.inf, 4.0], [-np.inf, 4.0], np.inf, np.inf),
        ([1.0, 4.0], [np.nan, 4.0], np.inf, np.inf),
        ([1.0, 4.0], [1.0], np.inf, np.inf),
        ([], [], 0, 0),
    ],
)
def test_difference(before: list[float], after: list[float], error: float, absolute: float) -> None:
    found = difference(np.array(before, np.float32), np.array(after, np.float32))
    assert found[:2] == (error, absolute)


def test_random_inputs_are_repeatable_and_indices_stay_in_their_table() -> None:
    graph = parse("""
        graph main(ids: int32[?n,50], x: float32[?n,2]) -> y, z {
          table = const float32[3,2] [1.0, 2.0, 3.0, 4.0, 5.0, 6.0]
          wide = Cast(ids) {dtype={"dtype": "int64"}}
          y = Gather(table, wide) {axis=0}
          z = Exp(x)
        }""").main
    one, other = sample_inputs(graph), sample_inputs(graph)
    for name, value in one.items():
        np.testing.assert_array_equal(value, other[name])
    assert (one["ids"].min(), one["ids"].max()) == (0, 2)
    assert one["ids"].shape[0] == one["x"].shape[0]
    check = Check()
    check.on_import(graph.model)
    assert "y" in check.values()


def test_given_inputs_are_used(tmp_path: Path) -> None:
    image = np.full((1, 6, 6, 4), 0.5)
    arrays: Any = {"x:0": image, "something_else": np.zeros(3)}
    np.savez(tmp_path / "in.npz", **arrays)
    check = Check.of(Options(check=str(tmp_path / "in.npz"), **BOUNDARY))
    convert_model(Options(**BOUNDARY), blocks(), observers=[check])
    np.testing.assert_array_equal(check.given["x"], image.astype(np.float32))


@pytest.mark.parametrize(
    ("arrays", "words"),
    [
        ({"X": np.zeros((1, 6, 6, 4))}, "no value for input 'x'.*there are: X"),
        ({"x1": np.zeros((1, 6, 6, 4))}, "did you mean 'x1'"),
        ({"x": np.zeros((1, 6, 6))}, r"'x' is \[1, 6, 6, 4\], its value is \[1, 6, 6\]"),
        ({"x": np.zeros((1, 6, 6, 4), complex)}, "'x' is float32, its value is complex128"),
    ],
)
def test_inputs_that_do_not_fit_are_refused(arrays: dict[str, Any], words: str, tmp_path: Path) -> None:
    with (tmp_path / "in.npz").open("wb") as file:
        np.savez(file, **arrays)
    with pytest.raises(UsageError, match=words):
        convert(blocks(), check=tmp_path / "in.npz", **BOUNDARY)


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 not a zip", b"\x93NUMPY"])
def test_files_that_are_no_npz_are_refused(content: bytes, tmp_path: Path) -> None:
    (tmp_path / "in.npz").write_bytes(content)
    with pytest.raises(UsageError, match=r"in\.npz"):
        convert(blocks(), check=str(tmp_path / "in.npz"), **BOUNDARY)


def test_the_summary_and_the_journal_have_every_finding() -> None:
    with pytoco.record() as journal:
        summary = convert(blocks(), check=True, **BOUNDARY).summary
    assert summary.check is not None
    by_number = {f.number: f for f in summary.check.findings}
    assert len(by_number) == summary.check.rewrites == len(journal.rewrites)
    for rewrite in journal.rewrites:
        assert rewrite.check is not None
        assert rewrite.check == by_number[rewrite.number].as_note()
    assert summary.check.worst is not None
    assert 0 < summary.check.worst.error < 1e-5
    assert json.loads(json.dumps(summary.check.as_json()))["rewrites"] == len(journal.rewrites)
    assert convert(blocks(), check=False, **BOUNDARY).summary.check is None


@pytest.fixture
def model(tmp_path: Path) -> str:
    (tmp_path / "model.pb").write_bytes(blocks())
    return str(tmp_path / "model.pb")


FLAGS = ("--input_arrays=x", "--output_arrays=y,z")


def test_the_flag_may_stand_alone(model: str, capsys: pytest.CaptureFixture[str]) -> None:
    for argv in (["--check", model], [model, "--check"], [model, "--check=random"], [model, "--check", "random"]):
        assert pytoco_command(["convert", *argv, *FLAGS]) == 0
        said = capsys.readouterr()
        assert re.search(r"checked 25 rewrites, compared \d+ arrays\n +25  right", said.out)
        assert "first offence" not in said.out
        assert said.err == ""


def test_a_missing_file_is_said_at_once(model: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert pytoco_command(["convert", model, "--check", "gone.npz", *FLAGS]) == 5
    assert "gone.npz: no such file" in capsys.readouterr().err


def test_an_offence_is_told_loudly_but_written(model: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "out.tflite"
    bug = plugin(tmp_path, SlightlyWrong, "a1")
    assert pytoco_command(["convert", "-p", bug, model, "-o", str(out), "--check", *FLAGS]) == 0
    said = capsys.readouterr()
    assert out.exists()
    assert "the numeric check failed: rewrite 20, pass 'slightly-wrong' in stage 'affine': 'a1' is wrong" in said.err
    assert "first offence: rewrite 20" in said.out
    assert "outputs that depend on something wrong: 'y', 'z'" in said.out


def test_with_strict_an_offence_is_an_error(model: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "out.tflite"
    bug = plugin(tmp_path, LostActivation, "r1")
    assert pytoco_command(["convert", "-p", bug, model, "-o", str(out), "--check", "--strict", *FLAGS]) == 70
    assert "pass 'lost-activation'" in capsys.readouterr().err
    assert not out.exists()
