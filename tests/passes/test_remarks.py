"""What passes tell the user about what they leave alone."""

from typing import Any

import numpy as np
import pytest

import pytoco
from pytoco.compiler.driver import Context, Runner
from pytoco.compiler.ir.text import parse
from pytoco.compiler.options import Options
from pytoco.compiler.plugins import Target
from pytoco.passes.recurrent.identify_lstm_cell import IdentifyLstmCell
from tests.graphdefs import FLOAT, INT32, Type, const, data, node, placeholder
from tests.passes.recurrent.test_identify_lstm_cell import NEAR_MISSES


def remarks(source: bytes, **options: Any) -> list[str]:
    return pytoco.convert(source, **options).summary.remarks


def padded(padding: str) -> bytes:
    return data(
        placeholder("x", 1, 4, 4, 1),
        const("mean", 2.0),
        const("w", np.ones((3, 3, 1, 1), np.float32)),
        node("shifted", "Sub", ["x", "mean"], T=Type(FLOAT)),
        node("y", "Conv2D", ["shifted", "w"], T=Type(FLOAT), strides=[1, 1, 1, 1], padding=padding),
    )


def test_padding_keeps_an_offset_out_of_a_convolution() -> None:
    (said,) = remarks(padded("SAME"))
    assert said.startswith("fuse-binary-into-following-affine at 'shifted': stays apart: ")
    assert said.endswith("Conv('y') pads with zeros, to which nothing may be added")
    assert remarks(padded("VALID")) == []


@pytest.mark.parametrize(("rows", "count"), [(1 << 20, 1), (2, 0)])
def test_constants_that_would_grow_too_large_are_told(rows: int, count: int) -> None:
    source = data(
        placeholder("x", 1),
        const("times", [rows], INT32),
        const("row", [1.0]),
        node("repeated", "Tile", ["row", "times"], T=Type(FLOAT), Tmultiples=Type(INT32)),
        node("y", "Add", ["x", "repeated"], T=Type(FLOAT)),
    )
    found = remarks(source, input_arrays=["x"], output_arrays=["repeated", "y"])
    texts = [
        f"resolve-constant at 'repeated': is left to run time: its constant result would take {4 * rows} bytes, not 8"
    ]
    assert found == texts[:count]


@pytest.mark.parametrize(
    ("name", "count"),
    [("the state before is an output", 1), ("the state is constant", 1), ("another squashing function", 0)],
)
def test_what_looks_like_a_step_of_an_lstm_is_told(name: str, count: int) -> None:
    runner = Runner(parse(NEAR_MISSES[name]), strict=True)
    runner.run_stage("recurrent", [IdentifyLstmCell(Context(Target(), Options(), runner.remarked))])
    text = "identify-lstm-cell at 'y': has the gates of an LSTM cell, but not the rest of one: it stays apart"
    assert runner.statistics.remarks == [text] * count
