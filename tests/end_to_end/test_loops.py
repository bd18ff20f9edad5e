"""Conditionals and loops, from TensorFlow's GraphDef to what LiteRT computes (tests/data/make_loops.py)."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

import pytoco
from pytoco.compiler.convert import Result
from pytoco.compiler.ir.extract import extract
from pytoco.compiler.ir.text import parse, print_model
from pytoco.compiler.ir.verify import verify
from pytoco.compiler.testing import evaluate
from tests import litert

DATA = np.load(Path(__file__).parents[1] / "data" / "loops.npz")
CASES = sorted({key.split("/")[0] for key in DATA.files})
ONE_LOOP = ("while", "while_growing", "frame", "frame_arrays", "map", "lstm", "gru", "lstm_batches")
KINDS = {
    "case": {"IF": 2},
    "cond": {"IF": 1},
    "cond_two": {"IF": 1},
    "while_cond": {"IF": 1, "WHILE": 1},
    "frame_switch": {"IF": 1, "WHILE": 1},
    "switch": {"IF": 1},
    "switch_two": {"IF": 1},
    "switch_nested": {"IF": 2},
    "while_nested": {"WHILE": 2},
    "frame_nested": {"WHILE": 2},
    **{case: {"WHILE": 1} for case in ONE_LOOP},
}


def runs(case: str) -> list[tuple[dict[str, Any], dict[str, Any]]]:
    """Inputs and results by array name, one pair a run."""
    found = []
    for run in sorted({key.split("/")[1] for key in DATA.files if key.startswith(f"{case}/") and key.count("/") > 1}):
        parts = [
            {key.split("/", 3)[3]: DATA[key] for key in DATA.files if key.startswith(f"{case}/{run}/{what}/")}
            for what in "xy"
        ]
        found.append((parts[0], parts[1]))
    return found


def converted(case: str, **options: Any) -> Result:
    """The case, converted strictly and verified after each rewrite."""
    inputs, outputs = runs(case)[0]
    return pytoco.convert(
        DATA[f"{case}/graph"].tobytes(),
        input_arrays=list(inputs),
        output_arrays=list(outputs),
        strict=True,
        verify_each=True,
        **options,
    )


def check(made: bytes, inputs: dict[str, Any], wanted: dict[str, Any], *, resize: bool = False) -> None:
    """Hold what LiteRT computes against TensorFlow's results."""
    for found, expected in zip(litert.run(made, list(inputs.values()), resize=resize), wanted.values(), strict=True):
        assert (found.dtype, found.shape) == (expected.dtype, expected.shape)
        np.testing.assert_allclose(found, expected, rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize("case", CASES)
def test_litert_computes_what_tensorflow_computes(case: str) -> None:
    made = converted(case)
    counts = made.summary.operators
    assert {kind: counts[kind] for kind in ("IF", "WHILE") if kind in counts} == KINDS[case]
    assert isinstance(made.data, bytearray | bytes)
    for inputs, wanted in runs(case)[: 1 if case == "lstm_batches" else None]:
        check(bytes(made.data), inputs, wanted)


def test_a_recurrent_layer_runs_with_any_batch() -> None:
    made = converted("lstm_batches", keep_dynamic_shapes=True)
    assert isinstance(made.data, bytearray | bytes)
    for inputs, wanted in runs("lstm_batches"):
        check(bytes(made.data), inputs, wanted, resize=True)


@pytest.mark.parametrize("seed", [1, 2])
@pytest.mark.parametrize("case", CASES)
def test_the_order_of_rewrites_does_not_matter(case: str, seed: int) -> None:
    assert converted(case, shuffle_seed=seed).summary.operators == converted(case).summary.operators


def test_the_kernels_agree_with_tensorflow() -> None:
    made = converted("while_cond")
    for inputs, wanted in runs("while_cond"):
        (found,) = evaluate(made.model.main, inputs).values()
        (expected,) = wanted.values()
        np.testing.assert_allclose(found, expected, rtol=1e-5)


def test_graphs_have_readable_names() -> None:
    assert list(converted("while_cond").model.graphs) == [
        "main", "while/cond", "while/body", "while/cond/then", "while/cond/else",
    ]  # fmt: skip


def test_a_model_with_loops_survives_the_text_form() -> None:
    model = converted("while_cond").model
    sidecar: dict[str, Any] = {}
    again = parse(print_model(model, sidecar), sidecar)
    verify(again)
    assert print_model(again) == print_model(model)
    inputs, _ = runs("while_cond")[2]
    before, after = (list(evaluate(m.main, inputs).values()) for m in (model, again))
    np.testing.assert_array_equal(before, after)


def test_a_part_brings_the_graphs_along_that_it_runs() -> None:
    part = extract(converted("while_cond").model.main)
    verify(part)
    inputs, wanted = runs("while_cond")[1]
    (found,), (expected,) = evaluate(part.main, inputs).values(), wanted.values()
    np.testing.assert_allclose(found, expected, rtol=1e-5)


def test_a_drawing_has_a_cluster_for_each_graph() -> None:
    inputs, outputs = runs("while_cond")[0]
    drawn = pytoco.convert(
        DATA["while_cond/graph"].tobytes(),
        input_arrays=list(inputs),
        output_arrays=list(outputs),
        output_format="GRAPHVIZ_DOT",
    ).data
    assert drawn is not None
    text = bytes(drawn).decode()
    assert text.count("subgraph cluster_") == 4
    assert 'label="while/cond/then"' in text
