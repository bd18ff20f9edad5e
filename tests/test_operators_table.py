"""docs/operators.md says what is there, and nothing is there without being checked."""

from __future__ import annotations

import pytest

from pytoco.backends.tflite.exporters import KINDS
from pytoco.compiler import ops
from tests.backends.tflite.cases import CASES
from tests.operators_table import GONE, PAGE, REASONS, missing_builtins, page

ELSEWHERE = {
    "BidirectionalSequenceLstm": "tests/passes/recurrent",
    "BidirectionalSequenceRnn": "tests/passes/recurrent",
    "If": "tests/end_to_end/test_loops.py",
    "LstmCell": "tests/passes",
    "Multinomial": "tests/frontends/graphdef/test_random.py",
    "Quantize": "tests/backends/tflite/test_quantize.py",
    "RandomStandardNormal": "tests/frontends/graphdef/test_random.py",
    "RandomUniform": "tests/frontends/graphdef/test_random.py",
    "Svdf": "tests/frontends/graphdef/test_sequence.py",
    "UnidirectionalSequenceLstm": "tests/frontends/graphdef/test_sequence.py",
    "UnidirectionalSequenceRnn": "tests/frontends/graphdef/test_sequence.py",
    "While": "tests/end_to_end/test_loops.py",
}
"""Kinds that are run in LiteRT by tests of their own: they keep states, draw numbers, or run other graphs."""


def test_the_page_is_up_to_date() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(), "run python -m tests.operators_table"


def test_every_builtin_that_is_not_reached_has_a_reason() -> None:
    assert [name for name in missing_builtins() if name not in REASONS] == []


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_every_kind_that_is_written_is_run_in_litert(kind: str) -> None:
    assert kind in ELSEWHERE or any(case.kind == kind for case in CASES)


def test_every_kind_that_is_not_written_is_accounted_for() -> None:
    assert sorted(set(ops.known_kinds()) - KINDS - set(GONE)) == []
