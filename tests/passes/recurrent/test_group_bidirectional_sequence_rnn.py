"""Plain recurrent layers in both directions: one operator, which LiteRT runs with the same result."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from pytoco.backends.tflite.target import TfliteTarget
from pytoco.backends.tflite.writer import write
from pytoco.compiler.ir.text import parse
from pytoco.compiler.testing import assert_rewrites, assert_unchanged, evaluate, random_inputs, run_passes
from pytoco.passes.recurrent.group_bidirectional_sequence_rnn import GroupBidirectionalSequenceRnn
from tests import litert
from tests.passes.graphs import graph
from tests.passes.recurrent.bidirectional import NEAR_MISSES, SAME, layers

STATES = ("state fh: float32[2,4] <- fh", "state bh: float32[2,2] <- bh")
WEIGHTS = (
    "fw = const float32[4,3] seed 1",
    "fr = const float32[4,4] seed 2",
    "fb = const float32[4] seed 3",
    "bw = const float32[2,3] seed 4",
    "br = const float32[2,2] seed 5",
    "bb = const float32[2] seed 6",
)
FORWARD, BACKWARD = "fw, fr, fb, fh", "bw, br, bb, bh"
ONE = graph("x: float32[5,2,3]", "y", *STATES, *WEIGHTS, f"y = BidirectionalSequenceRnn(x, {FORWARD}, {BACKWARD})")


def both(**exchanged: Any) -> str:
    return layers(
        "UnidirectionalSequenceRnn", constants=(*STATES, *WEIGHTS), forward=FORWARD, backward=BACKWARD, **exchanged
    )


@pytest.mark.parametrize("exchanged", [{}, *SAME.values()], ids=["as it is", *SAME])
def test_one_operator(exchanged: dict[str, Any]) -> None:
    assert_rewrites(both(**exchanged), ONE, GroupBidirectionalSequenceRnn)


@pytest.mark.parametrize("name", NEAR_MISSES)
def test_near_misses_stay(name: str) -> None:
    assert_unchanged(both(**NEAR_MISSES[name]), GroupBidirectionalSequenceRnn)


def test_litert_computes_the_same() -> None:
    model = parse(both())
    values = random_inputs(model.main, 2)
    wanted = evaluate(model.main, values)["y"]
    run_passes(model, GroupBidirectionalSequenceRnn, target=TfliteTarget())
    assert model.main.kinds() == {"BidirectionalSequenceRnn": 1}
    data = write(model, None, {}).data
    assert isinstance(data, bytes)
    np.testing.assert_allclose(litert.run(data, [values["x"]])[0], wanted, rtol=1e-5, atol=1e-6)
