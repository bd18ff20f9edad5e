"""Checks, prints and summaries go, with a remark each; nothing else does."""

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import pytoco
from nodes import const, node, placeholder
from pytoco.compiler import UnsupportedError
from pytoco.testing import assert_rewrites, assert_unchanged, docstring_graphs, evaluate

from pytoco_cleanup.strip_training_debris import PASSING, WATCHING, StripTrainingDebris

Writer = Callable[..., Path]


def test_what_the_docstring_shows() -> None:
    # What stands for an operator of TensorFlow has no kernel, so that only the graphs are compared.
    assert_rewrites(*docstring_graphs(StripTrainingDebris), StripTrainingDebris, numeric=False)


@pytest.mark.parametrize("kind", sorted(PASSING))
def test_what_passes_its_operand_on(kind: str) -> None:
    before = f"""
        graph main(x: float32[2]) -> y {{
          t: float32[2] = Opaque(x) {{source_kind="{kind}"}}
          y = Exp(t)
        }}"""
    after = """
        graph main(x: float32[2]) -> y {
          y = Exp(x)
        }"""
    assert_rewrites(before, after, StripTrainingDebris, numeric=False)


@pytest.mark.parametrize("kind", sorted(WATCHING - {"Assert"}))
def test_what_only_watches(kind: str) -> None:
    before = f"""
        graph main(x: float32[2]) -> y {{
          s: string[] = Opaque(x) {{source_kind="{kind}"}}
          y = Exp(x)
        }}"""
    after = """
        graph main(x: float32[2]) -> y {
          y = Exp(x)
        }"""
    assert_rewrites(before, after, StripTrainingDebris, numeric=False)


def test_chains_go() -> None:
    before = """
        graph main(x: float32[2]) -> y {
          a: float32[2] = Opaque(x) {source_kind="Print"}
          b: float32[2] = Opaque(a) {source_kind="CheckNumericsV2"}
          s: string[] = Opaque(b) {source_kind="HistogramSummary"}
          m: string[] = Opaque(s) {source_kind="MergeSummary"}
          y = Exp(b)
        }"""
    after = """
        graph main(x: float32[2]) -> y {
          y = Exp(x)
        }"""
    assert_rewrites(before, after, StripTrainingDebris, numeric=False)


@pytest.mark.parametrize(
    ("statement", "reason"),
    [
        ('y: float32[2] = Opaque(x) {source_kind="MyLayer"}', "is needed for more than training"),
        ('y: string[] = Opaque(x) {source_kind="ScalarSummary"}', "leave it out of the outputs"),
        ('y: float32[2] = Opaque(x) {source_kind="Print"}', "are both promised names"),
        ('y: float32[2] = Opaque() {source_kind="Print"}', "is needed for more than training"),
    ],
)
def test_near_misses(statement: str, reason: str) -> None:
    text = f"""
        graph main(x: float32[2]) -> y {{
          {statement}
        }}"""
    assert_unchanged(text, StripTrainingDebris, reason=reason)


def watched(write_model: Writer) -> Path:
    """A Relu with a print and a stopped gradient before it, and a check and a summary beside it."""
    return write_model(
        placeholder("x", 2, 3),
        node("shown", "Print", "x", "x", U="list { type: DT_FLOAT }"),
        node("stopped", "StopGradient", "shown"),
        node("y", "Relu", "stopped", "^checked"),
        const("fine", "bool_val: true", dtype="DT_BOOL"),
        node("checked", "Assert", "fine", "x"),
    )


def test_a_whole_conversion(write_model: Writer) -> None:
    result = pytoco.convert(watched(write_model))
    assert result.summary.operators == {"RELU": 1}
    assert result.summary.passes["strip-training-debris"] == 1
    assert result.summary.remarks == ["strip-training-debris at 'shown': Print is gone: it was there for training"]
    x = np.array([[-1.0, 2.0, -3.0], [4.0, -5.0, 6.0]], np.float32)
    assert evaluate(result.model.main, [x])["y"].tolist() == [[0.0, 2.0, 0.0], [4.0, 0.0, 6.0]]


def test_what_stands_only_behind_control_edges_goes_too(write_model: Writer) -> None:
    summary = pytoco.convert(watched(write_model), drop_control_dependency=False).summary
    assert summary.operators == {"RELU": 1}
    assert [text for text in summary.remarks if "Assert is gone" in text]


def test_a_conversion_that_makes_only_the_needed_rewrites_makes_these(write_model: Writer) -> None:
    summary = pytoco.convert(watched(write_model), stop_after=0).summary
    assert "strip-training-debris" in summary.passes
    assert summary.operators == {"RELU": 1, "RESHAPE": 1}  # the stopped gradient: removing it could be left out


def test_without_the_plugin_the_model_cannot_be_converted(write_model: Writer) -> None:
    with pytest.raises(UnsupportedError, match="Print x1"):
        pytoco.convert(watched(write_model), plugin_switches=["no:cleanup"])


def test_it_comes_before_the_pass_that_it_names() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "pytoco", "passes", "--why"], capture_output=True, text=True, timeout=120, check=True
    )
    lines = done.stdout.splitlines()
    (at,) = (k for k, line in enumerate(lines) if "strip-training-debris" in line)
    assert "before 'remove-identity'" in lines[at + 1]
    assert "remove-identity" in lines[at + 2]
